import type { TransactionRequest } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import { firstWallet } from '../common/single-signer.js'
import { accountOf } from './accounts.js'
import { explain } from './decode.js'
import type { StellarDefinition } from './definition.js'
import { hashOf, readEnvelope } from './envelope.js'

/** A transaction with everything fixed by the requester but our signature. */
export interface StellarRequest extends TransactionRequest {
  /** Base64, with the signatures that others made. */
  readonly envelope: string
  /** Account whose sequence number is used up. */
  readonly source: string
  readonly sequence: string
  readonly hints: readonly string[]
}

const SEQUENCE = /^\d{1,19}$/

/** @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED */
export function readRequest(
  definition: StellarDefinition,
  pending: PendingTransaction,
  network: Network,
): StellarRequest {
  const envelope = readEnvelope(pending.serializedTransaction, definition.passphrase[network])
  const { source, sequence } = envelope.transaction
  if (!SEQUENCE.test(sequence)) throw new KeywardError('TRANSACTION_MALFORMED', 'the sequence number is below zero')
  // What cannot be explained for lack of sense (an amount below zero) is refused before anybody is asked to approve it.
  explain(definition, envelope)
  hashOf(envelope)
  return {
    signers: [firstWallet(pending)],
    envelope: pending.serializedTransaction,
    source: accountOf(source).address,
    sequence,
    hints: envelope.hints.map((hint) => hint.toString('hex')),
  }
}
