import { createHash } from 'node:crypto'
import type { ChainLookups } from '../../core/chain.js'
import { addressOf, fromBase58, PUBLIC_KEY_BYTES } from './address.js'
import type { Instruction, Message } from './message.js'
import { accountOf } from './node.js'
import type { SolanaPlanBody } from './plan.js'
import { ASSOCIATED_TOKEN, TOKEN, TOKEN_2022 } from './programs.js'

/*
 * Whose token accounts these are, and of which token. A plain transfer names neither. The address of an associated account does: it is a hash of its
 * owner, the token program and the token, so whoever claims those can be checked, and need not be trusted.
 * Source: https://github.com/solana-program/associated-token-account and https://solana.com/docs/core/pda.
 */

const PDA_MARKER = Buffer.from('ProgramDerivedAddress', 'ascii')
const TRANSFER = 3
const APPROVE = 4
/** A token account begins with its mint and its owner. */
const OWNER_END = 2 * PUBLIC_KEY_BYTES

export interface Holding {
  readonly owner: string
  readonly mint: string
}

/** An instruction that opens the associated account of an owner for a token, or makes sure that it is open. */
export interface Opening extends Holding {
  readonly account: string
  readonly tokenProgram: string
}

export const isTokenProgram = (program: string): boolean => program === TOKEN || program === TOKEN_2022

/** @returns `undefined` for any other instruction. */
export function openingOf({ program, accounts, data }: Instruction): Opening | undefined {
  if (program !== ASSOCIATED_TOKEN || data.length > 1 || (data[0] ?? 0) > 1) return undefined
  const [, account, owner, mint, , tokenProgram] = accounts
  if (account === undefined || owner === undefined || mint === undefined || tokenProgram === undefined) return undefined
  const opening = { account, owner, mint, tokenProgram }
  return isTokenProgram(tokenProgram) && isAssociated(account, opening, tokenProgram) ? opening : undefined
}

/** Is this the address of that owner's associated account for that token? */
export function isAssociated(account: string, { owner, mint }: Holding, tokenProgram: string): boolean {
  const seeds = [owner, tokenProgram, mint].map((address) => fromBase58(address, PUBLIC_KEY_BYTES))
  const program = fromBase58(ASSOCIATED_TOKEN, PUBLIC_KEY_BYTES)
  if (program === undefined || seeds.includes(undefined)) return false
  const parts = seeds.filter((seed) => seed !== undefined)
  // The network takes the highest number that gives no point of the curve. Any match proves the same: nobody finds other inputs with this hash.
  for (let bump = 255; bump >= 0; bump--) {
    const hash = createHash('sha256')
    for (const part of [...parts, Buffer.of(bump), program, PDA_MARKER]) hash.update(part)
    if (addressOf(hash.digest()) === account) return true
  }
  return false
}

/**
 * Asks the network about the accounts of plain transfers and approvals whose token the message itself does not tell. An account that is not there is left out.
 * @throws KeywardError API_*
 */
export async function lookUpTokenAccounts(
  message: Message,
  lookups: ChainLookups,
): Promise<SolanaPlanBody['tokenAccounts']> {
  const opened = new Set(message.instructions.map(openingOf).map((opening) => opening?.account))
  const found: Record<string, Holding> = {}
  for (const { program, accounts, data } of message.instructions) {
    const [source, destination] = accounts
    if (!isTokenProgram(program) || (data[0] !== TRANSFER && data[0] !== APPROVE)) continue
    if (source === undefined || source in found || opened.has(source)) continue
    if (data[0] === TRANSFER && opened.has(destination)) continue
    const account = await accountOf(source, lookups)
    if (account?.program !== program || account.data.length < OWNER_END) continue
    found[source] = {
      mint: addressOf(account.data.subarray(0, PUBLIC_KEY_BYTES)),
      owner: addressOf(account.data.subarray(PUBLIC_KEY_BYTES, OWNER_END)),
    }
  }
  return found
}
