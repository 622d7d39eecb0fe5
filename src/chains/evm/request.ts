import type { TransactionRequest } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Network } from '../../core/ids.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import type { EvmDefinition } from './definition.js'
import {
  accessList,
  address,
  bytes,
  decimalQuantity,
  given,
  hexadecimalQuantity,
  malformed,
  positiveQuantity,
  quantity,
} from './fields.js'
import type { AccessListEntry } from './fields.js'
import { JsonNumber, parseLosslessObject } from '../common/lossless-json.js'
import type { LosslessObject } from '../common/lossless-json.js'

/** Legacy with replay protection (EIP-155), with an access list (EIP-2930), with a fee cap and a tip (EIP-1559). Prices are wei for each unit of gas. */
export type RequestedFees =
  | { readonly type: 'legacy'; readonly gasPrice?: bigint }
  | { readonly type: 'eip2930'; readonly gasPrice?: bigint; readonly accessList: readonly AccessListEntry[] }
  | {
      readonly type: 'eip1559'
      readonly maxFeePerGas: bigint
      readonly maxPriorityFeePerGas: bigint
      readonly accessList: readonly AccessListEntry[]
    }

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
  return {
    signers: [signerOf(pending)],
    ...contentOf(fields),
    ...gasAndNonceOf(definition, pending, fields),
    ...chainIdOf(definition, network, fields),
    fees: feesOf(fields),
  }
}

/** The index belongs to the list that names the wallet: top level for `hashes`, in the entry for `signatures`. */
function signerOf(pending: PendingTransaction): EvmRequest['signers'][number] {
  const [hash] = pending.hashes
  if (hash !== undefined) return { signatureId: hash, ...(pending.index === undefined ? {} : { index: pending.index }) }
  const [signature] = pending.signatures
  if (signature === undefined) throw new KeywardError('TRANSACTION_MALFORMED', 'the transaction names no wallet')
  return { signatureId: signature.id, ...(signature.index === undefined ? {} : { index: signature.index }) }
}

function contentOf(fields: LosslessObject): Pick<EvmRequest, 'to' | 'value' | 'data'> {
  const to = address(fields, 'to')
  const value = quantity(fields, 'value')
  if (given(fields, 'data') !== undefined && given(fields, 'input') !== undefined) {
    throw malformed('input', 'and "data" exclude each other')
  }
  const data = bytes(fields, 'data') ?? bytes(fields, 'input')
  if (to === undefined && (data === undefined || data === '0x')) {
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
  const gasLimit = hexadecimalQuantity(fields, 'gasLimit')
  const gasField = positiveQuantity(fields, 'gas')
  const gas = gasLimit ?? gasField
  if (gas !== undefined && gas > MAX_UINT64) throw malformed('gas', 'does not fit into 64 bits')
  const usesGasField = gasField !== undefined && !(habits.estimatesWithdrawals && pending.withdrawalId !== undefined)
  const nonce = nonceOf(fields, habits.zeroNonceIsOpen && usesGasField)
  return {
    estimate: gasLimit === undefined && !usesGasField,
    ...(gas === undefined ? {} : { gas }),
    ...(nonce === undefined ? {} : { nonce }),
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
  const chainId = decimalQuantity(fields, 'chainId')
  if (chainId === undefined) return {}
  if (definition.chainIds[network].includes(chainId)) return { chainId }
  throw new KeywardError(
    'TRANSACTION_UNSUPPORTED',
    `chain id ${chainId} does not belong to ${definition.name} ${network}`,
  )
}

function feesOf(fields: LosslessObject): RequestedFees {
  const gasPrice = positiveQuantity(fields, 'gasPrice')
  const maxFeePerGas = quantity(fields, 'maxFeePerGas')
  const maxPriorityFeePerGas = quantity(fields, 'maxPriorityFeePerGas')
  const list = accessList(fields, 'accessList')
  const dynamic = maxFeePerGas !== undefined || maxPriorityFeePerGas !== undefined
  switch (quantity(fields, 'type') ?? inferredType(dynamic, list)) {
    case 0n:
      if (dynamic || list) throw malformed('type', 'is 0, which has neither an access list nor a fee cap')
      return { type: 'legacy', ...(gasPrice && { gasPrice }) }
    case 1n:
      if (dynamic) throw malformed('type', 'is 1, which has no fee cap')
      return { type: 'eip2930', ...(gasPrice && { gasPrice }), accessList: list ?? [] }
    case 2n:
      if (gasPrice !== undefined) throw malformed('gasPrice', 'and a fee cap (EIP-1559) exclude each other')
      return { type: 'eip1559', ...dynamicFees(maxFeePerGas, maxPriorityFeePerGas), accessList: list ?? [] }
    default:
      throw new KeywardError('TRANSACTION_UNSUPPORTED', 'transactions of this "type" are not supported')
  }
}

const inferredType = (dynamic: boolean, list: readonly AccessListEntry[] | undefined): bigint =>
  dynamic ? 2n : list ? 1n : 0n

function dynamicFees(
  maxFeePerGas: bigint | undefined,
  maxPriorityFeePerGas: bigint | undefined,
): { maxFeePerGas: bigint; maxPriorityFeePerGas: bigint } {
  if (!maxFeePerGas || maxPriorityFeePerGas === undefined) {
    throw malformed('maxFeePerGas', 'and "maxPriorityFeePerGas" must both be given (EIP-1559)')
  }
  if (maxPriorityFeePerGas > maxFeePerGas) throw malformed('maxPriorityFeePerGas', 'is higher than "maxFeePerGas"')
  return { maxFeePerGas, maxPriorityFeePerGas }
}
