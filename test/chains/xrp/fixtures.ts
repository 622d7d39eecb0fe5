import { definitions } from '../../../src/chains/xrp/definition.js'
import { loadXrp } from '../../../src/chains/xrp/index.js'
import { intentSummary } from '../../../src/core/intent.js'
import type { PendingTransaction } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { managed } from '../../kit/chain-suite.js'
import { pendingFor, planFor } from '../../kit/account-chain.js'

const [definition] = definitions
if (definition === undefined) throw new Error('the family has a chain')
export const xrp = loadXrp(definition.code)

const walletOf = (seed: string) => managed(xrp, xrp.keys.fromPrivateKey(Secret.fromText(seed), 'testnet'), 'testnet')
/** Ed25519. */
export const wallet = walletOf('sEdTVNHwztdBViEMaLWmVGzsSedBH3o')
/** secp256k1. */
export const otherWallet = walletOf('shhkhQxCi9jDqhqXUKFY9vroBS317')
export const ACCOUNT = 'rsMcSU5rVN4qxA5LURX65bVL1uS1z8B7n8'
export const RECIPIENT = 'rUQciWuz7zH8PPZb9ngieoQkdJmBMhf3ik'
export const ISSUER = 'rnfgjiTZ4EBi5VmCoZ4hveoZpWA2pbZKpt'

export const payment = {
  TransactionType: 'Payment',
  Account: ACCOUNT,
  Destination: RECIPIENT,
  Amount: '12500000',
  Fee: '12',
  Sequence: 45,
  LastLedgerSequence: 87_654_821,
  Flags: 0,
}

export const pendingOf = (fields: unknown, more?: Readonly<Record<string, unknown>>): PendingTransaction =>
  pendingFor(xrp, wallet, typeof fields === 'string' ? fields : JSON.stringify(fields), more)

/** read -> prepare, by the Ed25519 wallet. */
export const planOf = (fields: unknown): Promise<SigningPlan> =>
  planFor(xrp, { pending: pendingOf(fields), network: 'testnet', wallets: [wallet] })

/** What an approver reads. */
export const summaryOf = async (fields: unknown): Promise<string> =>
  intentSummary(xrp.transactions.decode(await planOf(fields), new Map()))
