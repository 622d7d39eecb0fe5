import type { ChainKeys, ChainLookups, PrepareInput, TransactionRequest } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import { requestDigest } from '../../core/pending-transaction.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'

/*
 * Transactions that one key signs: that of the first wallet that is named. Further ones are not looked at, as in the reference.
 */

/**
 * The wallet that is named first, `hashes` before `signatures`, on chains whose wallets have children. The index belongs to the list that names the wallet: top
 * level for `hashes`, in the entry for `signatures`. @throws KeywardError TRANSACTION_MALFORMED
 */
export function firstSigner(pending: PendingTransaction): TransactionRequest['signers'][number] {
  const [hash] = pending.hashes
  if (hash !== undefined) return { signatureId: hash, ...(pending.index === undefined ? {} : { index: pending.index }) }
  const [signature] = pending.signatures
  if (signature === undefined) throw new KeywardError('TRANSACTION_MALFORMED', 'the transaction names no wallet')
  return { signatureId: signature.id, ...(signature.index === undefined ? {} : { index: signature.index }) }
}

/**
 * That wallet's key and its address, from public identifiers alone. A private-key wallet has no index, whatever the transaction names.
 * @throws KeywardError SIGNER_MISMATCH, INDEX_INVALID, WALLET_CORRUPT
 */
export function signerFrom(
  keys: Pick<ChainKeys, 'address'>,
  { request, wallets }: Pick<PrepareInput, 'request' | 'wallets'>,
): Signer {
  const [named] = request.signers
  const wallet = named && wallets.get(named.signatureId)
  if (wallet === undefined) throw new KeywardError('SIGNER_MISMATCH', 'the wallet of this transaction is not at hand')
  const { signatureId } = wallet
  if (wallet.kind !== 'mnemonic') return { signatureId, address: keys.address(wallet, 0) }
  if (named?.index === undefined) {
    throw new KeywardError('INDEX_INVALID', `wallet ${signatureId} is a mnemonic, and the transaction names no index`, {
      advice: 'Name the index of the address together with the signatureId when the transaction is requested.',
    })
  }
  return { signatureId, index: named.index, address: keys.address(wallet, named.index) }
}

/** The wallet that is named first, on chains whose wallets have one key: an index means nothing. @throws KeywardError TRANSACTION_MALFORMED when none is named. */
export function firstWallet({ hashes, signatures }: PendingTransaction): TransactionRequest['signers'][number] {
  const signatureId = hashes[0] ?? signatures[0]?.id
  if (signatureId === undefined) throw new KeywardError('TRANSACTION_MALFORMED', 'the transaction names no wallet')
  return { signatureId }
}

/** The key of such a wallet with its address. @throws KeywardError SIGNER_MISMATCH, WALLET_*, BACKEND_* */
export async function signerOfRequest(
  { request, wallets }: Pick<PrepareInput, 'request' | 'wallets'>,
  lookups: ChainLookups,
): Promise<Signer> {
  const [named] = request.signers
  const wallet = named && wallets.get(named.signatureId)
  if (wallet === undefined) throw new KeywardError('SIGNER_MISMATCH', 'the wallet of this transaction is not at hand')
  const { signatureId } = wallet
  // Keys that the reference tool imported have no address on record.
  return { signatureId, address: wallet.address ?? (await lookups.signerAddress({ signatureId })) }
}

/** A plan of one signer. @param account the sequence number that is used up, when there is one. */
export const singleSignerPlan = (
  { pending, network }: Pick<PrepareInput, 'pending' | 'network'>,
  signer: Signer,
  account: SigningPlan['account'],
  body: SigningPlan['body'],
): SigningPlan => ({
  version: 1,
  pendingId: pending.id,
  chain: pending.chain,
  network,
  requestDigest: requestDigest(pending),
  ...(pending.withdrawalId === undefined ? {} : { withdrawalId: pending.withdrawalId }),
  signers: [signer],
  ...(account === undefined ? {} : { account }),
  body,
})

/** Was an earlier plan made for this request and this signer? Then approvers may see the same digest again, unless its sequence number or its time is over. */
export function isPlanFor(
  previous: SigningPlan,
  { pending, network }: Pick<PrepareInput, 'pending' | 'network'>,
  signer: Signer,
): boolean {
  const [known] = previous.signers
  return (
    previous.requestDigest === requestDigest(pending) &&
    previous.network === network &&
    previous.signers.length === 1 &&
    known?.signatureId === signer.signatureId &&
    known.index === signer.index &&
    known.address === signer.address
  )
}

/** As `isPlanFor`, on chains that count: the earlier plan fits while its sequence number is the one to use. */
export const fitsSequence = (
  previous: SigningPlan,
  input: Pick<PrepareInput, 'pending' | 'network'>,
  signer: Signer,
  sequence: bigint,
): boolean => isPlanFor(previous, input, signer) && previous.account?.sequence === sequence.toString()

/** The one signer of a plan. @throws KeywardError TRANSACTION_MALFORMED */
export function onlySigner({ signers }: SigningPlan): Signer {
  const [signer] = signers
  if (signer !== undefined && signers.length === 1) return signer
  throw new KeywardError('TRANSACTION_MALFORMED', 'the signing plan does not have exactly one signer')
}
