import { isIP } from 'node:net'
import { KeywardError } from '../core/errors.js'

/**
 * The address of the four-eye check.
 * @throws KeywardError CONFIG_INVALID for anything that is not https, or http to this machine, or http with `allowInsecure`; and for user, password, query or fragment.
 */
export function parseApproverUrl(text: string, allowInsecure: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new KeywardError('CONFIG_INVALID', 'the address of the four-eye check is not an http or https address', {
      advice:
        'Write it like https://approvals.example.com/check; the id of the transaction is appended as the last part.',
    })
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new KeywardError(
      'CONFIG_INVALID',
      'the address of the four-eye check has a user, a password, a query or a fragment',
      {
        advice: 'Take it out: addresses end in logs. Let the approver trust the network or the certificate instead.',
      },
    )
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowInsecure) {
    throw new KeywardError('CONFIG_INVALID', 'the address of the four-eye check is not encrypted', {
      advice: 'Use https. Anybody on the way could say yes; allow plain http only where nobody else is on the network.',
    })
  }
  return url
}

/** @param hostname as the URL class writes it: IPv4 in four decimal parts, IPv6 in brackets and shortest form. */
function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]') return true
  return isIP(hostname) === 4 && hostname.startsWith('127.')
}
