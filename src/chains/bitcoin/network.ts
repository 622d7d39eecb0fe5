import { z } from 'zod'
import type { ChainLookups, RejectionMeaning } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { BitcoinDefinition } from './definition.js'

/** `hash` in the API's own form, `txid` in the form of nodes, which some chains' paths hand through. */
const foundSchema = z.object({ hash: z.string().optional(), txid: z.string().optional() })

/**
 * Does the network know this transaction, confirmed or waiting?
 * @throws KeywardError API_* when that could not be found out.
 */
export async function findTransaction(
  definition: BitcoinDefinition,
  txId: string,
  lookups: ChainLookups,
): Promise<boolean> {
  let reply: unknown
  try {
    reply = await lookups.get(`/v3/${definition.apiPath}/transaction/${txId}`)
  } catch (thrown) {
    if (saysUnknown(thrown)) return false
    throw thrown
  }
  const found = foundSchema.safeParse(reply)
  if (found.success && [found.data.hash, found.data.txid].some((id) => id?.toLowerCase() === txId)) return true
  throw new KeywardError('API_REPLY_MALFORMED', `the look-up of transaction ${txId} answered with something else`)
}

/** Documented: 403 with the code `tx.missing`; other chains of the API use 404, so that counts too. Any other refusal says nothing about the transaction. */
function saysUnknown(thrown: unknown): boolean {
  if (!(thrown instanceof KeywardError) || thrown.code !== 'API_REFUSED') return false
  const { status, errorCode } = thrown.context
  return status === 404 || (status === 403 && errorCode === 'tx.missing')
}

/** The node has these bytes, or a block does (Bitcoin Core, `sendrawtransaction`; older and newer words). */
const KNOWN = [
  'txn-already-in-mempool',
  'txn-already-known',
  'txn-same-nonwitness-data-in-mempool',
  'already in block chain',
  'already in utxo set',
  'already in mempool',
]

/**
 * A verdict about the state of the node, of its mempool or of the time: another node, or the same one later, may say something else. Missing inputs belong here
 * because that is also what a node says about the inputs of a transaction that it has mined already.
 */
const PASSING = [
  'missing inputs',
  'missing-inputs',
  'missingorspent',
  'bad-txns-inputs-spent',
  'txn-mempool-conflict',
  'mempool min fee not met',
  'mempool full',
  'too-long-mempool-chain',
  'too many unconfirmed',
  'non-final',
  'non-bip68-final',
  'premature-spend-of-coinbase',
]

/** A verdict about the bytes themselves, or (fees) about a price that these bytes can never change. */
const FINAL = [
  'insufficient fee',
  'min relay fee not met',
  'max-fee-exceeded',
  'absurdly-high-fee',
  'fee exceeds maximum',
  'dust',
  'tx-size',
  'scriptpubkey',
  'scriptsig-',
  'bare-multisig',
  'multi-op-return',
  'datacarrier',
  'bad-txns-',
  'bad-witness',
  'script-verify-flag',
  'tx decode failed',
  'txn decode failed',
]

/** What a refusal means for bytes that were sent. Words nobody listed mean `unknown`: the bytes are looked up and sent again. */
export function meaningOfRejection(message: string): RejectionMeaning {
  const words = message.toLowerCase()
  const says = (list: readonly string[]): boolean => list.some((phrase) => words.includes(phrase))
  if (says(KNOWN)) return 'already-known'
  return !says(PASSING) && says(FINAL) ? 'rejected' : 'unknown'
}
