import { Account, Networks, Operation, TransactionBuilder } from '@stellar/stellar-base'
import type { FeeBumpTransaction, Memo, Transaction, xdr } from '@stellar/stellar-base'
import { definitions } from '../../../src/chains/stellar/definition.js'
import { loadStellar } from '../../../src/chains/stellar/index.js'
import { intentSummary } from '../../../src/core/intent.js'
import type { PendingTransaction } from '../../../src/core/pending-transaction.js'
import { Secret } from '../../../src/core/secret.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { pendingFor, planFor } from '../../kit/account-chain.js'
import { managed } from '../../kit/chain-suite.js'

const [definition] = definitions
if (definition === undefined) throw new Error('the family has a chain')
export const stellar = loadStellar(definition.code)
export const PASSPHRASE = Networks.TESTNET

export const SEED = 'SC34YU4GNO25GVOSGX2P653DOBEPDGR5JFIRG4X26FX6VPE3SDJAKAGN'
const walletOf = (seed: string) =>
  managed(stellar, stellar.keys.fromPrivateKey(Secret.fromText(seed), 'testnet'), 'testnet')
export const wallet = walletOf(SEED)
export const otherWallet = walletOf('SCFFF7KD5CRDL5Z7OHT2OL426RQ4NLLFUDJFT3KGYUJ2YLIORDZNND6O')
export const ACCOUNT = 'GDHYJGSPNNFZ3W7TIM7WYTHIBKSJ4MV5NQOYSH3CCRWB2QHF2KVNMAQT'
export const OTHER = 'GATJ4BAMIXJO5NSW6X3PFUZF4OZ2KZECUINEQPNAIBICEIVXN3ROXZLL'
export const RECIPIENT = 'GDRQYFOKOIFE7OCQ5TDDDQBP3MOJZ3RRMUEJMK5E67JQF5YEVP3GOE47'
export const ISSUER = 'GB7C54FVBBJBQGUZUMVD5PYFXCKIVGUAI6LZ42WIGHPUJ2IREAZOR6LM'

export interface Shape {
  readonly source?: string
  readonly sequence?: string
  readonly fee?: string
  readonly memo?: Memo
}

/** A transaction as the library builds it. */
export function transactionOf(
  operations: readonly xdr.Operation[],
  { source = ACCOUNT, sequence = '77', fee = '100', memo }: Shape = {},
): Transaction {
  const account = new Account(source, (BigInt(sequence) - 1n).toString())
  const builder = new TransactionBuilder(account, { fee, networkPassphrase: PASSPHRASE })
  for (const operation of operations) builder.addOperation(operation)
  if (memo !== undefined) builder.addMemo(memo)
  return builder.setTimebounds(0, 1_893_456_000).build()
}

export const bump = (amount: string) => Operation.bumpSequence({ bumpTo: amount })

export const pendingOf = (
  transaction: Transaction | FeeBumpTransaction | string,
  more?: Readonly<Record<string, unknown>>,
): PendingTransaction =>
  pendingFor(
    stellar,
    wallet,
    typeof transaction === 'string' ? transaction : transaction.toEnvelope().toXDR('base64'),
    more,
  )

/** read -> prepare, by the first wallet. */
export const planOf = (transaction: Transaction | FeeBumpTransaction | string): Promise<SigningPlan> =>
  planFor(stellar, { pending: pendingOf(transaction), network: 'testnet', wallets: [wallet] })

/** What an approver reads. */
export const summaryOf = async (transaction: Transaction | FeeBumpTransaction): Promise<string> =>
  intentSummary(stellar.transactions.decode(await planOf(transaction), new Map()))
