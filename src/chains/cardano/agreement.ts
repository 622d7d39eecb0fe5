import { formatUnits } from '../../core/amount.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import { addressText } from './address.js'
import type { BodyOutput, TransactionBody } from './body.js'
import type { Operations, Output } from './operations.js'
import { sameTokens, sumOfTokens } from './tokens.js'

/*
 * The API makes what is to be signed, and the reference signed whatever it sent. Here its transaction has to be the requested one and nothing beside it.
 */

/** Transactions without scripts cost below 0.9 ADA, at the largest size; the API's own default for withdrawals is 1 ADA. */
const MAX_FEE_LOVELACE = 10_000_000n

/** The fee that a request implies: what its outputs leave over. @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED */
export function impliedFee({ inputs, outputs }: Operations): bigint {
  const fee = sumOf(inputs) - sumOf(outputs)
  if (fee <= 0n) throw new KeywardError('TRANSACTION_MALFORMED', 'the inputs do not exceed the outputs: no fee is left')
  if (fee > MAX_FEE_LOVELACE) {
    throw new KeywardError(
      'TRANSACTION_UNSUPPORTED',
      `the transaction pays a fee of ${formatUnits(fee, 6)} ADA; more than ${formatUnits(MAX_FEE_LOVELACE, 6)} ADA must be a mistake`,
      { advice: 'What the outputs leave over is the fee: name a change address when the transaction is made.' },
    )
  }
  if (!sameTokens(sumOfTokens(inputs), sumOfTokens(outputs))) {
    throw new KeywardError('TRANSACTION_MALFORMED', 'the tokens of the inputs are not those of the outputs')
  }
  return fee
}

const sumOf = (all: readonly { readonly lovelace: bigint }[]): bigint =>
  all.reduce((sum, { lovelace }) => sum + lovelace, 0n)

/** @throws KeywardError TRANSACTION_MALFORMED when the body is not what was requested, or is more than that. */
export function checkAgreement(body: TransactionBody, operations: Operations, network: Network): void {
  const { inputs, outputs } = operations
  if (
    !sameSet(
      body.inputs,
      inputs.map(({ txId, index }) => `${txId}:${index}`),
    )
  )
    throw disagreement('it spends other outputs')
  const sameOutputs =
    body.outputs.length === outputs.length &&
    body.outputs.every((output, place) => sameOutput(output, outputs[place], network))
  if (!sameOutputs) throw disagreement('it pays other recipients or amounts')
  if (body.fee !== impliedFee(operations)) throw disagreement('its fee is not what the inputs exceed the outputs by')
  if (body.expirySlot === undefined) throw disagreement('it never expires')
  if (body.networkId !== undefined && body.networkId !== (network === 'mainnet' ? 1n : 0n))
    throw disagreement('it is for another network')
  if (body.others.length > 0) throw disagreement(`it has ${body.others.join(', ')}`)
}

const sameSet = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.toSorted().join() === right.toSorted().join()

const sameOutput = (made: BodyOutput, wanted: Output | undefined, network: Network): boolean =>
  wanted !== undefined &&
  addressText(made.address, network) === wanted.address &&
  made.lovelace === wanted.lovelace &&
  sameTokens(made.tokens, wanted.tokens) &&
  made.others.length === 0

/** @param how the transaction of the API differs, in our own words. */
export const disagreement = (how: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `the API supplied another transaction than the requested one: ${how}`, {
    advice:
      'Nothing was signed. Find out what answers at the address of the API before the transaction is requested again.',
  })
