import type { Clock } from '../core/clock.js'
import type { Log } from '../core/log.js'
import type { Secret } from '../core/secret.js'

export interface TatumApiOptions {
  /** Base address, e.g. `https://api.tatum.io`. A path in it is kept as a prefix; that it is encrypted is the configuration's to check. */
  readonly url: string
  /** Copied, so the caller may wipe its own at once. Without one, calls go out unauthenticated and paths with `{apiKey}` fail. */
  readonly key?: Secret
  /** Which test network a testnet key means: the `x-testnet-type` header, e.g. `ethereum-sepolia`. */
  readonly testnetType: string
  /** Paths that take signed transactions, by chain code, in place of `/v3/{apiPath}/broadcast`. */
  readonly broadcastPaths?: Readonly<Record<string, string>>
  /** For a whole call: connecting, sending, headers, body, and all its retries and waits. */
  readonly deadlineMs: number
  /** How often a call that may be repeated is repeated. 0: never. */
  readonly retries: number
  /** Upper bound of the first wait; it doubles with every further one. */
  readonly retryDelayMs: number
  /** Sockets at most. */
  readonly connections: number
  /** Version of this program, for the `user-agent` header. */
  readonly clientVersion: string
  readonly log: Log
  readonly clock: Clock
  /** Uniform in [0, 1). Default `Math.random`: jitter needs no secrecy. */
  readonly random?: () => number
}
