import type { PrepareInput } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network, SignatureId } from '../../core/ids.js'
import type { Signer } from '../../core/signing-plan.js'
import type { WalletDescriptor } from '../../core/wallet.js'
import { hash160 } from '../common/hashes.js'
import { childPublicKey } from '../common/secp256k1-keys.js'
import { addressOfKeyHash, keyHashOfAddress } from './address.js'
import { hasSegwit } from './definition.js'
import type { BitcoinDefinition } from './definition.js'
import type { BitcoinRequest } from './request.js'
import { openCommitment, ownersOfScripts } from './script-owners.js'
import type { InputType } from './script-owners.js'
import type { BareInput, UnsignedInput } from './serialized-transaction.js'
import { unsignable } from './unsignable.js'

/** A key that the request offers. */
export interface Candidate {
  readonly signatureId: SignatureId
  readonly index?: number
}

export interface AssignedInput {
  readonly input: BareInput
  /** Place in the list of signers. */
  readonly signer: number
  /** Of the spent output. */
  readonly script: Buffer
  readonly type: InputType
}

export interface Assignment {
  /** The keys that are needed, in order of first use. */
  readonly signers: readonly Signer[]
  readonly inputs: readonly AssignedInput[]
}

/** Collects the signers of a plan, each once, in order of first use. */
export class SignerList {
  readonly signers: Signer[] = []
  readonly #places = new Map<string, number>()

  constructor(private readonly addressOf: (keyHash: Buffer) => string) {}

  /** @returns the place of this signer in the list. */
  place(owner: Candidate, keyHash: Buffer): number {
    const name = nameOf(owner)
    const known = this.#places.get(name)
    if (known !== undefined) return known
    this.#places.set(name, this.signers.length)
    return this.signers.push({ ...owner, address: this.addressOf(keyHash) }) - 1
  }
}

/** Two requests for one key have one name. */
export const nameOf = ({ signatureId, index }: Candidate): string => `${signatureId}/${index ?? ''}`

/**
 * Finds for every input the key that signs it, from public data alone: the spent script commits to a key, and the wallets' xpubs and addresses tell whose it is.
 * @throws KeywardError SIGNATURE_INCOMPLETE, SIGNER_MISMATCH, INDEX_INVALID, TRANSACTION_UNSUPPORTED before anything is signed.
 */
export function assignSigners(definition: BitcoinDefinition, input: PrepareInput<BitcoinRequest>): Assignment {
  const { network, request } = input
  const offer = candidates(definition, input)
  const ownerOf = ownersOfScripts(offer.known, hasSegwit(definition, network))
  const guessOf = byElimination(definition, offer.withoutAddress, input)
  const list = new SignerList((keyHash) => addressOfKeyHash(definition, network, keyHash))
  const unsigned: number[] = []

  const inputs = request.transaction.inputs.flatMap((spent, position) => {
    const found = ownerOf(spent.script) ?? guessOf(spent, position)
    if (found === undefined) {
      unsigned.push(position)
      return []
    }
    return [{ signer: list.place(found.owner, found.keyHash), script: spent.script, type: found.type, input: spent }]
  })
  if (unsigned.length > 0) throw unsignable(definition, input, unsigned, offer)
  return { signers: list.signers, inputs }
}

/** What the wallets of the request have to offer. */
export interface Offer {
  readonly known: readonly (readonly [Buffer, Candidate])[]
  /** Private-key wallets whose store kept no address (the reference tool's does not). */
  readonly withoutAddress: ReadonlySet<SignatureId>
  /** Mnemonic wallets that the request names without any index. */
  readonly withoutIndex: ReadonlySet<SignatureId>
}

function candidates(definition: BitcoinDefinition, { request, wallets, network }: PrepareInput<BitcoinRequest>): Offer {
  const known: [Buffer, Candidate][] = []
  const withoutAddress = new Set<SignatureId>()
  const withoutIndex = new Set<SignatureId>()
  for (const { signatureId, index } of request.signers) {
    const wallet = suitable(definition, network, signatureId, wallets.get(signatureId))
    if (wallet.kind === 'privateKey') {
      if (wallet.address === undefined) withoutAddress.add(signatureId)
      else known.push([keyHashOfAddress(definition, network, wallet.address), { signatureId }])
    } else if (index === undefined) withoutIndex.add(signatureId)
    else {
      known.push([childKeyHash(definition, wallet, index), { signatureId, index }])
    }
  }
  for (const [, { signatureId }] of known) withoutIndex.delete(signatureId)
  return { known, withoutAddress, withoutIndex }
}

/** Hash of public key `index` of a mnemonic wallet. */
export function childKeyHash(definition: BitcoinDefinition, wallet: WalletDescriptor, index: number): Buffer {
  const xpubVersion = (network: Network): number => definition.networks[network].xpubVersion
  return hash160(childPublicKey({ xpubVersion }, wallet, index))
}

/** @throws KeywardError WALLET_NOT_FOUND, SIGNER_MISMATCH, WALLET_UNSUITABLE */
export function suitable(
  { code }: BitcoinDefinition,
  network: Network,
  signatureId: SignatureId,
  wallet: WalletDescriptor | undefined,
): WalletDescriptor {
  if (wallet === undefined) throw new KeywardError('WALLET_NOT_FOUND', `no wallet has the signatureId ${signatureId}`)
  if (wallet.chain !== code || wallet.network !== network) {
    const own = `${wallet.chain} ${wallet.network}`
    throw new KeywardError(
      'SIGNER_MISMATCH',
      `wallet ${signatureId} is for ${own}, the transaction for ${code} ${network}`,
    )
  }
  if (wallet.kind !== 'secret') return wallet
  throw new KeywardError('WALLET_UNSUITABLE', `wallet ${signatureId} is neither a mnemonic nor a private key`)
}

/**
 * A private-key wallet without a known address is taken for the owner of an input that nobody else owns, if there is only one such wallet, or if `hashes` names
 * one wallet for each input. It is a guess about order, not about safety: the signer compares its key with the script before it signs anything.
 */
function byElimination(
  definition: BitcoinDefinition,
  withoutAddress: ReadonlySet<SignatureId>,
  { request, pending, network }: PrepareInput<BitcoinRequest>,
) {
  const [only, ...others] = withoutAddress
  const inOrder = pending.hashes.length === request.transaction.inputs.length ? pending.hashes : []
  const keyHashes = new Map<SignatureId, Buffer>()
  return (
    { script }: UnsignedInput,
    position: number,
  ): { owner: Candidate; type: InputType; keyHash: Buffer } | undefined => {
    const named = inOrder[position]
    const signatureId =
      named !== undefined && withoutAddress.has(named) ? named : others.length === 0 ? only : undefined
    const committed = openCommitment(script, hasSegwit(definition, network))
    if (signatureId === undefined || committed === undefined) return undefined
    const keyHash = keyHashes.get(signatureId) ?? committed.keyHash
    keyHashes.set(signatureId, keyHash)
    // One key has one hash: a second one belongs to somebody else.
    return keyHash.equals(committed.keyHash) ? { owner: { signatureId }, ...committed } : undefined
  }
}
