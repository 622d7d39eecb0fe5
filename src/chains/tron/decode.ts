import type { ChainDefinition } from '../../core/chain.js'
import { formatUnits } from '../../core/amount.js'
import type { Asset, Intent, IntentAction } from '../../core/intent.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { decodeTokenCall } from '../common/token-calls.js'
import { fromEthereumForm } from './address.js'
import { maximumFee } from './fee.js'
import { Message } from './message.js'
import type { Value } from './message.js'
import type { FieldSpec, MessageSpec } from './messages.js'
import { readPlan } from './plan.js'
import { readableText } from './readable-text.js'
import type { TronTransaction } from './transaction.js'

type Content = Pick<Intent, 'actions' | 'undecoded'>

/** What a plan would do, read from the bytes that are signed. */
export function decodePlan({ code, decimals }: ChainDefinition, plan: SigningPlan): Intent {
  const { transaction } = readPlan(plan)
  const coin: Asset = { chain: code, symbol: 'TRX', decimals }
  const { actions, undecoded } = contentOf(transaction, coin)
  return {
    chain: plan.chain,
    network: plan.network,
    actions: withNote(actions, transaction.data),
    fee: { asset: coin, amount: maximumFee(transaction), maximum: true },
    undecoded,
  }
}

function contentOf(transaction: TronTransaction, coin: Asset): Content {
  const { type, owner, contract, spec } = transaction
  switch (type) {
    case 'TransferContract':
      return said(payment(owner, contract.text('to_address'), coin, contract.number('amount')))
    case 'TransferAssetContract': {
      const asset = { chain: coin.chain, contract: textOf(contract.text('asset_name')) }
      return said(payment(owner, contract.text('to_address'), asset, contract.number('amount')))
    }
    case 'TriggerSmartContract':
      return callOf(transaction, coin)
    case 'CreateSmartContract':
      return creationOf(transaction, coin)
    default:
      return said({ type: 'operation', from: owner, name: type, details: detailsOf(spec, contract) })
  }
}

const said = (...actions: IntentAction[]): Content => ({ actions, undecoded: [] })

const payment = (from: string, to: string | undefined, asset: Asset, amount: bigint): IntentAction => ({
  type: 'transfer',
  from: [from],
  to: to ?? '',
  asset,
  amount,
  change: false,
})

function callOf({ owner, contract }: TronTransaction, coin: Asset): Content {
  const to = contract.text('contract_address') ?? ''
  const data = `0x${contract.text('data') ?? ''}`
  const amount = contract.number('call_value')
  const withCall = assetsWithCall(owner, to, contract, coin.chain)
  const token = decodeTokenCall(data, owner, { chain: coin.chain, contract: to }, fromEthereumForm)
  if (token !== undefined) {
    return said(token, ...(amount === 0n ? [] : [payment(owner, to, coin, amount)]), ...withCall)
  }
  const selector = data.slice(0, 10)
  const dataBytes = (data.length - 2) / 2
  return {
    actions: [{ type: 'contract-call', from: owner, to, asset: coin, amount, selector, dataBytes }, ...withCall],
    undecoded: [`what the call ${selector} with ${dataBytes} bytes does`],
  }
}

function creationOf({ owner, contract }: TronTransaction, coin: Asset): Content {
  const [created = new Message()] = contract.messages('new_contract')
  const codeBytes = (created.text('bytecode') ?? '').length / 2
  const amount = created.number('call_value')
  const withCall = assetsWithCall(owner, 'the new contract', contract, coin.chain)
  return {
    actions: [{ type: 'contract-creation', from: owner, asset: coin, amount, codeBytes }, ...withCall],
    undecoded: [`what the ${codeBytes} bytes of code do`],
  }
}

/** TRC-10 tokens that go along with a call. */
function assetsWithCall(from: string, to: string, contract: Message, chain: Asset['chain']): IntentAction[] {
  const amount = contract.number('call_token_value')
  const asset = { chain, contract: contract.number('token_id').toString() }
  return amount === 0n ? [] : [payment(from, to, asset, amount)]
}

/** A note that a person can read belongs to the payment: exchanges book by it. */
function withNote(actions: readonly IntentAction[], data: string | undefined): readonly IntentAction[] {
  if (data === undefined) return actions
  const memo = readableText(data)
  const [first, ...rest] = actions
  if (memo !== undefined && first?.type === 'transfer') return [{ ...first, memo }, ...rest]
  return [...actions, { type: 'data', hex: data }]
}

/** Every argument but the owner. A resource that is left out is bandwidth, so enumerations are always said. */
function detailsOf(spec: MessageSpec, message: Message): Record<string, string> {
  const details: Record<string, string> = {}
  for (const field of Object.values(spec)) {
    const value = message.get(field.name)
    const { kind, name } = field
    const assumed = typeof kind === 'object' && 'values' in kind ? kind.values[0] : undefined
    if (name !== 'owner_address' && (value ?? assumed) !== undefined) details[name] = detail(field, value ?? assumed)
  }
  return details
}

function detail(field: FieldSpec, value: Value | undefined): string {
  const { kind } = field
  if (typeof kind === 'object' && 'message' in kind) {
    const items = Array.isArray(value) ? value : [value]
    return items
      .filter((item) => item instanceof Message)
      .map((item) => Object.values(detailsOf(kind.message, item)).join(': '))
      .join(', ')
  }
  if (typeof value === 'bigint') return kind === 'sun' ? `${formatUnits(value, 6)} TRX` : value.toString()
  if (typeof value === 'string') return kind === 'text' ? textOf(value) : value
  return value === true ? 'yes' : 'no'
}

/** The text that the bytes are, or their hexadecimal form with 0x where they are none. */
const textOf = (hexadecimal: string | undefined): string => readableText(hexadecimal ?? '') ?? `0x${hexadecimal ?? ''}`
