import { formatUnits } from './amount.js'
import type { ChainCode, Network } from './ids.js'
import type { JsonObject } from './json.js'

/** A coin or token. A token is named by its contract; `symbol` and `decimals` only when they are known for certain. */
export interface Asset {
  readonly chain: ChainCode
  readonly contract?: string
  readonly symbol?: string
  readonly decimals?: number
}

export type IntentAction =
  | {
      readonly type: 'transfer'
      readonly from: readonly string[]
      readonly to: string
      readonly asset: Asset
      readonly amount: bigint
      readonly change: boolean
      /** Destination tag or memo by which the recipient books the payment: at an exchange it decides whose money this is. */
      readonly memo?: string
    }
  | {
      readonly type: 'allowance'
      readonly owner: string
      readonly spender: string
      readonly asset: Asset
      readonly amount: bigint
      readonly unlimited: boolean
    }
  | {
      readonly type: 'contract-creation'
      readonly from: string
      readonly asset: Asset
      readonly amount: bigint
      readonly codeBytes: number
    }
  | {
      readonly type: 'contract-call'
      readonly from: string
      readonly to: string
      readonly asset: Asset
      readonly amount: bigint
      readonly selector: string
      readonly dataBytes: number
    }
  | {
      /** What a chain's own transaction type does beside paying: a trust line, an account setting, an order, a stake. Named as the chain names it. */
      readonly type: 'operation'
      readonly from: string
      readonly name: string
      /** Every argument by its name, as text that a person can read. */
      readonly details: Readonly<Record<string, string>>
    }
  | { readonly type: 'data'; readonly hex: string }

/**
 * What a plan would do, in words a policy and a person understand. Made from the plan alone. `change` marks outputs proven to return to a wallet that
 * signs. `undecoded` names every part that could not be explained: nothing is guessed.
 */
export interface Intent {
  readonly chain: ChainCode
  readonly network: Network
  readonly actions: readonly IntentAction[]
  /**
   * Native coin, smallest units. `maximum` when the chain decides the final amount up to this one. `beside` names what the chain takes on top, which nothing in the
   * transaction limits.
   */
  readonly fee: { readonly asset: Asset; readonly amount: bigint; readonly maximum: boolean; readonly beside?: string }
  readonly undecoded: readonly string[]
}

const amountText = (asset: Asset, amount: bigint): string => {
  const name = asset.symbol ?? (asset.contract === undefined ? asset.chain : `token ${asset.contract}`)
  return asset.decimals === undefined ? `${amount} units of ${name}` : `${formatUnits(amount, asset.decimals)} ${name}`
}

const shortened = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length)}…` : text)

const detailsText = (details: Readonly<Record<string, string>>): string =>
  Object.entries(details)
    .map(([name, value]) => `${name} ${shortened(value, 240)}`)
    .join(', ')

const actionText = (action: IntentAction): string => {
  switch (action.type) {
    case 'transfer':
      return `${action.change ? 'change' : 'pay'} ${amountText(action.asset, action.amount)} to ${action.to}${action.memo === undefined ? '' : ` (memo ${JSON.stringify(action.memo)})`}`
    case 'operation':
      return `${action.name} by ${action.from} (${detailsText(action.details)})`
    case 'allowance':
      return `allow ${action.spender} to spend ${action.unlimited ? 'ANY AMOUNT' : amountText(action.asset, action.amount)} of ${action.asset.contract ?? action.asset.chain}`
    case 'contract-creation':
      return `create a contract (${action.codeBytes} bytes) with ${amountText(action.asset, action.amount)}`
    case 'contract-call':
      return `call ${action.selector} on ${action.to} (${action.dataBytes} bytes) with ${amountText(action.asset, action.amount)}`
    case 'data':
      return `data ${shortened(action.hex, 80)}`
  }
}

/** One line for a log, a list and an approver's screen. */
export function intentSummary(intent: Intent): string {
  const { asset, amount, maximum, beside } = intent.fee
  const fee = `fee ${maximum ? 'at most ' : ''}${amountText(asset, amount)}${beside === undefined ? '' : `, and ${beside}`}`
  const unknown = intent.undecoded.map((part) => `NOT DECODED: ${part}`)
  return [...intent.actions.map(actionText), fee, ...unknown].join('; ')
}

/** The intent as JSON: amounts become decimal text in smallest units. */
export function intentJson(intent: Intent): JsonObject {
  const asset = (of: Asset): JsonObject => ({ ...of })
  return {
    chain: intent.chain,
    network: intent.network,
    actions: intent.actions.map((action): JsonObject => {
      if (action.type === 'data' || action.type === 'operation') return { ...action }
      return { ...action, asset: asset(action.asset), amount: action.amount.toString() }
    }),
    fee: { ...intent.fee, asset: asset(intent.fee.asset), amount: intent.fee.amount.toString() },
    undecoded: intent.undecoded,
    summary: intentSummary(intent),
  }
}
