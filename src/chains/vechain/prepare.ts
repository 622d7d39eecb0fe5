import { createHash } from 'node:crypto'
import type { ChainKeys, ChainLookups, PrepareInput } from '../../core/chain.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import { requestDigest } from '../../core/pending-transaction.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { isPlanFor, signerFrom, singleSignerPlan } from '../common/single-signer.js'
import type { VechainDefinition } from './definition.js'
import { block, chainTag, estimateGas } from './lookups.js'
import { lastBlock, transactionOf } from './plan.js'
import type { VechainPlanBody } from './plan.js'
import type { VechainRequest } from './request.js'

type Input = PrepareInput<VechainRequest>

/** `0x` and the first eight bytes of a block's id. */
const BLOCK_REF_DIGITS = 18

/** @throws KeywardError SIGNER_MISMATCH, INDEX_INVALID, WALLET_*, API_* */
export async function preparePlan(
  definition: VechainDefinition,
  keys: Pick<ChainKeys, 'address'>,
  input: Input,
  lookups: ChainLookups,
): Promise<SigningPlan> {
  const { request, network, previous, pending } = input
  const signer = signerFrom(keys, input)
  if (previous !== undefined && (await fits(previous, input, signer, lookups))) return previous
  const { to, value, data, expiration, gasPriceCoef, dependsOn } = request
  const [tag, blockRef, gas] = await Promise.all([
    request.chainTag ?? chainTag(definition, network, lookups),
    request.blockRef ?? newBlockRef(lookups),
    request.gas ?? estimateGas(request, signer.address, lookups),
  ])
  const body: VechainPlanBody = {
    chainTag: tag,
    blockRef,
    expiration,
    ...(to === undefined ? {} : { to }),
    value: value.toString(),
    data,
    gasPriceCoef,
    gas: gas.toString(),
    ...(dependsOn === undefined ? {} : { dependsOn }),
    nonce: (request.nonce ?? ownNonce(pending)).toString(),
  }
  return singleSignerPlan(input, signer, undefined, body)
}

async function newBlockRef(lookups: ChainLookups): Promise<string> {
  return (await block('best', lookups)).id.slice(0, BLOCK_REF_DIGITS)
}

/**
 * A nonce only has to be another one for each transaction of an account. This one is a function of the request, so whoever plans the same request makes the same
 * transaction but for the block that it refers to.
 */
function ownNonce(pending: PendingTransaction): bigint {
  const hash = createHash('sha256')
    .update(`keyward-vet-nonce\0${pending.id}\0${requestDigest(pending)}`)
    .digest()
  return hash.readBigUInt64BE()
}

/** An earlier plan stays good, so that approvers see the same digest, while it is for this request and signer and a block can still hold it. */
async function fits(previous: SigningPlan, input: Input, signer: Signer, lookups: ChainLookups): Promise<boolean> {
  if (!isPlanFor(previous, input, signer)) return false
  // A block that the requester chose stays chosen: the node judges it.
  return (
    input.request.blockRef !== undefined || (await block('best', lookups)).number < lastBlock(transactionOf(previous))
  )
}
