import type { PrepareInput } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { Signer } from '../../core/signing-plan.js'
import type { WalletDescriptor } from '../../core/wallet.js'
import { hash160 } from '../common/hashes.js'
import { childPublicKey } from '../common/secp256k1-keys.js'
import { addressOfKeyHash, addressOfScript, keyHashOfAddress } from './address.js'
import type { BitcoinDefinition } from './definition.js'
import type { BitcoinRequest } from './request.js'
import { recognise } from './script.js'
import { ownersOfScripts } from './script-owners.js'
import type { InputType } from './script-owners.js'
import type { UnsignedInput } from './serialized-transaction.js'

/** A key that the request offers. */
interface Candidate {
  readonly signatureId: SignatureId
  readonly index?: number
}

export interface Assignment {
  /** The keys that are needed, in order of first use. */
  readonly signers: readonly Signer[]
  /** For each input: the place of its signer, and how it is signed. */
  readonly inputs: readonly { readonly signer: number; readonly type: InputType }[]
}

/**
 * Finds for every input the key that signs it, from public data alone: the spent script commits to a key, and the wallets' xpubs and addresses tell whose it is.
 * @throws KeywardError SIGNATURE_INCOMPLETE, SIGNER_MISMATCH, INDEX_INVALID, TRANSACTION_UNSUPPORTED before anything is signed.
 */
export function assignSigners(definition: BitcoinDefinition, input: PrepareInput<BitcoinRequest>): Assignment {
  const { network, request } = input
  const offer = candidates(definition, input)
  const ownerOf = ownersOfScripts(offer.known, definition.networks[network].bech32Prefix !== undefined)
  const guessOf = byElimination(offer.withoutAddress, input)
  const places = new Map<string, number>()
  const signers: Signer[] = []
  const unsigned: number[] = []

  const inputs = request.transaction.inputs.flatMap((spent, position) => {
    const found = ownerOf(spent.script) ?? guessOf(spent, position)
    if (found === undefined) {
      unsigned.push(position)
      return []
    }
    const name = `${found.owner.signatureId}/${found.owner.index ?? ''}`
    const signer = places.get(name) ?? signers.length
    if (signer === signers.length) {
      places.set(name, signer)
      signers.push({ ...found.owner, address: addressOfKeyHash(definition, network, found.keyHash) })
    }
    return [{ signer, type: found.type }]
  })
  if (unsigned.length > 0) throw unsignable(definition, input, unsigned, offer.withoutIndex)
  return { signers, inputs }
}

interface Offer {
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
    const wallet = suitable(definition, network, wallets.get(signatureId))
    if (wallet.kind === 'privateKey') {
      if (wallet.address === undefined) withoutAddress.add(signatureId)
      else known.push([keyHashOfAddress(definition, network, wallet.address), { signatureId }])
    } else if (index === undefined) withoutIndex.add(signatureId)
    else {
      const xpubVersion = (): number => definition.networks[network].xpubVersion
      known.push([hash160(childPublicKey({ xpubVersion }, wallet, index)), { signatureId, index }])
    }
  }
  for (const [, { signatureId }] of known) withoutIndex.delete(signatureId)
  return { known, withoutAddress, withoutIndex }
}

function suitable(
  definition: BitcoinDefinition,
  network: string,
  wallet: WalletDescriptor | undefined,
): WalletDescriptor {
  if (wallet?.chain !== definition.code || wallet.network !== network) {
    throw new KeywardError('SIGNER_MISMATCH', `a wallet that shall sign is not one of ${definition.code} ${network}`)
  }
  if (wallet.kind !== 'secret') return wallet
  throw new KeywardError('WALLET_UNSUITABLE', `wallet ${wallet.signatureId} is neither a mnemonic nor a private key`)
}

/**
 * A private-key wallet without a known address is taken for the owner of an input that nobody else owns, if there is only one such wallet, or if `hashes` names
 * one wallet for each input. It is a guess about order, not about safety: the signer compares its key with the script before it signs anything.
 */
function byElimination(withoutAddress: ReadonlySet<SignatureId>, { request, pending }: PrepareInput<BitcoinRequest>) {
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
    const committed = commitment(script)
    if (signatureId === undefined || committed === undefined) return undefined
    const keyHash = keyHashes.get(signatureId) ?? committed.keyHash
    keyHashes.set(signatureId, keyHash)
    // One key has one hash: a second one belongs to somebody else.
    return keyHash.equals(committed.keyHash) ? { owner: { signatureId }, ...committed } : undefined
  }
}

/** The key hash that a script shows openly. P2SH hides it. */
function commitment(script: Buffer): { type: InputType; keyHash: Buffer } | undefined {
  const content = recognise(script)
  if (content.type === 'p2pkh') return { type: 'p2pkh', keyHash: content.keyHash }
  if (content.type === 'p2pk') return { type: 'p2pk', keyHash: hash160(content.publicKey) }
  if (content.type === 'witness' && content.version === 0 && content.program.length === 20) {
    return { type: 'p2wpkh', keyHash: content.program }
  }
  return undefined
}

function unsignable(
  definition: BitcoinDefinition,
  { request, network }: PrepareInput<BitcoinRequest>,
  unsigned: readonly number[],
  withoutIndex: ReadonlySet<SignatureId>,
): KeywardError {
  const { inputs } = request.transaction
  const name = (position: number): string => {
    const script = inputs[position]?.script ?? Buffer.alloc(0)
    return `${position} (${addressOfScript(definition, network, script) ?? `script ${script.toString('hex', 0, 40)}`})`
  }
  const exotic = unsigned.filter((position) => {
    const script = inputs[position]?.script ?? Buffer.alloc(0)
    return commitment(script) === undefined && recognise(script).type !== 'p2sh'
  })
  if (exotic.length > 0) {
    const list = exotic.slice(0, 5).map(name).join(', ')
    return new KeywardError('TRANSACTION_UNSUPPORTED', `no single key can sign for input ${list}`)
  }
  const [mnemonic] = withoutIndex
  const list = unsigned.slice(0, 5).map(name).join(', ')
  if (mnemonic !== undefined) {
    return new KeywardError('INDEX_INVALID', `wallet ${mnemonic} is a mnemonic and the request names no index for it`, {
      advice: `Make the transaction again with the index of the key. Without a signer: input ${list}.`,
    })
  }
  const none = unsigned.length === inputs.length
  return new KeywardError(
    none ? 'SIGNER_MISMATCH' : 'SIGNATURE_INCOMPLETE',
    `${none ? 'no wallet of the request owns what it spends' : 'not all inputs have a signer'}: input ${list}`,
    { advice: 'Name the signatureId, and the index of a mnemonic wallet, for each address that is spent from.' },
  )
}
