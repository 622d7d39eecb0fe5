import type { Operation } from '@stellar/stellar-base'
import { parseUnits } from '../../core/amount.js'
import type { ChainCode } from '../../core/ids.js'
import type { Asset, IntentAction } from '../../core/intent.js'
import { accountOf } from './accounts.js'
import { explainCall } from './contract-call.js'
import { valueText } from './value-text.js'

/** Where an operation stands. */
export interface Surroundings {
  readonly chain: ChainCode
  /** Account of operations that name none. */
  readonly source: string
  readonly memo: string | undefined
}

export interface Explained {
  readonly actions: readonly IntentAction[]
  readonly undecoded: readonly string[]
}

/** Every asset of the network has seven decimals; the native one has no issuer. */
const DECIMALS = 7

interface StellarAsset {
  isNative(): boolean
  getCode(): string
  getIssuer(): string
}

const assetOf = (chain: ChainCode, asset: StellarAsset): Asset =>
  asset.isNative()
    ? { chain, decimals: DECIMALS }
    : { chain, contract: `${asset.getCode()}:${asset.getIssuer()}`, decimals: DECIMALS }

/** What leaves an account is a transfer, of the most that may leave; everything else is an operation with its arguments by name. */
export function explainOperation(operation: Operation, around: Surroundings): Explained {
  const from = operation.source === undefined ? around.source : accountOf(operation.source).address
  const pay = (destination: string, asset: Asset, amount: string): IntentAction =>
    transfer(around, { from, destination, asset, amount })
  switch (operation.type) {
    case 'payment':
      return only(pay(operation.destination, assetOf(around.chain, operation.asset), operation.amount))
    case 'createAccount':
      return only(pay(operation.destination, { chain: around.chain, decimals: DECIMALS }, operation.startingBalance))
    case 'pathPaymentStrictSend':
      return exchange(
        operation,
        from,
        ['sendAsset', 'sendAmount', 'destination'],
        [pay(operation.destination, assetOf(around.chain, operation.sendAsset), operation.sendAmount)],
      )
    case 'pathPaymentStrictReceive':
      return exchange(
        operation,
        from,
        ['sendAsset', 'sendMax', 'destination'],
        [pay(operation.destination, assetOf(around.chain, operation.sendAsset), operation.sendMax)],
      )
    case 'createClaimableBalance':
      return claimable(operation, from, around)
    case 'invokeHostFunction':
      return explainCall(operation, from, { chain: around.chain, decimals: DECIMALS })
    default:
      return exchange(operation, from, [], [])
  }
}

const only = (action: IntentAction): Explained => ({ actions: [action], undecoded: [] })

function transfer(
  { memo }: Surroundings,
  payment: { readonly from: string; readonly destination: string; readonly asset: Asset; readonly amount: string },
): IntentAction {
  const { from, destination, asset, amount } = payment
  const { address, id } = accountOf(destination)
  const booked = [id, memo].filter((part) => part !== undefined).join(' ')
  return {
    type: 'transfer',
    from: [from],
    to: address,
    asset,
    amount: parseUnits(amount, DECIMALS),
    change: false,
    ...(booked === '' ? {} : { memo: booked }),
  }
}

/** An operation by name, after the transfers that are in it. @param shown arguments that the transfers tell. */
function exchange(
  operation: Operation,
  from: string,
  shown: readonly string[],
  transfers: readonly IntentAction[],
): Explained {
  const given = Object.entries(operation).filter(
    ([name, value]) => value !== undefined && !['type', 'source', ...shown].includes(name),
  )
  const texts = given.map(([name, value]): [string, string | undefined] => [name, valueText(value)])
  const details = texts.map(([name, text]): [string, string] => [name, text ?? '(not decoded)'])
  return {
    actions: [...transfers, { type: 'operation', from, name: operation.type, details: Object.fromEntries(details) }],
    undecoded: texts.flatMap(([name, text]) => (text === undefined ? [`${name} of ${operation.type}`] : [])),
  }
}

/** The money leaves the account now, for whoever of the claimants comes first. */
function claimable(operation: Operation.CreateClaimableBalance, from: string, { chain }: Surroundings): Explained {
  const payment: IntentAction = {
    type: 'transfer',
    from: [from],
    to: operation.claimants.map(({ destination }) => destination).join(' or '),
    asset: assetOf(chain, operation.asset),
    amount: parseUnits(operation.amount, DECIMALS),
    change: false,
  }
  return exchange(operation, from, ['asset', 'amount'], [payment])
}
