import { z } from 'zod'
import { KeywardError, remoteText } from '../../core/errors.js'
import { answered } from '../common/remote-failure.js'
import type { RemoteFailure } from '../common/remote-failure.js'
import { connectionFailure } from './connection-failure.js'
import type { HttpAnswer } from './http.js'

/*
 * What the servers answer when something is wrong, and what the user is told. Texts of the server are only compared, never shown: they may quote requests.
 */

const errorsSchema = z.object({ errors: z.array(z.string()) })

/** The texts of a refusal in one, in lower case, for comparison only. */
export function refusalText(body: unknown): string {
  const parsed = errorsSchema.safeParse(body)
  return parsed.success ? parsed.data.errors.join('\n').toLowerCase() : ''
}

/** An answer that says that the server did not look at the request, or that it is unwell. Holds nothing of the answer's body. */
export class VaultOutage extends Error {
  override readonly name = 'VaultOutage'

  constructor(
    readonly kind: RemoteFailure['kind'],
    readonly describe: (what: string) => KeywardError,
    readonly retryAfterMs?: number,
  ) {
    super('the server did not do what it was asked')
  }
}

const outage = (
  kind: RemoteFailure['kind'],
  code: KeywardError['code'],
  problem: string,
  advice: string,
): VaultOutage => new VaultOutage(kind, (what) => new KeywardError(code, `${problem}: ${what}`, { advice }))

/** @returns what is wrong with an answer that no caller can use; `undefined` for those that have to be looked at. */
export function unusable({ statusCode, headers, body, foreign }: HttpAnswer): VaultOutage | undefined {
  const known = BY_STATUS[statusCode]
  if (known !== undefined) {
    const failure = statusCode === 503 && refusalText(body).includes('sealed') ? SEALED : known
    return new VaultOutage(failure.kind, failure.describe, retryAfterMs(headers['retry-after']))
  }
  const text = refusalText(body)
  if (text.includes('namespace not found')) return NO_NAMESPACE
  if (text.includes('no handler for route')) return NO_ROUTE
  if (statusCode >= 500) return statusFailure(statusCode)
  if (foreign && statusCode === 400) return NOT_VAULT_PLAIN
  if (foreign) return NOT_VAULT
  if (statusCode >= 300 && statusCode < 400) return NOT_VAULT
  return undefined
}

const statusFailure = (status: number): VaultOutage =>
  outage(
    'outage',
    'BACKEND_UNREACHABLE',
    `the server answered ${status}`,
    "Look into the server's log: its storage, its plugins or a proxy in between have a problem.",
  )

const SEALED = outage(
  'answer',
  'BACKEND_SEALED',
  'the server is sealed',
  'Somebody with the unseal keys has to unseal it: `vault operator unseal`, on every server. Keyward goes on by itself then.',
)
const NO_NAMESPACE = outage(
  'answer',
  'CONFIG_INVALID',
  'the server does not know the configured namespace',
  'Check `backend.namespace`. It is the whole path, without slashes at its ends; the community edition of Vault has none.',
)
const NO_ROUTE = outage(
  'answer',
  'CONFIG_INVALID',
  'nothing is mounted at that path of the server',
  'Check `backend.mount` and `backend.auth.mount` against `vault secrets list` and `vault auth list`, in the same `backend.namespace`.',
)
const NOT_VAULT_PLAIN = outage(
  'answer',
  'CONFIG_INVALID',
  'the server refused the connection as it is',
  'It probably serves https: write `https://` in `backend.address`.',
)
const NOT_VAULT = outage(
  'outage',
  'BACKEND_UNREACHABLE',
  'what came back is no answer of Vault',
  'Check `backend.address`, and proxies in between: a login page or an error page of theirs looks like that.',
)

const BY_STATUS: Readonly<Partial<Record<number, VaultOutage>>> = {
  412: outage(
    'outage',
    'BACKEND_CONFLICT',
    'the server has not yet caught up with its cluster',
    'It lags behind the active server. Repeat, or look at the replication if it stays so.',
  ),
  429: outage(
    'throttled',
    'BACKEND_THROTTLED',
    'the server limits the rate of requests',
    'Its operator has set a rate-limit quota: `vault list sys/quotas/rate-limit`. Have it raised, or set `backend.limits` below it.',
  ),
  472: outage(
    'answer',
    'BACKEND_UNREACHABLE',
    'this is a disaster recovery secondary, which answers no requests',
    'Put the address of the primary into `backend.address`, or promote this cluster.',
  ),
  473: outage(
    'outage',
    'BACKEND_UNREACHABLE',
    'this performance standby cannot serve the request now',
    'Put the address of the active server or of the cluster into `backend.address`.',
  ),
  501: outage(
    'answer',
    'BACKEND_SEALED',
    'the server has not been initialised',
    'A new server has to be set up before anything can be kept in it: `vault operator init`.',
  ),
  503: outage(
    'outage',
    'BACKEND_UNREACHABLE',
    'the server is out of service',
    'It may be starting or changing its leader. If it stays so, look at `vault status`.',
  ),
}

/** What a server says about itself when it is not usable. */
export const unhealthy = (status: number, sealed: boolean): VaultOutage =>
  sealed ? SEALED : (BY_STATUS[status] ?? statusFailure(status))

/** @param value of the header: whole seconds, which is the one form that both products send. */
function retryAfterMs(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) * 1000 : undefined
}

/** A redirect to a server that is not in the configuration: it is not given the token. */
export const misdirected = (from: string, to: string | undefined): VaultOutage =>
  outage(
    'answer',
    'CONFIG_INVALID',
    `${from} sends to ${to === undefined ? 'nowhere' : remoteText(to)}, which is not in the configuration`,
    'If that is a server of the same cluster, add it to `backend.address`. Otherwise the `api_addr` of the server is wrong.',
  )

/** Anything thrown by a request, as a failure that the retrying layer understands. Keeps nothing of the request or the answer. */
export function failureOf(thrown: unknown, what: string): RemoteFailure {
  if (thrown instanceof KeywardError) return answered(thrown)
  if (thrown instanceof VaultOutage) {
    const { kind, describe, retryAfterMs } = thrown
    return { kind, error: describe(what), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  }
  return connectionFailure(thrown, what)
}

/** An answer of the right kind with members that nobody expects. */
export const malformed = (): VaultOutage => NOT_VAULT

/** @param capability of the policy language, e.g. `read`. @param path e.g. `kv/data/wallets/*`. */
export const denied = (what: string, capability: string, path: string): KeywardError =>
  new KeywardError('BACKEND_DENIED', `the token may not ${what}`, {
    advice: `A policy of the token has to grant it: path "${path}" { capabilities = ["${capability}"] }`,
    context: { path, capability },
  })

/** A status that the question cannot have. 405 and 404 without a body come from proxies that know only some paths. */
export const unexpected = (status: number): VaultOutage =>
  outage(
    'answer',
    'BACKEND_UNSUPPORTED',
    `the server does not take the request as it is (${status})`,
    'Check that `backend.mount` is a KV secrets engine of version 2 and that no proxy in between filters paths or methods. The log of the server tells more.',
  )
