import type { ChainLookups, PrepareInput } from '../../../core/chain.js'
import { KeywardError } from '../../../core/errors.js'
import type { PendingTransaction } from '../../../core/pending-transaction.js'
import { addressOfKeyHash, keyHashOfAddress } from '../address.js'
import type { BitcoinDefinition } from '../definition.js'
import { CHANGE } from '../request.js'
import type { BitcoinRequest } from '../request.js'
import { p2pkhScript } from '../script.js'
import type { BareInput } from '../serialized-transaction.js'
import { childKeyHash, nameOf, SignerList, suitable } from '../signers.js'
import type { Assignment, Candidate } from '../signers.js'

type Input = PrepareInput<BitcoinRequest<BareInput>>

/**
 * Key number i signs input i: the request does not hold the scripts that are spent, so nothing else tells whose they are. They are taken to be P2PKH, the only
 * form in which the chain's wallets receive. A wrong order loses nothing: the signature covers script and value of what is spent, so nodes refuse it.
 * @throws KeywardError SIGNATURE_INCOMPLETE, SIGNER_MISMATCH, INDEX_INVALID, TRANSACTION_MALFORMED, WALLET_*
 */
export async function assignByPosition(
  definition: BitcoinDefinition,
  input: Input,
  lookups: ChainLookups,
): Promise<Assignment> {
  const { network, request, pending } = input
  const { inputs } = request.transaction
  const owners =
    pending.withdrawalId === undefined
      ? onChainOwners(definition, input)
      : offChainOwners(definition, input, inputs.length)
  const keyHashes = new Map<string, Buffer>()
  const list = new SignerList((keyHash) => addressOfKeyHash(definition, network, keyHash))
  const assigned: Assignment['inputs'][number][] = []
  for (const [position, owner] of owners.entries()) {
    const spent = inputs[position]
    if (spent === undefined) break
    const name = nameOf(owner)
    const keyHash = keyHashes.get(name) ?? (await keyHashOf(definition, input, owner, lookups))
    keyHashes.set(name, keyHash)
    const signer = list.place(owner, keyHash)
    assigned.push({ input: spent, signer, script: p2pkhScript(keyHash), type: 'p2pkh' })
  }
  return { signers: list.signers, inputs: assigned }
}

/**
 * One key for each input: private-key wallets of `hashes`, then the entries of `signatures`, as the reference tool orders them, but with repeats, without which
 * no two inputs of one address could be spent. Where that makes too many, one list may repeat the other. One key alone signs everything.
 */
function onChainOwners(definition: BitcoinDefinition, input: Input): readonly Candidate[] {
  const { pending, request } = input
  const wanted = request.transaction.inputs.length
  const fromHashes = pending.hashes.flatMap((signatureId) => {
    return kindOf(definition, input, signatureId) === 'privateKey' ? [{ signatureId }] : []
  })
  const fromSignatures = pending.signatures.map(({ id, index }) => candidate(definition, input, id, index))
  const all = [...fromHashes, ...fromSignatures]
  const byName = new Map(all.map((owner) => [nameOf(owner), owner]))
  const [only, ...others] = byName.values()
  if (only === undefined) throw withoutIndex(pending)
  if (others.length === 0) return Array<Candidate>(wanted).fill(only)

  const namesAll = (part: readonly Candidate[]): boolean => new Set(part.map(nameOf)).size === byName.size
  const lists = [all, fromSignatures, fromHashes, [...byName.values()]]
  const fitting = lists.find((part) => part.length === wanted && namesAll(part))
  if (fitting !== undefined) return fitting
  const [code, much] =
    all.length < wanted ? (['SIGNATURE_INCOMPLETE', 'only '] as const) : (['TRANSACTION_MALFORMED', ''] as const)
  throw new KeywardError(
    code,
    `the request names ${much}${byName.size} keys for ${wanted === 1 ? '1 input' : `${wanted} inputs`}`,
    {
      advice:
        'Name the signatureId, and the index of a mnemonic wallet, once for each output that is spent, in their order.',
    },
  )
}

/** Entry i of the withdrawal belongs to input i. As in the whole family, one wallet signs, and no derivation key means child 0. */
function offChainOwners(definition: BitcoinDefinition, input: Input, wanted: number): readonly Candidate[] {
  const { hashes, signatures, withdrawalResponses = [] } = input.pending
  const signatureId = hashes[0] ?? signatures[0]?.id
  return Array.from({ length: wanted }, (_, position) => {
    const entry = withdrawalResponses[position]
    if (signatureId === undefined || entry === undefined || entry.vIn === CHANGE) {
      throw new KeywardError('SIGNATURE_INCOMPLETE', `the withdrawal does not say which key signs input ${position}`)
    }
    return candidate(definition, input, signatureId, entry.address?.derivationKey ?? 0)
  })
}

const kindOf = (definition: BitcoinDefinition, { network, wallets }: Input, signatureId: Candidate['signatureId']) =>
  suitable(definition, network, signatureId, wallets.get(signatureId)).kind

/** A private-key wallet has one key, whatever index the request gives it. */
function candidate(
  definition: BitcoinDefinition,
  input: Input,
  signatureId: Candidate['signatureId'],
  index: number | undefined,
): Candidate {
  if (kindOf(definition, input, signatureId) === 'privateKey') return { signatureId }
  if (index === undefined) throw withoutIndex(input.pending)
  return { signatureId, index }
}

function withoutIndex({ hashes, signatures }: PendingTransaction): KeywardError {
  const wallet = signatures.find(({ index }) => index === undefined)?.id ?? hashes[0] ?? 'of the request'
  return new KeywardError('INDEX_INVALID', `wallet ${wallet} is a mnemonic and the request names no index for it`, {
    advice: 'Make the transaction again with the index of the key.',
  })
}

async function keyHashOf(
  definition: BitcoinDefinition,
  { network, wallets }: Input,
  owner: Candidate,
  lookups: ChainLookups,
): Promise<Buffer> {
  const wallet = suitable(definition, network, owner.signatureId, wallets.get(owner.signatureId))
  if (owner.index !== undefined) return childKeyHash(definition, wallet, owner.index)
  return keyHashOfAddress(definition, network, wallet.address ?? (await lookups.signerAddress(owner)))
}
