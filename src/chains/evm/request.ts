import { firstSigner } from '../common/single-signer.js'
import type { TransactionRequest } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import type { EvmDefinition, Habits } from './definition.js'
import {
  address,
  bytes,
  decimalQuantity,
  given,
  hexadecimalQuantity,
  malformed,
  positiveQuantity,
  quantity,
} from './fields.js'
import { JsonNumber, parseLosslessObject } from '../common/lossless-json.js'
import type { LosslessObject } from '../common/lossless-json.js'
import { feesOf } from './requested-fees.js'
import type { RequestedFees } from './requested-fees.js'
import { isAboutAccount } from './kaia.js'

/** What the requester fixed. Everything that is absent is looked up. */
export interface EvmRequest extends TransactionRequest {
  /** Absent: contract creation. */
  readonly to?: string
  readonly value?: bigint
  readonly data?: string
  readonly nonce?: bigint
  readonly gas?: bigint
  /** Ask the network for the gas; `gas`, if any, is then no more than an offer. */
  readonly estimate: boolean
  readonly chainId?: bigint
  readonly fees: RequestedFees
}

/** Fields that would make another transaction than the ones known here: other rules of encoding, blobs (EIP-4844), delegation (EIP-7702). */
const UNSUPPORTED = ['common', 'hardfork', 'blobs', 'blobVersionedHashes', 'maxFeePerBlobGas', 'authorizationList']
const MAX_UINT64 = 2n ** 64n - 1n

/**
 * Reads the web3 transaction object in `serializedTransaction`. Known fields are taken over, `from` and unknown ones are not looked at.
 * @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED
 */
export function readRequest(definition: EvmDefinition, pending: PendingTransaction, network: Network): EvmRequest {
  const fields = parseLosslessObject(pending.serializedTransaction)
  const unsupported = UNSUPPORTED.find((name) => given(fields, name) !== undefined)
  if (unsupported !== undefined) {
    throw new KeywardError('TRANSACTION_UNSUPPORTED', `"${unsupported}" of the transaction is not supported`)
  }
  const fees = feesOf(definition, fields)
  return {
    signers: [firstSigner(pending)],
    ...contentOf(fields, fees),
    ...gasAndNonceOf(definition, pending, fields),
    ...chainIdOf(definition, network, fields),
    fees,
  }
}

function contentOf(fields: LosslessObject, fees: RequestedFees): Pick<EvmRequest, 'to' | 'value' | 'data'> {
  const to = address(fields, 'to')
  const value = quantity(fields, 'value')
  if (given(fields, 'data') !== undefined && given(fields, 'input') !== undefined) {
    throw malformed('input', 'and "data" exclude each other')
  }
  const data = bytes(fields, 'data') ?? bytes(fields, 'input')
  if (to === undefined && (data === undefined || data === '0x') && !isAboutAccount(fees)) {
    throw malformed('to', 'is missing, and so is the code of a contract: its value would be lost')
  }
  return { ...(to && { to }), ...(value === undefined ? {} : { value }), ...(data && data !== '0x' && { data }) }
}

/** A gasLimit goes before gas, as in the reference's library. */
function gasAndNonceOf(
  { habits }: EvmDefinition,
  pending: PendingTransaction,
  fields: LosslessObject,
): Pick<EvmRequest, 'gas' | 'estimate' | 'nonce'> {
  const gasLimit = gasLimitOf(habits.gasLimit, fields)
  const gasField = positiveQuantity(fields, 'gas')
  const gas = gasLimit ?? gasField
  if (gas !== undefined && gas > MAX_UINT64) throw malformed('gas', 'does not fit into 64 bits')
  const estimated = habits.estimates === 'everyone' || (habits.estimates === 'withdrawals' && pending.withdrawalId)
  const usesGasField = gasField !== undefined && !estimated
  const openAtZero = { never: false, 'with-gas': usesGasField, always: true }[habits.zeroNonceIsOpen]
  const nonce = nonceOf(fields, openAtZero)
  return {
    estimate: gasLimit === undefined && !usesGasField,
    ...(gas === undefined ? {} : { gas }),
    ...(nonce === undefined ? {} : { nonce }),
  }
}

function gasLimitOf(form: Habits['gasLimit'], fields: LosslessObject): bigint | undefined {
  switch (form) {
    case 'hexadecimal':
      return hexadecimalQuantity(fields, 'gasLimit')
    case 'any':
      return positiveQuantity(fields, 'gasLimit')
    case 'ignored':
      return undefined
  }
}

/** @param zeroIsOpen the JSON number 0 (not the text "0" or "0x0") counts as not given. */
function nonceOf(fields: LosslessObject, zeroIsOpen: boolean): bigint | undefined {
  const nonce = quantity(fields, 'nonce')
  if (nonce === 0n && zeroIsOpen && given(fields, 'nonce') instanceof JsonNumber) return undefined
  if (nonce !== undefined && nonce >= MAX_UINT64) throw malformed('nonce', 'is beyond the last one (EIP-2681)')
  return nonce
}

function chainIdOf(definition: EvmDefinition, network: Network, fields: LosslessObject): Pick<EvmRequest, 'chainId'> {
  const chainId = (definition.habits.chainId === 'any' ? quantity : decimalQuantity)(fields, 'chainId')
  if (chainId === undefined) return {}
  if (definition.chainIds[network].includes(chainId)) return { chainId }
  throw new KeywardError(
    'TRANSACTION_UNSUPPORTED',
    `chain id ${chainId} does not belong to ${definition.name} ${network}`,
  )
}
