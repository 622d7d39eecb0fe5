import type { ChainLookups, PrepareInput } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Signer } from '../../core/signing-plan.js'
import type { WalletDescriptor } from '../../core/wallet.js'
import type { SolanaRequest } from './request.js'

type Input = PrepareInput<SolanaRequest>

/**
 * The keys of the named wallets that the message requires, in the order of their signatures.
 * @param cosigner address that signs without a wallet.
 * @throws KeywardError SIGNER_MISMATCH for a wallet whose key is not required, SIGNATURE_INCOMPLETE for a required key that nobody holds, WALLET_*, BACKEND_*
 */
export async function signersOf(input: Input, cosigner: string | undefined, lookups: ChainLookups): Promise<Signer[]> {
  const { required } = input.request.message
  const found = new Map<string, Signer>()
  for (const named of input.request.signers) {
    const signer = await signerAmong(required, named, walletOf(input, named), lookups)
    if (found.has(signer.address) || signer.address === cosigner) {
      throw new KeywardError('SIGNER_MISMATCH', `two of the keys that were named are the key of ${signer.address}`)
    }
    found.set(signer.address, signer)
  }
  const missing = required.filter((address) => !found.has(address) && address !== cosigner)
  if (missing.length > 0) {
    throw new KeywardError('SIGNATURE_INCOMPLETE', `the message also needs the signature of ${missing.join(', ')}`, {
      advice:
        'Name the signatureId of each wallet that has to sign when the transaction is requested, the fee payer too.',
    })
  }
  return required.map((address) => found.get(address)).filter((signer) => signer !== undefined)
}

function walletOf({ wallets }: Input, { signatureId }: Input['request']['signers'][number]): WalletDescriptor {
  const wallet = wallets.get(signatureId)
  if (wallet !== undefined) return wallet
  throw new KeywardError('SIGNER_MISMATCH', `wallet ${signatureId} of this transaction is not at hand`)
}

/** The message says which key has to sign; the index helps to find it. The reference ignores the index and signs with key 0, so that is looked at too. */
async function signerAmong(
  required: readonly string[],
  { signatureId, index = 0 }: SolanaRequest['signers'][number],
  wallet: WalletDescriptor,
  lookups: ChainLookups,
): Promise<Signer> {
  const candidates = wallet.kind === 'mnemonic' ? [...new Set([index, 0])] : [undefined]
  for (const candidate of candidates) {
    const child = candidate === undefined ? {} : { index: candidate }
    const onRecord = candidate === undefined || candidate === 0 ? wallet.address : undefined
    const address = onRecord ?? (await lookups.signerAddress({ signatureId, ...child }))
    if (required.includes(address)) return { signatureId, ...child, address }
  }
  throw new KeywardError('SIGNER_MISMATCH', `the message does not require a key of wallet ${signatureId}`, {
    advice: 'Name only the wallets that have to sign, and the index that the message was made for.',
  })
}
