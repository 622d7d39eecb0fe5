import { asKeywardError, KeywardError } from '../errors.js'
import { digestSchema } from '../ids.js'
import type { ChainCode, Network, PendingId, SignatureId } from '../ids.js'
import type { Claim } from '../journal.js'
import { parsePendingTransaction, pendingIdOf, requestDigest } from '../pending-transaction.js'
import type { PendingTransaction } from '../pending-transaction.js'

/** One item of the API's list: readable, or at least with an id under which it can be refused. */
export type Listed =
  | { readonly claim: Claim; readonly pending: PendingTransaction; readonly error?: undefined }
  | { readonly claim: Claim; readonly pending?: undefined; readonly error: KeywardError }

/** The digest of requests that could not be read: whatever arrives under that id later counts as changed. */
const UNREADABLE = digestSchema.parse('0'.repeat(64))

/**
 * Reads a list item by item, so that one bad item hides no other.
 * @param wanted which ids are of interest now. @param nameless told of each item without a usable id.
 */
export function readListing(
  items: readonly unknown[],
  of: { readonly chain: ChainCode; readonly network: Network },
  wanted: (id: PendingId) => boolean,
  nameless: () => void,
): Listed[] {
  return items.flatMap((item): Listed[] => {
    const pendingId = pendingIdOf(item)
    if (pendingId === undefined) nameless()
    return pendingId === undefined || !wanted(pendingId) ? [] : [readItem(item, { ...of, pendingId })]
  })
}

function readItem(item: unknown, claim: Omit<Claim, 'requestDigest'>): Listed {
  try {
    const pending = parsePendingTransaction(item)
    if (pending.chain !== claim.chain) {
      throw new KeywardError('TRANSACTION_MALFORMED', `listed for ${claim.chain}, but it calls itself ${pending.chain}`)
    }
    return { claim: { ...claim, requestDigest: requestDigest(pending) }, pending }
  } catch (thrown) {
    return { claim: { ...claim, requestDigest: UNREADABLE }, error: asKeywardError(thrown) }
  }
}

/** The wallets that a listing names, whether they sign or not. */
export const walletsNamed = (listed: readonly Listed[]): SignatureId[] =>
  listed.flatMap(({ pending }) => (pending ? [...pending.hashes, ...pending.signatures.map(({ id }) => id)] : []))
