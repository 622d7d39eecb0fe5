import { FeeBumpTransaction } from '@stellar/stellar-base'
import { KeywardError } from '../../core/errors.js'
import type { Intent, IntentAction } from '../../core/intent.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { onlySigner } from '../common/single-signer.js'
import { accountOf } from './accounts.js'
import type { StellarDefinition } from './definition.js'
import { readEnvelope } from './envelope.js'
import type { Envelope } from './envelope.js'
import { memoOf } from './memo.js'
import { explainOperation } from './operations.js'
import { envelopeOf } from './plan.js'

/** What a plan would do. Read from the envelope that is signed. @throws KeywardError TRANSACTION_MALFORMED */
export function decodePlan(definition: StellarDefinition, plan: SigningPlan): Intent {
  const envelope = readEnvelope(envelopeOf(plan), definition.passphrase[plan.network])
  const { actions, undecoded, fee } = explain(definition, envelope)
  const signer = onlySigner(plan).address
  return {
    chain: plan.chain,
    network: plan.network,
    actions: [...actions, ...coSignature(envelope, signer)],
    // What is bid. The ledger takes the lowest bid that got in.
    fee: { asset: { chain: definition.code, decimals: definition.decimals }, amount: fee, maximum: true },
    undecoded,
  }
}

interface Explanation {
  readonly actions: readonly IntentAction[]
  readonly undecoded: readonly string[]
  readonly fee: bigint
}

/** @throws KeywardError TRANSACTION_MALFORMED for content that makes no sense. */
export function explain(definition: StellarDefinition, { outer, transaction }: Envelope): Explanation {
  const memo = memoOf(transaction.memo)
  const source = accountOf(transaction.source)
  const parts = transaction.operations.map((operation) =>
    explainOperation(operation, { chain: definition.code, source: source.address, memo: memo?.text }),
  )
  const actions = parts.flatMap((part) => part.actions)
  const isShown = memo === undefined || actions.some(({ type }) => type === 'transfer')
  return {
    actions: isShown ? actions : [...actions, memoAction(source.address, memo)],
    undecoded: parts.flatMap((part) => part.undecoded),
    fee: feeOf(outer.fee),
  }
}

const memoAction = (from: string, { type, text }: { readonly type: string; readonly text: string }): IntentAction => ({
  type: 'operation',
  from,
  name: 'memo',
  details: { [type]: text },
})

function feeOf(text: string): bigint {
  if (/^\d{1,19}$/.test(text)) return BigInt(text)
  throw new KeywardError('TRANSACTION_MALFORMED', 'the fee of the transaction is below zero')
}

/**
 * A wallet may be one of several signers of an account, so it may sign what other accounts do; the reference did so without a word. Whether it should is the
 * approver's to say, who therefore reads it.
 */
function coSignature({ outer, transaction }: Envelope, signer: string): IntentAction[] {
  const payer = accountOf(outer instanceof FeeBumpTransaction ? outer.feeSource : transaction.source).address
  if (payer === signer) return []
  return [{ type: 'operation', from: signer, name: 'co-signature', details: { account: payer } }]
}
