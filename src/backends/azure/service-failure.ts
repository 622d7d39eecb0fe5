import { UnguardedBody } from './pipeline.js'
import type { Exchange } from './pipeline.js'

/** The permission of an access policy that a request needs. */
export type Permission = 'get' | 'list' | 'set' | 'delete' | 'purge'

/** A request to the vault that failed: facts alone, without the library's error, which holds requests and answers. */
export class ServiceFailure extends Error {
  constructor(
    readonly exchange: Exchange,
    readonly permission: Permission,
    /** `answer`: what `exchange` tells. `foreign-host`: the library would not send a token there. `unguarded`: a secret would have gone out without a token. */
    readonly reason: 'answer' | 'foreign-host' | 'unguarded' = 'answer',
  ) {
    super('the request failed')
  }
}

/** Words of the client library when the vault's host is none of the resource that the challenge names. It has no code for it. */
const FOREIGN_HOST = 'The challenge resource '

/** Anything that the client library throws, as facts. */
export function serviceFailure(thrown: unknown, exchange: Exchange, permission: Permission): ServiceFailure {
  if (thrown instanceof UnguardedBody) return new ServiceFailure(exchange, permission, 'unguarded')
  const foreign = thrown instanceof Error && thrown.message.startsWith(FOREIGN_HOST)
  return new ServiceFailure(exchange, permission, foreign ? 'foreign-host' : 'answer')
}
