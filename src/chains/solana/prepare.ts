import { createHash } from 'node:crypto'
import type { ChainLookups, PrepareInput } from '../../core/chain.js'
import type { Clock } from '../../core/clock.js'
import { KeywardError } from '../../core/errors.js'
import { requestDigest } from '../../core/pending-transaction.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { ed25519PublicKey, signEd25519 } from '../common/ed25519.js'
import { addressOf, base58 } from './address.js'
import { parseMessage, withBlockhash } from './message.js'
import { latestBlockhash } from './node.js'
import type { LatestBlockhash } from './node.js'
import type { SolanaPlanBody } from './plan.js'
import type { SolanaRequest } from './request.js'
import { signersOf } from './signers.js'
import { lookUpTokenAccounts } from './token-accounts.js'

type Input = PrepareInput<SolanaRequest>

/** A block hash serves for 150 blocks after its own. */
const LIFE_BLOCKS = 150
/** A final block is about 32 blocks old, and sending takes some more: an earlier plan with less than this left is made anew. */
const LEAST_LIFE_BLOCKS = 80
const PAUSES_MS = [500, 1000, 2000]
const NO_BLOCKHASH = Buffer.alloc(32)

/** @throws KeywardError SIGNER_MISMATCH, SIGNATURE_INCOMPLETE, WALLET_*, BACKEND_*, API_*; BROADCAST_UNKNOWN when an identical transaction is in the way */
export async function preparePlan(input: Input, lookups: ChainLookups, clock: Clock): Promise<SigningPlan> {
  const { request, previous } = input
  const { mintSeed } = request
  const mint = mintSeed?.use((seed) => mintAddressOf(request, seed))
  const signers = await signersOf(input, mint, lookups)
  const account = contentKey(request)
  const used = await lookups.highestSequence(account)
  let latest = await latestBlockhash(lookups)
  if (previous !== undefined && fits(previous, input, signers, latest, used)) return previous
  for (const pauseMs of PAUSES_MS) {
    if (isFree(latest, used)) break
    await clock.sleep(pauseMs)
    latest = await latestBlockhash(lookups)
  }
  if (!isFree(latest, used)) throw identical()
  const bytes = withBlockhash(request.bytes, request.message, latest.blockhash)
  const cosignatures: Record<string, string> = {}
  if (mint !== undefined && mintSeed !== undefined) {
    cosignatures[mint] = base58(mintSeed.use((seed) => signEd25519(bytes, seed)))
  }
  const body: SolanaPlanBody = {
    message: bytes.toString('hex'),
    lastValidBlockHeight: latest.lastValidBlockHeight.toString(),
    cosignatures,
    tokenAccounts: await lookUpTokenAccounts(parseMessage(bytes), lookups),
  }
  return {
    version: 1,
    pendingId: input.pending.id,
    chain: input.pending.chain,
    network: input.network,
    requestDigest: requestDigest(input.pending),
    ...(input.pending.withdrawalId === undefined ? {} : { withdrawalId: input.pending.withdrawalId }),
    signers,
    account: { address: account, sequence: body.lastValidBlockHeight },
    body,
  }
}

/**
 * Two requests for the same content are two payments, but with the same block hash they would be the same bytes, and the network would execute them once. So the
 * content counts as an account of its own, whose sequence number is the last block height: a later one must be higher than all that were signed.
 */
function contentKey({ bytes, message }: SolanaRequest): string {
  const content = withBlockhash(bytes, message, NO_BLOCKHASH)
  return `content:${createHash('sha256').update(content).digest('hex')}`
}

const isFree = ({ lastValidBlockHeight }: LatestBlockhash, used: bigint | undefined): boolean =>
  used === undefined || BigInt(lastValidBlockHeight) > used

const identical = (): KeywardError =>
  new KeywardError('BROADCAST_UNKNOWN', 'the network still has the block hash that an identical transaction used', {
    advice: 'This transaction waits for the next block, so that both take effect.',
  })

/** An earlier plan stays good, so that approvers see the same digest, while its block hash lives long enough and nobody else used its bytes. */
function fits(
  previous: SigningPlan,
  { pending, network }: Input,
  signers: readonly Signer[],
  latest: LatestBlockhash,
  used: bigint | undefined,
): boolean {
  if (previous.account === undefined || previous.requestDigest !== requestDigest(pending)) return false
  const lastValid = BigInt(previous.account.sequence)
  const finalHeight = BigInt(latest.lastValidBlockHeight - LIFE_BLOCKS)
  return (
    previous.network === network &&
    JSON.stringify(previous.signers.map(identityOf)) === JSON.stringify(signers.map(identityOf)) &&
    lastValid - finalHeight >= BigInt(LEAST_LIFE_BLOCKS) &&
    (used === undefined || lastValid > used)
  )
}

const identityOf = ({ signatureId, index, address }: Signer): readonly unknown[] => [
  signatureId,
  index ?? null,
  address,
]

/** @throws KeywardError SIGNER_MISMATCH unless the message requires this key for something else than the fee. */
function mintAddressOf({ message: { required } }: SolanaRequest, seed: Buffer): string {
  const address = addressOf(ed25519PublicKey(seed))
  if (required.indexOf(address) > 0) return address
  throw new KeywardError('SIGNER_MISMATCH', `the message does not require the key of ${address}, which came with it`)
}
