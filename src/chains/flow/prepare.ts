import type { ChainKeys, ChainLookups, PrepareInput } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import { requestDigest } from '../../core/pending-transaction.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { signerFrom, singleSignerPlan } from '../common/single-signer.js'
import { block, keysOf, requireNetwork, sequenceOf } from './node.js'
import type { Block } from './node.js'
import type { AccountKey } from './node-replies.js'
import { bodyOf } from './plan.js'
import type { FlowPlanBody } from './plan.js'
import { borrowKey, payingKey, release } from './proposal.js'
import type { HostedKey } from './proposal.js'
import type { FlowRequest } from './request.js'

type Input = PrepareInput<FlowRequest>

/** The reference's limit, and the network's highest. */
const GAS_LIMIT = 9999
/** A transaction lives for 600 blocks. An earlier plan that has used up half of them is made anew. */
const FRESH_BLOCKS = 300
const FULL_WEIGHT = 1000n

/** @throws KeywardError SIGNER_MISMATCH, INDEX_INVALID, WALLET_*, API_*; BROADCAST_UNKNOWN while the borrowed key is not free */
export async function preparePlan(
  keys: Pick<ChainKeys, 'address'>,
  input: Input,
  lookups: ChainLookups,
): Promise<SigningPlan> {
  const signer = signerFrom(keys, input)
  await requireNetwork(input.network, lookups)
  const [reference, authorizer] = await Promise.all([
    block('final', lookups),
    authorizerOf(input.request.authorizer, signer, lookups),
  ])
  const { previous } = input
  const earlier = previous !== undefined && belongs(previous, input, signer) ? previous : undefined
  if (earlier !== undefined && (await isUnused(earlier, lookups))) {
    const body = bodyOf(earlier)
    const same = JSON.stringify(body.authorizer) === JSON.stringify(authorizer)
    if (same && reference.height - body.referenceBlock.height <= FRESH_BLOCKS) return earlier
    // Its borrowed key is still ours: another one would be missing elsewhere.
    return planOf(input, signer, { ...body, referenceBlock: reference, authorizer })
  }
  return newPlan(input, signer, reference, authorizer, lookups)
}

async function newPlan(
  input: Input,
  signer: Signer,
  referenceBlock: Block,
  authorizer: FlowPlanBody['authorizer'],
  lookups: ChainLookups,
): Promise<SigningPlan> {
  const payer = await payingKey(lookups)
  const borrowed = await borrowKey(lookups)
  try {
    for (const { address } of [payer, borrowed]) requireForeign(address, authorizer.address)
    const proposer = { ...borrowed, sequenceNumber: (await freeSequence(borrowed, lookups)).toString() }
    const { script, arguments: args } = input.request
    return planOf(input, signer, {
      script,
      arguments: [...args],
      referenceBlock,
      gasLimit: GAS_LIMIT,
      proposer,
      payer,
      authorizer,
    })
  } catch (error) {
    await release(borrowed, '', lookups)
    throw error
  }
}

function planOf(input: Input, signer: Signer, body: FlowPlanBody): SigningPlan {
  const { proposer } = body
  const account = { address: accountOf(proposer), sequence: proposer.sequenceNumber }
  return singleSignerPlan(input, signer, account, body)
}

/** Sequence numbers are a key's here, not an account's. */
const accountOf = ({ address, keyIndex }: HostedKey): string => `key:${address}:${keyIndex}`

/** Two transactions with one number would shut each other out. */
async function freeSequence(key: HostedKey, lookups: ChainLookups): Promise<bigint> {
  const [next, used] = await Promise.all([sequenceOf(key, 'sealed', lookups), lookups.highestSequence(accountOf(key))])
  if (used === undefined || next > used) return next
  throw new KeywardError(
    'BROADCAST_UNKNOWN',
    'the key that Tatum lends for this transaction is still used by another one',
    {
      advice: 'This transaction waits until that one has ended.',
    },
  )
}

/** Does the plan's borrowed key still stand where the plan needs it? */
async function isUnused(plan: SigningPlan, lookups: ChainLookups): Promise<boolean> {
  const { proposer } = bodyOf(plan)
  const [next, used] = await Promise.all([
    sequenceOf(proposer, 'sealed', lookups),
    lookups.highestSequence(accountOf(proposer)),
  ])
  return next === BigInt(proposer.sequenceNumber) && (used === undefined || used < next)
}

function belongs(previous: SigningPlan, { pending, network }: Input, signer: Signer): boolean {
  const [known] = previous.signers
  return (
    previous.requestDigest === requestDigest(pending) &&
    previous.network === network &&
    known?.signatureId === signer.signatureId &&
    known.index === signer.index &&
    known.address === signer.address
  )
}

/** The API fills the roles of proposer and payer with its own accounts; the user's signature must not serve for them. */
function requireForeign(address: string, authorizer: string): void {
  if (address !== authorizer) return
  throw new KeywardError(
    'API_REPLY_MALFORMED',
    "the API names the wallet's own account as the one that proposes or pays",
  )
}

/** The wallet's key in the account that it is to act for. The reference takes the first key of whatever account is named. @throws KeywardError SIGNER_MISMATCH, API_* */
async function authorizerOf(
  address: string,
  signer: Signer,
  lookups: ChainLookups,
): Promise<FlowPlanBody['authorizer']> {
  const own = (await keysOf(address, 'sealed', lookups)).filter(
    (key) => key.public_key === signer.address && key.revoked !== true && isSecp256k1(key),
  )
  const key = own.find(({ weight }) => BigInt(weight ?? 0) >= FULL_WEIGHT)
  const hashAlgorithm = key?.hashing_algorithm
  if (key !== undefined && (hashAlgorithm === 'SHA3_256' || hashAlgorithm === 'SHA2_256')) {
    return { address, keyIndex: key.index, hashAlgorithm }
  }
  const reason = own.length === 0 ? 'has no key of' : 'needs more than the key of'
  throw new KeywardError('SIGNER_MISMATCH', `account 0x${address} ${reason} wallet ${signer.signatureId}`, {
    advice:
      'The account must hold the public key that getaddress shows, for secp256k1, with weight 1000 and not revoked.',
  })
}

const isSecp256k1 = ({ signing_algorithm: name = '' }: AccountKey): boolean =>
  name.replaceAll('_', '').toLowerCase() === 'ecdsasecp256k1'
