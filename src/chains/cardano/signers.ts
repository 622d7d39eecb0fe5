import type { ChainLookups, PrepareInput } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { Signer } from '../../core/signing-plan.js'
import type { WalletDescriptor } from '../../core/wallet.js'
import { addressBytes, addressOfKeyHash, addressOfPublicKey, paymentKeyHash } from './address.js'
import { childPublicKey } from './keys.js'
import type { CardanoRequest } from './request.js'

type SignersInput = Pick<PrepareInput<CardanoRequest>, 'request' | 'wallets' | 'network' | 'pending'>

/**
 * The keys that have to sign: those of the addresses that are spent from, each once, in the order of the inputs. A key is known by its own address, whatever stake part the address that is
 * spent from has beside it.
 * @throws KeywardError SIGNATURE_INCOMPLETE, SIGNER_MISMATCH, TRANSACTION_UNSUPPORTED, INDEX_INVALID, WALLET_*, BACKEND_*
 */
export async function signersOf(input: SignersInput, lookups: ChainLookups): Promise<Signer[]> {
  const { request, network } = input
  const offered = await offeredKeys(input, lookups)
  const signers = new Map<string, Signer>()
  for (const { address } of request.operations.inputs) {
    const bytes = addressBytes(address, network)
    const keyHash = bytes && paymentKeyHash(bytes)
    if (keyHash === undefined) {
      throw new KeywardError('TRANSACTION_UNSUPPORTED', `nothing is signed here for ${address}`, {
        advice:
          'It belongs to a script, or to a key of before July 2020. Only addresses of single keys are spent from.',
      })
    }
    const own = addressOfKeyHash(keyHash, network)
    const signer = offered.get(own)
    if (signer === undefined) throw nobodysAddress(address, input)
    signers.set(own, signer)
  }
  return [...signers.values()]
}

/** By the address of each key alone. */
async function offeredKeys(
  { request, wallets, network, pending }: SignersInput,
  lookups: ChainLookups,
): Promise<Map<string, Signer>> {
  const offered = new Map<string, Signer>()
  for (const { signatureId, index } of request.signers) {
    const wallet = wallets.get(signatureId)
    checkWallet(wallet, signatureId, pending.chain, network)
    if (wallet.kind === 'privateKey') {
      // Keys that the reference tool stored have no address on record.
      const address = wallet.address ?? (await lookups.signerAddress({ signatureId }))
      offered.set(address, { signatureId, address })
    } else if (index !== undefined) {
      const address = addressOfPublicKey(childPublicKey(wallet, index), network)
      offered.set(address, { signatureId, index, address })
    }
  }
  return offered
}

function checkWallet(
  wallet: WalletDescriptor | undefined,
  signatureId: SignatureId,
  chain: string,
  network: string,
): asserts wallet is WalletDescriptor {
  if (wallet === undefined) throw new KeywardError('WALLET_NOT_FOUND', `no wallet has the signatureId ${signatureId}`)
  if (wallet.chain !== chain || wallet.network !== network) {
    const own = `${wallet.chain} ${wallet.network}`
    throw new KeywardError(
      'SIGNER_MISMATCH',
      `wallet ${signatureId} is for ${own}, the transaction for ${chain} ${network}`,
    )
  }
  if (wallet.kind !== 'secret') return
  throw new KeywardError('WALLET_UNSUITABLE', `wallet ${signatureId} is neither a mnemonic nor a private key`)
}

function nobodysAddress(address: string, { request, wallets }: SignersInput): KeywardError {
  const indexed = new Set(
    request.signers.flatMap(({ signatureId, index }) => (index === undefined ? [] : [signatureId])),
  )
  const bare = request.signers.find(
    ({ signatureId }) => wallets.get(signatureId)?.kind === 'mnemonic' && !indexed.has(signatureId),
  )
  return new KeywardError('SIGNATURE_INCOMPLETE', `no key of the transaction spends from ${address}`, {
    advice:
      bare === undefined
        ? 'Request the transaction with the signatureId, and for mnemonic wallets the index, of every address it spends from.'
        : `Wallet ${bare.signatureId} is a mnemonic: name the index of the address together with its signatureId.`,
  })
}
