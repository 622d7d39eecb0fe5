import type { TransactionRequest } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import type { BareInput, SerializedReader, UnsignedInput, UnsignedTransaction } from './serialized-transaction.js'

type RequestedSigner = TransactionRequest['signers'][number]

/** A pending transaction of this family, before the wallets are known. */
export interface BitcoinRequest<Input extends BareInput = UnsignedInput> extends TransactionRequest {
  readonly transaction: UnsignedTransaction<Input>
}

/** @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED */
export function readRequest<Input extends BareInput>(
  pending: PendingTransaction,
  readSerialized: SerializedReader<Input>,
): BitcoinRequest<Input> {
  const transaction = readSerialized(pending.serializedTransaction)
  const signers = pending.withdrawalId === undefined ? onChainSigners(pending) : offChainSigners(pending)
  return { transaction, signers: distinct(signers) }
}

/** `hashes` (private-key wallets, and mnemonic wallets that may have an index below), then the entries of `signatures`. */
function onChainSigners({ hashes, signatures }: PendingTransaction): RequestedSigner[] {
  return [
    ...hashes.map((signatureId) => ({ signatureId })),
    ...signatures.map(({ id, index }) => ({ signatureId: id, ...(index === undefined ? {} : { index }) })),
  ]
}

/** The mark of the entry that stands for change, not for a spent output. */
export const CHANGE = '-1'

/**
 * A withdrawal is signed by one wallet, with one key for each spent deposit. An entry without a derivation key means child 0, the pool's address, as the
 * reference tool has it; a wrong guess cannot sign, because the key must match the spent script.
 */
function offChainSigners({ hashes, signatures, withdrawalResponses }: PendingTransaction): RequestedSigner[] {
  const signatureId = hashes[0] ?? signatures[0]?.id
  if (withdrawalResponses === undefined || signatureId === undefined) {
    const missing = signatureId === undefined ? 'hashes' : 'withdrawalResponses'
    throw new KeywardError('TRANSACTION_MALFORMED', `the off-chain withdrawal comes without ${missing}`)
  }
  return withdrawalResponses
    .filter(({ vIn }) => vIn !== CHANGE)
    .map(({ address }) => ({ signatureId, index: address?.derivationKey ?? 0 }))
}

/** Without repeats, first occurrence kept. */
function distinct(signers: readonly RequestedSigner[]): RequestedSigner[] {
  const byName = new Map<string, RequestedSigner>()
  for (const signer of signers) {
    const name = `${signer.signatureId}/${signer.index ?? ''}`
    if (!byName.has(name)) byName.set(name, signer)
  }
  return [...byName.values()]
}
