import type { Asset, Intent, IntentAction } from '../../core/intent.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import type { EvmDefinition } from './definition.js'
import { decodeTokenCall } from '../common/token-calls.js'
import { accountKeyText, isAboutAccount } from './kaia.js'
import { maximumFee, senderOf, transactionOf } from './plan.js'
import type { EvmTransaction } from './plan.js'

/** `0x` and four bytes. */
const SELECTOR_DIGITS = 10

const L1_DATA_FEE = 'what its data costs on Ethereum, which the network sets when it takes the transaction'

/** What a plan would do. Made from the plan alone, so a policy decides about exactly what is signed. */
export function decodePlan(definition: EvmDefinition, plan: SigningPlan): Intent {
  const transaction = transactionOf(plan)
  const { code: chain, decimals, coinSymbol: symbol, l1DataFee } = definition
  const coin: Asset = { chain, decimals, ...(symbol === undefined ? {} : { symbol }) }
  const fee = { asset: feeAsset(transaction, coin), amount: maximumFee(transaction), maximum: true }
  return {
    chain: plan.chain,
    network: plan.network,
    ...contentOf(transaction, senderOf(plan), coin),
    fee: l1DataFee === true ? { ...fee, beside: L1_DATA_FEE } : fee,
  }
}

/** Decimals of a token are a claim of its contract, so they are not known here. */
const feeAsset = (transaction: EvmTransaction, coin: Asset): Asset =>
  transaction.type === 'cip64' ? { chain: coin.chain, contract: transaction.feeCurrency } : coin

type Content = Pick<Intent, 'actions' | 'undecoded'>

function contentOf(transaction: EvmTransaction, from: string, coin: Asset): Content {
  const { to, value, data } = transaction
  if (transaction.type === 'kaia' && isAboutAccount(transaction)) return accountOperation(transaction)
  if (to === undefined) return creation(data, value, from, coin)
  const payment: IntentAction = { type: 'transfer', from: [from], to, asset: coin, amount: value, change: false }
  if (data === '0x') return { actions: [payment], undecoded: [] }
  if (transaction.type === 'kaia' && transaction.kind === 'VALUE_TRANSFER_MEMO') {
    return { actions: [payment, { type: 'data', hex: data.slice(2) }], undecoded: [] }
  }
  const token = decodeTokenCall(data, from, { chain: coin.chain, contract: to })
  if (token === undefined) return call(data, value, { from, to, coin })
  return { actions: value === 0n ? [token] : [token, payment], undecoded: [] }
}

function accountOperation({ kind, from, nonce, accountKey }: Extract<EvmTransaction, { type: 'kaia' }>): Content {
  const newKey = accountKey === undefined ? {} : { 'who can sign afterwards': accountKeyText(accountKey) }
  return {
    actions: [{ type: 'operation', from, name: kind, details: { nonce: nonce.toString(), ...newKey } }],
    undecoded: [],
  }
}

function creation(data: string, amount: bigint, from: string, asset: Asset): Content {
  const codeBytes = byteLength(data)
  return {
    actions: [{ type: 'contract-creation', from, asset, amount, codeBytes }],
    undecoded: [`what the ${codeBytes} bytes of code do`],
  }
}

function call(data: string, amount: bigint, { from, to, coin }: { from: string; to: string; coin: Asset }): Content {
  const selector = data.slice(0, SELECTOR_DIGITS)
  const dataBytes = byteLength(data)
  return {
    actions: [{ type: 'contract-call', from, to, asset: coin, amount, selector, dataBytes }],
    undecoded: [`what the call ${selector} with ${dataBytes} bytes does`],
  }
}

const byteLength = (data: string): number => (data.length - 2) / 2
