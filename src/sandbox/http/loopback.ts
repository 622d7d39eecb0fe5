import type { IncomingHttpHeaders } from 'node:http'
import { forbidden } from './api-error.js'

const LOOPBACK_NAMES = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Keeps web pages out. The server listens on the loopback address only, but a browser on the same machine reaches that too: by a host name that an attacker
 * points at 127.0.0.1 (DNS rebinding), or by a cross-site request. The first is betrayed by `Host`, the second by `Origin` or `Sec-Fetch-Site`.
 * @throws ApiError 403
 */
export function refuseBrowsers(headers: IncomingHttpHeaders): void {
  const name = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
  if (!LOOPBACK_NAMES.has(name)) {
    throw forbidden(
      'sandbox.host.refused',
      'The sandbox answers to 127.0.0.1 and localhost only, not to other host names.',
    )
  }
  if (headers.origin !== undefined || (headers['sec-fetch-site'] ?? 'none') !== 'none') {
    throw forbidden('sandbox.origin.refused', 'The sandbox does not serve web pages: call it from a program.')
  }
}
