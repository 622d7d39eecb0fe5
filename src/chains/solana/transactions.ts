import type { ChainDefinition, ChainTransactions } from '../../core/chain.js'
import { systemClock } from '../../core/clock.js'
import type { Clock } from '../../core/clock.js'
import { ed25519PublicKey } from '../common/ed25519.js'
import { addressOf } from './address.js'
import { decodePlan } from './decode.js'
import { statusOf } from './node.js'
import { preparePlan } from './prepare.js'
import { readRequest } from './request.js'
import type { SolanaRequest } from './request.js'
import { signTransaction } from './sign.js'
import { isExpired, meaningOf, submitTransaction } from './submit.js'
import { verifyTransaction } from './verify.js'

/** @param clock paces repeated questions; nothing else depends on it. */
export function solanaTransactions(
  definition: ChainDefinition,
  clock: Clock = systemClock,
): ChainTransactions<SolanaRequest> {
  return {
    read: readRequest,
    accounts: ({ request }) => sendersOf(request),
    prepare: (input, lookups) => preparePlan(input, lookups, clock),
    decode: (plan) => decodePlan(definition, plan),
    sign: signTransaction,
    verify: verifyTransaction,
    submit: (_plan, signed, lookups, sentBefore) => submitTransaction(signed, sentBefore, lookups, clock),
    find: async (txId, lookups) => (await statusOf(txId, lookups)) === 'succeeded',
    expired: (plan, lookups, { txId }) => isExpired(plan, txId, lookups),
    rejection: meaningOf,
  }
}

/**
 * Who acts, apart from one who only pays the fee: a fee payer that many wallets share would make all of them wait for one another. Solana keeps no order of its own, but
 * a requester may count on it: a token account is opened by one transaction and used by the next.
 */
function sendersOf({ message: { required }, mintSeed }: SolanaRequest): readonly string[] {
  const mint = mintSeed?.use((seed) => addressOf(ed25519PublicKey(seed)))
  const [payer, ...others] = required.filter((address) => address !== mint)
  return others.length > 0 || payer === undefined ? others : [payer]
}
