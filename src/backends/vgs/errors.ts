import { KeywardError } from '../../core/errors.js'
import type { ErrorCode } from '../../core/errors.js'
import { answered } from '../common/remote-failure.js'
import type { FailureOf, RemoteFailure } from '../common/remote-failure.js'
import { HttpFault, isCertificateFault } from './http.js'

/** Which server answered: the vault, for one of three purposes, or the authorisation server. */
export type VgsOperation = 'reveal' | 'store' | 'remove' | 'token'

/** An answer that is not the one hoped for. Nothing of its body is kept: replies to a POST quote the secret, and error texts may do so too. */
export class StatusFault extends Error {
  override readonly name = 'StatusFault'

  constructor(
    readonly operation: VgsOperation,
    readonly status: number,
    readonly retryAfterMs?: number,
    readonly requestId?: string,
  ) {
    super(`status ${status}`)
  }
}

/** An answer with a good status that cannot be read. */
export class UnreadableReply extends Error {
  override readonly name = 'UnreadableReply'
}

export interface FailureSetting {
  /** Where requests go, for messages. */
  readonly apiHost: string
  readonly tokenHost: string
  readonly serviceAccount: boolean
}

const SCOPES: Readonly<Record<VgsOperation, string>> = {
  reveal: 'aliases:read',
  store: 'aliases:write',
  remove: 'aliases:delete',
  token: 'aliases:read, aliases:write, aliases:delete',
}

const REVEAL_ADVICE =
  'VGS switches reveal off for every new vault: ask VGS support to enable it for this vault. For a service account also check'

/** Turns whatever a request ended with into an error of ours, with advice for this way of signing in. */
export function vgsFailures(setting: FailureSetting): FailureOf {
  return (thrown, what) => {
    if (thrown instanceof KeywardError) return answered(thrown)
    if (thrown instanceof StatusFault) return statusFailure(thrown, what, setting)
    if (thrown instanceof HttpFault) return networkFailure(thrown, what, setting)
    if (thrown instanceof UnreadableReply) {
      return outage('BACKEND_UNREACHABLE', `VGS gave an answer that cannot be read: ${what}`, {
        advice: `Check that ${setting.apiHost} is a vault API of VGS, and proxies in between that change answers.`,
      })
    }
    return answered(new KeywardError('INTERNAL', `an unexpected failure: ${what}`))
  }
}

interface Details {
  readonly advice: string
  readonly context?: Readonly<Record<string, string | number | undefined>>
}

const outage = (code: ErrorCode, message: string, details: Details, retryAfterMs?: number): RemoteFailure => ({
  kind: 'outage',
  error: new KeywardError(code, message, details),
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
})

function statusFailure(fault: StatusFault, what: string, setting: FailureSetting): RemoteFailure {
  const { status, retryAfterMs, operation, requestId } = fault
  const context = { status, requestId }
  if (status === 429) {
    const error = new KeywardError('BACKEND_THROTTLED', `VGS lets no more requests through for now: ${what}`, {
      advice:
        'A vault has 3,000 requests a minute for all its users. Lower `limits.requestsPerSecond`, or ask VGS for more.',
      context,
    })
    return { kind: 'throttled', error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  }
  if (status === 408 || status >= 500) {
    const advice = 'Look at the status page of VGS. It is asked again by itself.'
    return outage('BACKEND_UNREACHABLE', `VGS is unwell (${status}): ${what}`, { advice, context }, retryAfterMs)
  }
  const { code, why, advice } = operation === 'token' ? tokenMeaning(status, setting) : apiMeaning(fault, setting)
  return answered(new KeywardError(code, `${why} (${status}): ${what}`, { advice, context }))
}

interface Meaning {
  readonly code: ErrorCode
  readonly why: string
  readonly advice: string
}

function tokenMeaning(status: number, { tokenHost }: FailureSetting): Meaning {
  if (status === 400 || status === 401 || status === 403) {
    return {
      code: 'BACKEND_UNAUTHENTICATED',
      why: 'VGS does not know this service account',
      advice:
        'Check `auth.clientId` and `auth.clientSecret`, and that the service account was not deleted. The secret is shown once, when it is made.',
    }
  }
  return {
    code: 'CONFIG_INVALID',
    why: `${tokenHost} gives no tokens`,
    advice: 'Check `auth.tokenUrl` of the backend.',
  }
}

function apiMeaning({ status, operation }: StatusFault, { apiHost, serviceAccount }: FailureSetting): Meaning {
  switch (status) {
    case 401:
      return {
        code: 'BACKEND_UNAUTHENTICATED',
        why: 'VGS does not accept the credentials',
        advice: signInAdvice(serviceAccount),
      }
    case 403:
    case 405:
      return {
        code: 'BACKEND_DENIED',
        why: operation === 'reveal' ? 'VGS does not reveal values of this vault' : `VGS does not allow this`,
        advice:
          operation === 'reveal'
            ? `${REVEAL_ADVICE} the scope ${SCOPES.reveal}.`
            : `Give the service account the scope ${SCOPES[operation]}; scopes are fixed when it is made, so make a new one. Check IP allow lists of the vault.`,
      }
    case 409:
      return {
        code: 'BACKEND_CONFLICT',
        why: 'VGS reports a conflict',
        advice: 'Repeat it; look whether another program works on this vault.',
      }
    case 413:
      return { code: 'BACKEND_UNSUPPORTED', why: 'the value is too large for VGS', advice: 'Nothing was stored.' }
    case 404:
      return {
        code: 'CONFIG_INVALID',
        why: `${apiHost} is no vault API`,
        advice: 'Check `environment`, `vaultId` and `baseUrl` of the backend.',
      }
    default:
      return status >= 300 && status < 400
        ? {
            code: 'CONFIG_INVALID',
            why: `${apiHost} sends elsewhere`,
            advice: 'Redirects are not followed: check `environment`, `vaultId` and `baseUrl`.',
          }
        : {
            code: 'BACKEND_UNSUPPORTED',
            why: 'VGS did not take the request',
            advice: 'Check that the vault takes aliases of the configured `format`, and report it with the request id.',
          }
  }
}

const signInAdvice = (serviceAccount: boolean): string =>
  serviceAccount
    ? 'Grant the service account access to this vault: without it VGS answers as if the account were unknown. Check also that its secret was not replaced.'
    : 'Check `auth.username` and `auth.password`: they are access credentials of this vault, and of this environment.'

function networkFailure({ code }: HttpFault, what: string, { apiHost }: FailureSetting): RemoteFailure {
  const context = { reason: code }
  if (isCertificateFault(code)) {
    const advice = `Name the certificate of your proxy's authority in \`tls.caFile\`, and check the clock of this machine.`
    const message = `the certificate of VGS cannot be trusted (${code}): ${what}`
    return answered(new KeywardError('BACKEND_UNREACHABLE', message, { advice, context }))
  }
  const advice = `Check the network to ${apiHost}: name resolution, firewall, proxy.`
  return outage('BACKEND_UNREACHABLE', `no whole answer from VGS (${code}): ${what}`, { advice, context })
}
