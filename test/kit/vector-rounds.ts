import { isDeepStrictEqual } from 'node:util'
import type { RecordedExchange } from './replay-server.js'
import { bitcoinCase, ethereumCase, vectors } from './vector-run.js'
import type { BitcoinVector, Case, EthereumVector, Round } from './vector-run.js'

/** Several golden vectors of one chain and network that one round of the daemon can sign. */
export interface VectorRound extends Round {
  readonly names: string[]
  readonly store: Record<string, object>
  readonly pending: Case['pending'][]
  readonly http: RecordedExchange[]
  /** Every broadcast that is to leave, in any order. */
  readonly expected: { readonly path: string | undefined; readonly body: unknown }[]
}

interface Expectation {
  readonly one: Case
  readonly broadcast: VectorRound['expected'][number]
  /** Accounts whose next nonce it asks for: of two such transactions the second gets the one after, which its recording knows nothing of. */
  readonly accounts: readonly string[]
}

export const bitcoinRounds = (): VectorRound[] =>
  gathered(
    (vectors('btc')['signing'] as BitcoinVector[]).map((vector) => ({
      one: bitcoinCase(vector),
      broadcast: { path: vector.expected.request?.path, body: vector.expected.request?.body },
      accounts: [],
    })),
  )

export const ethereumRounds = (): VectorRound[] =>
  gathered(
    (vectors('eth')['signing'] as EthereumVector[]).map((vector) => ({
      one: ethereumCase(vector),
      broadcast: { path: vector.broadcast?.url.replace('{TATUM_API_URL}', ''), body: vector.broadcast?.body },
      accounts: vector.http.flatMap(({ url }) => /transaction\/count\/(.*)/.exec(url)?.[1] ?? []),
    })),
  )

/** Puts each vector into the first round that it does not disturb. */
function gathered(all: readonly Expectation[]): VectorRound[] {
  const rounds: { round: VectorRound; accounts: string[] }[] = []
  for (const { one, broadcast, accounts } of all) {
    const { testnet, chain, store, http, name, pending } = one
    let place = rounds.find(
      ({ round, accounts: taken }) =>
        round.testnet === testnet &&
        !accounts.some((account) => taken.includes(account)) &&
        !contradict(round.http, http),
    )
    if (place === undefined) {
      place = { round: { testnet, chain, names: [], store: {}, pending: [], http: [], expected: [] }, accounts: [] }
      rounds.push(place)
    }
    place.round.names.push(name)
    Object.assign(place.round.store, store)
    place.round.pending.push(pending)
    place.round.http.push(...http)
    place.round.expected.push(broadcast)
    place.accounts.push(...accounts)
  }
  return rounds.map(({ round }) => round)
}

/** Does one question have two answers? */
const contradict = (some: readonly RecordedExchange[], others: readonly RecordedExchange[]): boolean =>
  some.some(({ response: ours, ...question }) =>
    others.some(
      ({ response: theirs, ...same }) => isDeepStrictEqual(question, same) && !isDeepStrictEqual(ours, theirs),
    ),
  )
