import type { TransactionRequest } from '../../core/chain.js'
import type { Network } from '../../core/ids.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import { readOperations } from './operations.js'
import type { Operations } from './operations.js'

export interface CardanoRequest extends TransactionRequest {
  readonly operations: Operations
}

/**
 * `hashes` (private-key wallets) and the entries of `signatures`, repeats left out: they offer keys, and which of them sign is decided by the addresses that are spent from.
 * @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED
 */
export function readRequest(pending: PendingTransaction, network: Network): CardanoRequest {
  const named: CardanoRequest['signers'] = [
    ...pending.hashes.map((signatureId) => ({ signatureId })),
    ...pending.signatures.map(({ id, index }) => ({ signatureId: id, ...(index === undefined ? {} : { index }) })),
  ]
  const distinct = new Map(named.map((signer) => [`${signer.signatureId}/${signer.index ?? ''}`, signer]))
  return { operations: readOperations(pending.serializedTransaction, network), signers: [...distinct.values()] }
}
