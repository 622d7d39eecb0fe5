import { KeywardError, remoteText } from '../../core/errors.js'
import { osErrorCode } from '../common/disk.js'
import { answered } from '../common/remote-failure.js'
import type { RemoteFailure } from '../common/remote-failure.js'

const NOT_SENT: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN'],
  'UND_ERR_CONNECT_TIMEOUT',
])

const isTls = (code: string): boolean => /CERT|SSL|SIGNED|SIGNATURE|ALTNAME|ISSUER|EPROTO|TLS/.test(code)

/** Did the failure come before one byte of the request had left? */
export function neverSent(thrown: unknown): boolean {
  const code = osErrorCode(thrown)
  return code !== undefined && (NOT_SENT.has(code) || isTls(code))
}

/** No whole answer came back. A certificate that is not trusted now is not trusted in a moment either. */
export function connectionFailure(thrown: unknown, what: string): RemoteFailure {
  const code = osErrorCode(thrown)
  if (code !== undefined && isTls(code)) return answered(tlsFailure(code, what))
  const reason = code === undefined ? 'the connection failed' : `the connection failed (${remoteText(code)})`
  return {
    kind: 'outage',
    error: new KeywardError('BACKEND_UNREACHABLE', `${reason}: ${what}`, {
      advice: 'Check `backend.address`, that the server runs, and firewalls and proxies in between.',
    }),
  }
}

function tlsFailure(code: string, what: string): KeywardError {
  return new KeywardError('BACKEND_UNREACHABLE', `no trusted connection to the server (${remoteText(code)}): ${what}`, {
    advice: tlsAdvice(code),
  })
}

function tlsAdvice(code: string): string {
  if (code.includes('ALTNAME')) {
    return 'The certificate is for another name. Use the name in it in `backend.address`, or set `backend.tls.serverName`.'
  }
  if (code.includes('EXPIRED') || code.includes('NOT_YET')) {
    return "The certificate is out of date, or this machine's clock is wrong."
  }
  if (code.includes('WRONG_VERSION') || code.includes('PACKET') || code === 'EPROTO') {
    return 'Does the server serve plain http at this address? Check scheme and port of `backend.address`. It may also want a client certificate: `backend.tls.certificateFile`.'
  }
  return 'If the certificate was issued by your own authority, set `backend.tls.caFile` to the certificate of that authority.'
}
