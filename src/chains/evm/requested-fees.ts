import { KeywardError } from '../../core/errors.js'
import type { EvmDefinition } from './definition.js'
import { accessList, address, given, malformed, positiveQuantity, quantity } from './fields.js'
import type { AccessListEntry } from './fields.js'
import { kaiaFees } from './kaia.js'
import type { KaiaFees } from './kaia.js'
import type { LosslessObject } from '../common/lossless-json.js'

/** Legacy with replay protection (EIP-155), with an access list (EIP-2930), with a fee cap and a tip (EIP-1559). Prices are wei for each unit of gas. */
export type RequestedFees =
  | { readonly type: 'legacy'; readonly gasPrice?: bigint }
  | { readonly type: 'eip2930'; readonly gasPrice?: bigint; readonly accessList: readonly AccessListEntry[] }
  /** Without a cap, cap and tip are looked up. */
  | {
      readonly type: 'eip1559'
      readonly maxFeePerGas?: bigint
      readonly maxPriorityFeePerGas?: bigint
      readonly accessList: readonly AccessListEntry[]
    }
  /** Fees in a token (CIP-64). Without a cap, cap and tip are looked up; prices are units of the token for each unit of gas. */
  | {
      readonly type: 'cip64'
      readonly feeCurrency: string
      readonly maxFeePerGas?: bigint
      readonly maxPriorityFeePerGas?: bigint
      readonly accessList: readonly AccessListEntry[]
    }
  | KaiaFees

/** @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED */
export function feesOf(definition: EvmDefinition, fields: LosslessObject): RequestedFees {
  const kaia = definition.kaiaTypes === true ? kaiaFees(fields) : undefined
  if (kaia !== undefined) return kaia
  const feeCurrency = feeCurrencyOf(definition, fields)
  return feeCurrency === undefined ? ethereumFees(definition, fields) : tokenFees(feeCurrency, fields)
}

/** A fee in a token is an instruction wherever it appears; only Celo can follow it. */
function feeCurrencyOf({ feeCurrencies, name }: EvmDefinition, fields: LosslessObject): string | undefined {
  const gatewayFee = ['gatewayFee', 'gatewayFeeRecipient'].find((member) => given(fields, member) !== undefined)
  if (gatewayFee === undefined && (feeCurrencies !== undefined || given(fields, 'feeCurrency') === undefined)) {
    return feeCurrencies && address(fields, 'feeCurrency')
  }
  throw new KeywardError(
    'TRANSACTION_UNSUPPORTED',
    `"${gatewayFee ?? 'feeCurrency'}" of the transaction is not supported on ${name}`,
    gatewayFee === undefined ? {} : { advice: 'Gateway fees ended when Celo became a layer 2 of Ethereum in 2025.' },
  )
}

/** One price is both the cap and the tip: what it says is paid, as in a transaction without fee market. */
function tokenFees(feeCurrency: string, fields: LosslessObject): RequestedFees {
  if ((quantity(fields, 'type') ?? 0x7bn) !== 0x7bn) throw malformed('type', 'has no fee in a token; 0x7b has (CIP-64)')
  const common = { type: 'cip64', feeCurrency, accessList: accessList(fields, 'accessList') ?? [] } as const
  const gasPrice = positiveQuantity(fields, 'gasPrice')
  const cap = quantity(fields, 'maxFeePerGas')
  const tip = quantity(fields, 'maxPriorityFeePerGas')
  if (cap === undefined && tip === undefined) {
    return gasPrice === undefined ? common : { ...common, maxFeePerGas: gasPrice, maxPriorityFeePerGas: gasPrice }
  }
  if (gasPrice !== undefined) throw malformed('gasPrice', 'and a fee cap exclude each other')
  return { ...common, ...dynamicFees(cap, tip) }
}

function ethereumFees({ gasPrice: source }: EvmDefinition, fields: LosslessObject): RequestedFees {
  const gasPrice = positiveQuantity(fields, 'gasPrice')
  const maxFeePerGas = quantity(fields, 'maxFeePerGas')
  const maxPriorityFeePerGas = quantity(fields, 'maxPriorityFeePerGas')
  const list = accessList(fields, 'accessList')
  const dynamic = maxFeePerGas !== undefined || maxPriorityFeePerGas !== undefined
  const market = source.from === 'fee-market' && gasPrice === undefined
  switch (quantity(fields, 'type') ?? inferredType(dynamic || market, list)) {
    case 0n:
      if (dynamic || list) throw malformed('type', 'is 0, which has neither an access list nor a fee cap')
      return { type: 'legacy', ...(gasPrice && { gasPrice }) }
    case 1n:
      if (dynamic) throw malformed('type', 'is 1, which has no fee cap')
      return { type: 'eip2930', ...(gasPrice && { gasPrice }), accessList: list ?? [] }
    case 2n:
      if (gasPrice !== undefined) throw malformed('gasPrice', 'and a fee cap (EIP-1559) exclude each other')
      if (market && !dynamic) return { type: 'eip1559', accessList: list ?? [] }
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
