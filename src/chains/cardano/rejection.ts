import type { RejectionMeaning } from '../../core/chain.js'

/*
 * Words of Cardano's ledger (the names of its predicate failures) and of its services for sending.
 */

/** What the state of the node or the time decides. Inputs that are missing are also what it says of a transaction that is in a block already. */
const PASSING = [
  'badinputsutxo',
  'all inputs are spent',
  'outsidevalidityinterval',
  'expiredutxo',
  'missingtxins',
  'unknownoutputreference',
  'mempool',
]

/** A verdict about the bytes themselves, which can never change. What the ledger says beside a missing input follows from that, and counts for nothing. */
const FINAL = [
  'feetoosmall',
  'valuenotconserved',
  'outputtoosmall',
  'outputtoobig',
  'outputbootaddrattrstoobig',
  'maxtxsize',
  'wrongnetwork',
  'invalidwitnesses',
  'missingvkeywitnesses',
  'inputsetempty',
  'decoderfailure',
  'deserialisefailure',
]

/** What a refusal means for bytes that were sent. Words nobody listed mean `unknown`: the bytes are looked up and sent again. */
export function meaningOf(message: string): RejectionMeaning {
  const words = message.toLowerCase()
  const says = (list: readonly string[]): boolean => list.some((phrase) => words.includes(phrase))
  if (says(['txalreadyinmempool', 'already in mempool', 'already in the mempool'])) return 'already-known'
  return !says(PASSING) && says(FINAL) ? 'rejected' : 'unknown'
}
