import type { ChainDefinition } from '../../core/chain.js'
import type { Asset, Intent, IntentAction } from '../../core/intent.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { isContract } from './address.js'
import { unsignedOf } from './plan.js'
import type { UnsignedTransaction } from './plan.js'

type Explained = Pick<Intent, 'actions' | 'undecoded'>

/** What a plan would do. @throws KeywardError TRANSACTION_MALFORMED */
export function decodePlan(definition: ChainDefinition, plan: SigningPlan): Intent {
  const transaction = unsignedOf(plan)
  const native: Asset = { chain: definition.code, symbol: definition.code, decimals: definition.decimals }
  return {
    chain: plan.chain,
    network: plan.network,
    ...explain(native, transaction),
    // The network takes no more; it gives back a part of what is not used.
    fee: { asset: native, amount: BigInt(transaction.gasPrice) * BigInt(transaction.gasLimit), maximum: true },
  }
}

function explain(native: Asset, transaction: UnsignedTransaction): Explained {
  const data = Buffer.from(transaction.data, 'base64')
  const token = tokenTransfer(native, transaction, data)
  if (token !== undefined) return { actions: [...paidBeside(native, transaction), token], undecoded: [] }
  if (isContract(transaction.to) || isBuiltIn(data)) return contractCall(native, transaction, data)
  const memo = readableText(data)
  const hex = data.toString('hex')
  const actions: IntentAction[] = [payment(native, transaction, memo)]
  return { actions: memo === undefined && hex !== '' ? [...actions, { type: 'data', hex }] : actions, undecoded: [] }
}

const payment = (asset: Asset, { sender, to, value }: UnsignedTransaction, memo?: string): IntentAction => ({
  type: 'transfer',
  from: [sender],
  to,
  asset,
  amount: BigInt(value),
  change: false,
  ...(memo === undefined ? {} : { memo }),
})

const paidBeside = (asset: Asset, transaction: UnsignedTransaction): IntentAction[] =>
  transaction.value === '0' ? [] : [payment(asset, transaction)]

/** `ESDTTransfer@token@amount` in whole bytes, and no function behind it: https://docs.multiversx.com/tokens/fungible-tokens#transfers */
function tokenTransfer(native: Asset, transaction: UnsignedTransaction, data: Buffer): IntentAction | undefined {
  const match = /^ESDTTransfer@((?:[0-9a-f]{2})+)@((?:[0-9a-f]{2})+)$/i.exec(data.toString('latin1'))
  const contract = Buffer.from(match?.[1] ?? '', 'hex').toString('latin1')
  if (match === null || !/^[A-Z0-9]{3,10}-[0-9a-f]{6}$/.test(contract)) return undefined
  const { sender, to } = transaction
  const amount = BigInt(`0x${match[2] ?? ''}`)
  return { type: 'transfer', from: [sender], to, asset: { chain: native.chain, contract }, amount, change: false }
}

/** Functions that every account has, with arguments behind an `@`, or by these names without any. */
const isBuiltIn = (data: Buffer): boolean =>
  /^\w+@|^(?:ClaimDeveloperRewards|GuardAccount|UnGuardAccount|DeleteUserName|MigrateDataTrie)$/.test(
    data.toString('latin1'),
  )

function contractCall(asset: Asset, { sender, to, value }: UnsignedTransaction, data: Buffer): Explained {
  const selector = /^\w{1,64}(?=@|$)/.exec(data.toString('latin1'))?.[0] ?? ''
  const call: IntentAction = {
    ...{ type: 'contract-call', from: sender, to, asset, amount: BigInt(value) },
    ...{ selector, dataBytes: data.length },
  }
  return { actions: [call], undecoded: data.length === 0 ? [] : [`the call "${selector}" and its arguments`] }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** Control characters and those that turn the direction of writing: what is shown would not be what is there. */
const UNREADABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

function readableText(bytes: Buffer): string | undefined {
  try {
    const text = utf8.decode(bytes)
    return text === '' || UNREADABLE.test(text) ? undefined : text
  } catch {
    return undefined
  }
}
