import type { Instruction, Message } from './message.js'
import { COMPUTE_BUDGET, SIGNATURE_CHECKS, TOKEN } from './programs.js'
import { openingOf } from './token-accounts.js'

/*
 * What a transaction costs its payers beside what it transfers, in lamports. Source: https://solana.com/docs/core/fees and /docs/core/accounts.
 */

const LAMPORTS_PER_SIGNATURE = 5000n
const DEFAULT_UNITS_PER_INSTRUCTION = 200_000n
const MAX_UNITS = 1_400_000n
const MICRO = 1_000_000n
const LIMIT = 2
const PRICE = 3
/** Deposit for a token account of 165 bytes, or of 170 as the newer token program opens it: 6,960 for each byte and for 128 more. */
const TOKEN_ACCOUNT_DEPOSIT = (128n + 165n) * 6960n
const TOKEN_2022_ACCOUNT_DEPOSIT = (128n + 170n) * 6960n

export interface Fee {
  readonly amount: bigint
  /** The network may take less: unused computing is paid as well, but an account that is open already needs no deposit. */
  readonly maximum: boolean
}

export function feeOf({ required, instructions }: Message): Fee {
  const checked = instructions
    .filter(({ program }) => SIGNATURE_CHECKS.includes(program))
    .reduce((sum, { data }) => sum + BigInt(data[0] ?? 0), 0n)
  const base = (BigInt(required.length) + checked) * LAMPORTS_PER_SIGNATURE
  const priority = priorityFee(instructions)
  const deposits = instructions.map(depositOf).reduce((sum, deposit) => sum + deposit, 0n)
  return { amount: base + priority + deposits, maximum: priority > 0n || deposits > 0n }
}

/** Units of computing, at a price in millionths of a lamport. */
function priorityFee(instructions: readonly Instruction[]): bigint {
  const budget = instructions.filter(({ program }) => program === COMPUTE_BUDGET)
  const price = budget.find(({ data }) => data[0] === PRICE && data.length === 9)?.data.readBigUInt64LE(1) ?? 0n
  const limit = budget.find(({ data }) => data[0] === LIMIT && data.length === 5)?.data.readUInt32LE(1)
  const usual = BigInt(instructions.length - budget.length) * DEFAULT_UNITS_PER_INSTRUCTION
  const units = limit === undefined ? usual : BigInt(limit)
  return ((units > MAX_UNITS ? MAX_UNITS : units) * price + MICRO - 1n) / MICRO
}

function depositOf(instruction: Instruction): bigint {
  const opening = openingOf(instruction)
  if (opening === undefined) return 0n
  return opening.tokenProgram === TOKEN ? TOKEN_ACCOUNT_DEPOSIT : TOKEN_2022_ACCOUNT_DEPOSIT
}

/** Does this instruction only say what the transaction may cost or use? `feeOf` has counted it. */
export const isBudget = ({ program, data }: Instruction): boolean =>
  program === COMPUTE_BUDGET && data.length === { 1: 5, 2: 5, 3: 9, 4: 5 }[data[0] ?? 0]
