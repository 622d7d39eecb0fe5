import type { Asset, IntentAction } from '../../core/intent.js'
import type { Instruction } from './message.js'
import { isAssociated } from './token-accounts.js'
import type { Holding, Opening } from './token-accounts.js'

/*
 * Instructions of the two token programs that move tokens or allow that. Source: https://github.com/solana-program/token and /token-2022.
 */

const TRANSFER = 3
const APPROVE = 4
const TRANSFER_CHECKED = 12
const APPROVE_CHECKED = 13
const PLAIN_BYTES = 9
const CHECKED_BYTES = 10
const MAX_UINT64 = 2n ** 64n - 1n

/** What is known about token accounts, from the message and from the plan. */
export interface TokenFacts {
  readonly chain: Asset['chain']
  readonly openings: readonly Opening[]
  /** Claims: true only if the address proves them. */
  readonly claims: Readonly<Record<string, Holding>>
  /** Addresses that sign. */
  readonly required: readonly string[]
}

/** @returns `undefined` for an instruction that is not explained here, or whose token nothing proves. */
export function decodeToken(instruction: Instruction, facts: TokenFacts): IntentAction | undefined {
  const { accounts, data } = instruction
  switch (data[0]) {
    case TRANSFER:
      return data.length === PLAIN_BYTES ? plainTransfer(instruction, facts) : undefined
    case TRANSFER_CHECKED: {
      const [source, mint, destination, authority] = accounts
      const asset = checkedAsset(instruction, mint, facts)
      return asset && transfer(instruction, { source, destination, authority, asset }, facts)
    }
    case APPROVE: {
      const [source, delegate, owner] = accounts
      const mint = data.length === PLAIN_BYTES ? holdingOf(source, instruction.program, facts)?.mint : undefined
      return mint === undefined
        ? undefined
        : allowance(instruction, { delegate, owner, asset: { chain: facts.chain, contract: mint } })
    }
    case APPROVE_CHECKED: {
      const [, mint, delegate, owner] = accounts
      const asset = checkedAsset(instruction, mint, facts)
      return asset && allowance(instruction, { delegate, owner, asset })
    }
    default:
      return undefined
  }
}

/** Both accounts hold the same token, or the program refuses: so it is enough to know one of them. */
function plainTransfer(instruction: Instruction, facts: TokenFacts): IntentAction | undefined {
  const [source, destination, authority] = instruction.accounts
  const holding = holdingOf(destination, instruction.program, facts) ?? holdingOf(source, instruction.program, facts)
  if (holding === undefined) return undefined
  const asset = { chain: facts.chain, contract: holding.mint }
  return transfer(instruction, { source, destination, authority, asset }, facts)
}

/** The program compares token and decimals with the account of the token. */
function checkedAsset({ data }: Instruction, mint: string | undefined, { chain }: TokenFacts): Asset | undefined {
  const decimals = data[PLAIN_BYTES]
  if (data.length !== CHECKED_BYTES || mint === undefined || decimals === undefined) return undefined
  return { chain, contract: mint, decimals }
}

function transfer(
  { program, data }: Instruction,
  { source, destination, authority, asset }: Parties,
  facts: TokenFacts,
): IntentAction | undefined {
  if (source === undefined || destination === undefined || authority === undefined) return undefined
  const mint = asset.contract ?? ''
  const owned = isAssociated(source, { owner: authority, mint }, program)
  return {
    type: 'transfer',
    from: [owned ? authority : source],
    to: recipientOf(destination, facts),
    asset,
    amount: data.readBigUInt64LE(1),
    change: false,
  }
}

interface Parties {
  readonly source: string | undefined
  readonly destination: string | undefined
  readonly authority: string | undefined
  readonly asset: Asset
}

/**
 * The owner of an account that this message opens: the program makes sure that the account is the owner's. The owner of any other account may have been changed,
 * so there it is the account itself.
 */
function recipientOf(destination: string, { openings, required }: TokenFacts): string {
  const owner = openings.find(({ account }) => account === destination)?.owner
  // An owner who signs could give the account away within this transaction.
  return owner === undefined || required.includes(owner) ? destination : owner
}

function holdingOf(
  account: string | undefined,
  program: string,
  { openings, claims }: TokenFacts,
): Holding | undefined {
  if (account === undefined) return undefined
  const opened = openings.find((opening) => opening.account === account && opening.tokenProgram === program)
  if (opened !== undefined) return opened
  const claim = Object.hasOwn(claims, account) ? claims[account] : undefined
  return claim !== undefined && isAssociated(account, claim, program) ? claim : undefined
}

function allowance(
  { data }: Instruction,
  {
    delegate,
    owner,
    asset,
  }: { readonly delegate: string | undefined; readonly owner: string | undefined; readonly asset: Asset },
): IntentAction | undefined {
  if (delegate === undefined || owner === undefined) return undefined
  const amount = data.readBigUInt64LE(1)
  return { type: 'allowance', owner, spender: delegate, asset, amount, unlimited: amount === MAX_UINT64 }
}
