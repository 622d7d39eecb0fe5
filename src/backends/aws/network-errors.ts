import { KeywardError } from '../../core/errors.js'
import { answered } from '../common/remote-failure.js'
import type { RemoteFailure } from '../common/remote-failure.js'
import type { ForeignError } from './foreign-error.js'

const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'Check `region`, `endpoint` and the name service: this name does not exist.',
  EAI_AGAIN: 'The name service does not answer. Check the network.',
  ECONNREFUSED: 'Check `endpoint`, and that the VPC endpoint or emulator is up.',
}
const OTHER_ADVICE = 'Check the network, firewall and VPC endpoint between here and AWS.'

/** Node's and OpenSSL's codes of a certificate that is not trusted: asking again changes nothing, and nothing was sent. */
const CERTIFICATE = /^(ERR_TLS_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_)/
const NETWORK = /^(E[A-Z]{3,}|EAI_[A-Z]+|UND_ERR_\w+|ERR_SSL_\w+|ERR_SOCKET_\w+|ERR_STREAM_\w+|HPE_\w+)$/
/** Names that the SDK gives to errors of its own timers and of cancelled requests. */
const TIMEOUTS = new Set(['TimeoutError', 'AbortError'])

/** @returns `undefined` when this is no error of the network. */
export function networkFailure(error: ForeignError, what: string): RemoteFailure | undefined {
  const { code = '' } = error
  if (CERTIFICATE.test(code)) {
    return answered(
      new KeywardError('BACKEND_UNREACHABLE', `the certificate of AWS is not trusted (${code}): ${what}`, {
        advice:
          'Does a proxy inspect TLS, or a VPC endpoint have its own certificate? Set `tls.caFile` to that authority.',
        context: { reason: code },
      }),
    )
  }
  const timedOut = TIMEOUTS.has(error.name)
  if (!timedOut && !NETWORK.test(code)) return undefined
  const reason = NETWORK.test(code) ? code : 'timeout'
  return {
    kind: 'outage',
    error: new KeywardError('BACKEND_UNREACHABLE', `AWS cannot be reached (${reason}): ${what}`, {
      advice: ADVICE[reason] ?? OTHER_ADVICE,
      context: { reason },
    }),
  }
}
