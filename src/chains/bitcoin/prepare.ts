import { formatUnits } from '../../core/amount.js'
import type { PrepareInput } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import { requestDigest } from '../../core/pending-transaction.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import type { BitcoinDefinition } from './definition.js'
import type { StoredPlanBody } from './plan.js'
import type { BitcoinRequest } from './request.js'
import type { InputType } from './script-owners.js'
import type { BareInput, Output, UnsignedTransaction } from './serialized-transaction.js'
import type { Assignment } from './signers.js'

/**
 * The plan of a transaction. The request holds everything, so nothing is looked up on the network and the same request always gives the same plan.
 * @param assign finds who signs each input.
 * @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED, SIGNATURE_INCOMPLETE, SIGNER_MISMATCH, INDEX_INVALID, WALLET_*
 */
export async function preparePlan(
  definition: BitcoinDefinition,
  input: PrepareInput<BitcoinRequest<BareInput>>,
  assign: () => Assignment | Promise<Assignment>,
): Promise<SigningPlan> {
  const { pending, network, request } = input
  const { transaction } = request
  checkAmounts(definition, transaction)
  const assignment = await assign()
  const weight = weightOf(
    assignment.inputs.map(({ type }) => type),
    transaction.outputs,
  )
  checkWeight(weight)
  checkFee(definition, transaction, weight)
  const body: StoredPlanBody = {
    version: transaction.version,
    lockTime: transaction.lockTime,
    inputs: assignment.inputs.map(({ signer, script, input: { txId, vout, sequence, value } }) => ({
      txId,
      vout,
      sequence,
      value: value.toString(),
      script: script.toString('hex'),
      signer,
    })),
    outputs: transaction.outputs.map(({ value, script }) => ({
      value: value.toString(),
      script: script.toString('hex'),
    })),
  }
  return {
    version: 1,
    pendingId: pending.id,
    chain: definition.code,
    network,
    requestDigest: requestDigest(pending),
    ...(pending.withdrawalId === undefined ? {} : { withdrawalId: pending.withdrawalId }),
    signers: [...assignment.signers],
    body,
  }
}

export const sumOf = (amounts: readonly { readonly value: bigint }[]): bigint =>
  amounts.reduce((sum, { value }) => sum + value, 0n)

function checkAmounts({ maxAmount }: BitcoinDefinition, { inputs, outputs }: UnsignedTransaction<BareInput>): void {
  const [spent, paid] = [sumOf(inputs), sumOf(outputs)]
  if (spent > maxAmount) throw new KeywardError('TRANSACTION_MALFORMED', 'the inputs hold more coins than can exist')
  if (paid > spent) {
    throw new KeywardError('TRANSACTION_MALFORMED', `the outputs (${paid}) exceed the inputs (${spent})`)
  }
}

/** Bytes outside and inside the witness that a signature adds to the 41 of a bare input, at their longest. */
const SIGNATURE_BYTES: Readonly<Record<InputType, { readonly base: number; readonly witness: number }>> = {
  p2pkh: { base: 107, witness: 0 },
  p2pk: { base: 73, witness: 0 },
  p2wpkh: { base: 0, witness: 108 },
  'p2sh-p2wpkh': { base: 23, witness: 108 },
}
/** Nodes relay nothing heavier. It also bounds the work of signing, which for old-style inputs grows with the square of their number. */
const MAX_WEIGHT = 400_000

function weightOf(types: readonly InputType[], outputs: readonly Output[]): number {
  const inputWeight = types.reduce((sum, type) => {
    const { base, witness } = SIGNATURE_BYTES[type]
    return sum + 4 * (41 + base) + witness
  }, 0)
  return outputs.reduce((sum, { script }) => sum + 4 * (9 + script.length), inputWeight + 4 * 10)
}

function checkWeight(weight: number): void {
  if (weight <= MAX_WEIGHT) return
  throw new KeywardError('TRANSACTION_UNSUPPORTED', 'the transaction is larger than nodes relay (400,000 weight units)')
}

/** A fee that the request names is the requester's business, as long as it is the one that is paid. One that nobody named may be forgotten change. */
function checkFee(
  { feeLimits, code, decimals }: BitcoinDefinition,
  transaction: UnsignedTransaction<BareInput>,
  weight: number,
): void {
  if (feeLimits === undefined) return
  const fee = sumOf(transaction.inputs) - sumOf(transaction.outputs)
  const { statedFee } = transaction
  const text = (amount: bigint): string => `${formatUnits(amount, decimals)} ${code}`
  if (statedFee !== undefined) {
    if (statedFee === fee) return
    throw new KeywardError(
      'TRANSACTION_MALFORMED',
      `the request names a fee of ${text(statedFee)}, but the transaction pays ${text(fee)}`,
    )
  }
  const limit = feeLimits.maxUnstatedRate * BigInt(Math.ceil(weight / 4))
  if (fee <= limit) return
  throw new KeywardError(
    'TRANSACTION_UNSUPPORTED',
    `the transaction pays a fee of ${text(fee)}; more than ${text(limit)} must be a mistake`,
    { advice: 'Name a change address when the transaction is made: what the outputs leave over goes to the miners.' },
  )
}
