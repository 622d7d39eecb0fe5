import { isUtf8 } from 'node:buffer'
import type { ChainDefinition } from '../../core/chain.js'
import type { Asset, Intent, IntentAction } from '../../core/intent.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { addressOf } from './address.js'
import { decodeToken } from './decode-token.js'
import type { TokenFacts } from './decode-token.js'
import { feeOf, isBudget } from './fee.js'
import type { Instruction } from './message.js'
import { transactionOf } from './plan.js'
import { MEMOS, SYSTEM, TOKEN } from './programs.js'
import { isTokenProgram, openingOf } from './token-accounts.js'

interface Explained {
  readonly actions: readonly IntentAction[]
  readonly undecoded: readonly string[]
}

const CREATE_ACCOUNT = 0
const TRANSFER = 2
const CREATE_ACCOUNT_BYTES = 52
const TRANSFER_BYTES = 12

/** What a plan would do. Made from the plan alone. An instruction that is not explained is named by its place and its program. */
export function decodePlan({ code, decimals }: ChainDefinition, plan: SigningPlan): Intent {
  const { message, body } = transactionOf(plan)
  const coin: Asset = { chain: code, decimals }
  const openings = message.instructions.map(openingOf).filter((opening) => opening !== undefined)
  const facts: TokenFacts = { chain: code, openings, claims: body.tokenAccounts, required: message.required }
  const parts = message.instructions.map((instruction, place) => {
    const explained = explain(instruction, coin, facts)
    return explained ?? { actions: [], undecoded: [nameOf(instruction, place)] }
  })
  return {
    chain: plan.chain,
    network: plan.network,
    actions: withMemo(parts.flatMap(({ actions }) => actions)),
    fee: { asset: coin, ...feeOf(message) },
    undecoded: parts.flatMap(({ undecoded }) => undecoded),
  }
}

const nameOf = ({ program, data }: Instruction, place: number): string =>
  `instruction ${place + 1}: ${data.length} bytes for program ${program}`

function explain(instruction: Instruction, coin: Asset, facts: TokenFacts): Explained | undefined {
  const { program, data } = instruction
  if (isBudget(instruction)) return { actions: [], undecoded: [] }
  if (MEMOS.includes(program)) return { actions: [{ type: 'data', hex: data.toString('hex') }], undecoded: [] }
  if (program === SYSTEM) return explainSystem(instruction, coin)
  if (isTokenProgram(program)) {
    const action = decodeToken(instruction, facts)
    return action && { actions: [action], undecoded: [] }
  }
  return explainOpening(instruction)
}

/** Source: https://docs.rs/solana-system-interface, `SystemInstruction`. */
function explainSystem({ accounts: [from, to], data }: Instruction, asset: Asset): Explained | undefined {
  if (from === undefined || to === undefined || data.length < TRANSFER_BYTES) return undefined
  const payment: IntentAction = {
    type: 'transfer',
    from: [from],
    to,
    asset,
    amount: data.readBigUInt64LE(4),
    change: false,
  }
  switch (data.readUInt32LE()) {
    case TRANSFER:
      return data.length === TRANSFER_BYTES ? { actions: [payment], undecoded: [] } : undefined
    case CREATE_ACCOUNT: {
      if (data.length !== CREATE_ACCOUNT_BYTES) return undefined
      const details = { account: to, program: addressOf(data.subarray(CREATE_ACCOUNT_BYTES - 32)) }
      const handOver: IntentAction = { type: 'operation', from, name: 'create account', details }
      return { actions: [payment, handOver], undecoded: [] }
    }
    default:
      return undefined
  }
}

/** Its deposit is counted as a fee. */
function explainOpening(instruction: Instruction): Explained | undefined {
  const opening = openingOf(instruction)
  const [from] = instruction.accounts
  if (opening === undefined || from === undefined) return undefined
  const { account, owner, mint, tokenProgram } = opening
  const details = { account, owner, token: mint }
  const unknown = tokenProgram === TOKEN ? [] : [`the deposit for an account of token ${mint}, if it has extensions`]
  return { actions: [{ type: 'operation', from, name: 'open token account', details }], undecoded: unknown }
}

/** The memo of a message that pays once is the payment's: exchanges book by it. Any other memo stands for itself. */
function withMemo(actions: readonly IntentAction[]): readonly IntentAction[] {
  const payments = actions.filter((action) => action.type === 'transfer')
  const memos = actions.filter((action) => action.type === 'data')
  const [payment] = payments
  const [memo] = memos
  if (payment === undefined || memo === undefined || payments.length > 1 || memos.length > 1) return actions
  const text = Buffer.from(memo.hex, 'hex')
  if (!isUtf8(text)) return actions
  const booked: IntentAction = { ...payment, memo: text.toString('utf8') }
  return actions.filter((action) => action !== memo).map((action) => (action === payment ? booked : action))
}
