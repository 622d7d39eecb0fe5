import type { ChainDefinition } from '../../core/chain.js'
import type { Asset, Intent, IntentAction } from '../../core/intent.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { decodeTokenCall } from '../common/token-calls.js'
import { onlySigner } from '../common/single-signer.js'
import { transactionOf } from './plan.js'
import type { VechainTransaction } from './plan.js'

/** The contract of VTHO, with which gas is paid; it is part of the protocol. */
const ENERGY = '0x0000000000000000000000000000456e65726779'
/** Wei of VTHO for a unit of gas of this type of transaction, before the coefficient; set by vote, this is the value of 2026. */
const BASE_GAS_PRICE = 10n ** 13n

/** What a plan would do. Made from the plan alone, so a policy decides about exactly what is signed. */
export function decodePlan({ code, decimals }: ChainDefinition, plan: SigningPlan): Intent {
  const transaction = transactionOf(plan)
  const { gas, gasPriceCoef } = transaction
  const coin: Asset = { chain: code, decimals }
  return {
    chain: plan.chain,
    network: plan.network,
    ...contentOf(transaction, onlySigner(plan).address, coin),
    fee: {
      asset: tokenAt(ENERGY, coin),
      amount: (gas * BASE_GAS_PRICE * BigInt(255 + gasPriceCoef)) / 255n,
      maximum: true,
    },
  }
}

const tokenAt = (contract: string, { chain }: Asset): Asset & { readonly contract: string } =>
  contract === ENERGY ? { chain, contract, symbol: 'VTHO', decimals: 18 } : { chain, contract }

function contentOf(
  { to, value: amount, data }: VechainTransaction,
  from: string,
  asset: Asset,
): Pick<Intent, 'actions' | 'undecoded'> {
  const dataBytes = (data.length - 2) / 2
  if (to === undefined) {
    return {
      actions: [{ type: 'contract-creation', from, asset, amount, codeBytes: dataBytes }],
      undecoded: [`what the ${dataBytes} bytes of code do`],
    }
  }
  const payment: IntentAction = { type: 'transfer', from: [from], to, asset, amount, change: false }
  if (dataBytes === 0) return { actions: [payment], undecoded: [] }
  // VIP-180 is ERC-20 by another name.
  const token = decodeTokenCall(data, from, tokenAt(to, asset))
  if (token !== undefined) return { actions: amount === 0n ? [token] : [token, payment], undecoded: [] }
  const selector = data.slice(0, 10)
  return {
    actions: [{ type: 'contract-call', from, to, asset, amount, selector, dataBytes }],
    undecoded: [`what the call ${selector} with ${dataBytes} bytes does`],
  }
}
