import type { ChainLookups, PrepareInput } from '../../core/chain.js'
import { requestDigest } from '../../core/pending-transaction.js'
import type { Signer, SigningPlan } from '../../core/signing-plan.js'
import { checkAgreement, disagreement, impliedFee } from './agreement.js'
import { readBody } from './body.js'
import { blake2b256 } from './hashes.js'
import { currentSlot, makeTransaction } from './node.js'
import { transactionOf } from './plan.js'
import type { CardanoPlanBody } from './plan.js'
import type { CardanoRequest } from './request.js'
import { signersOf } from './signers.js'
import { readUnsigned } from './unsigned.js'

type Input = PrepareInput<CardanoRequest>

/** An earlier plan with less than five minutes left is made anew: it has to be approved, signed and taken into a block. */
const LEAST_LIFE_SLOTS = 300n

/**
 * The plan of a request. The API makes the transaction, which then has to be exactly the requested one.
 * @throws KeywardError TRANSACTION_*, SIGNATURE_INCOMPLETE, SIGNER_MISMATCH, INDEX_INVALID, WALLET_*, BACKEND_*, API_*
 */
export async function preparePlan(input: Input, lookups: ChainLookups): Promise<SigningPlan> {
  const { request, pending, network, previous } = input
  const { operations } = request
  impliedFee(operations)
  const signers = await signersOf(input, lookups)
  if (previous !== undefined && (await fits(previous, input, signers, lookups))) return previous
  const { unsigned: supplied, digests } = await makeTransaction(operations.json, network, lookups)
  const unsigned = readUnsigned(supplied)
  const transaction = unsigned && readBody(unsigned.body)
  if (unsigned === undefined || transaction === undefined) throw disagreement('it cannot be read')
  checkAgreement(transaction, operations, network)
  const digest = blake2b256(unsigned.body).toString('hex')
  // What is signed is computed here anyway. An API that wants something else signed is not to be trusted with the rest.
  if (digests.some((wanted) => wanted.toLowerCase() !== digest))
    throw disagreement('what it wants signed is not its hash')
  const { body, form } = unsigned
  return {
    version: 1,
    pendingId: pending.id,
    chain: pending.chain,
    network,
    requestDigest: requestDigest(pending),
    ...(pending.withdrawalId === undefined ? {} : { withdrawalId: pending.withdrawalId }),
    signers,
    body: {
      unsigned: body.toString('hex'),
      parts: form.parts,
      ...(form.remembered === undefined ? {} : { remembered: form.remembered.toString('hex') }),
      from: [...new Set(operations.inputs.map(({ address }) => address))],
    } satisfies CardanoPlanBody,
  }
}

/** An earlier plan stays good, so that approvers see the same digest, until it is about to expire. */
async function fits(
  previous: SigningPlan,
  { pending, network }: Input,
  signers: readonly Signer[],
  lookups: ChainLookups,
): Promise<boolean> {
  if (previous.requestDigest !== requestDigest(pending) || previous.network !== network) return false
  if (JSON.stringify(previous.signers.map(identityOf)) !== JSON.stringify(signers.map(identityOf))) return false
  const { expirySlot = 0n } = transactionOf(previous)
  return expirySlot - (await currentSlot(network, lookups)) >= LEAST_LIFE_SLOTS
}

const identityOf = ({ signatureId, index, address }: Signer): readonly unknown[] => [
  signatureId,
  index ?? null,
  address,
]
