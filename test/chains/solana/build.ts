import * as kit from '@solana/kit'
import { ASSOCIATED_TOKEN, COMPUTE_BUDGET, MEMOS, SYSTEM, TOKEN } from '../../../src/chains/solana/programs.js'
import { BLOCKHASH } from './kit.js'

/* Messages made by the chain's own library. */

const { READONLY, READONLY_SIGNER, WRITABLE, WRITABLE_SIGNER } = kit.AccountRole
type Role = kit.AccountRole

/** Roles by letter: `w` writable, `r` read only; capitals sign. */
const ROLES: Readonly<Record<string, Role>> = { w: WRITABLE, r: READONLY, W: WRITABLE_SIGNER, R: READONLY_SIGNER }

export interface TestInstruction {
  readonly program: string
  /** Role letter and address. */
  readonly accounts: readonly (readonly [role: string, address: string])[]
  readonly data: Uint8Array
}

const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

export const pay = (from: string, to: string, lamports: bigint): TestInstruction => ({
  program: SYSTEM,
  accounts: [
    ['W', from],
    ['w', to],
  ],
  data: Buffer.concat([u32(2), u64(lamports)]),
})

export const createAccount = (
  from: string,
  account: string,
  { lamports, space, program }: { lamports: bigint; space: bigint; program: string },
): TestInstruction => ({
  program: SYSTEM,
  accounts: [
    ['W', from],
    ['W', account],
  ],
  data: Buffer.concat([u32(0), u64(lamports), u64(space), addressBytes(program)]),
})

export const openTokenAccount = (
  payer: string,
  {
    account,
    owner,
    mint,
    tokenProgram = TOKEN,
  }: { account: string; owner: string; mint: string; tokenProgram?: string },
): TestInstruction => ({
  program: ASSOCIATED_TOKEN,
  accounts: [
    ['W', payer],
    ['w', account],
    ['r', owner],
    ['r', mint],
    ['r', SYSTEM],
    ['r', tokenProgram],
  ],
  data: Buffer.of(1),
})

export const payTokens = (source: string, destination: string, owner: string, amount: bigint): TestInstruction => ({
  program: TOKEN,
  accounts: [
    ['w', source],
    ['w', destination],
    ['R', owner],
  ],
  data: Buffer.concat([Buffer.of(3), u64(amount)]),
})

export const payTokensChecked = (
  { source, mint, destination, owner }: { source: string; mint: string; destination: string; owner: string },
  amount: bigint,
  decimals: number,
): TestInstruction => ({
  program: TOKEN,
  accounts: [
    ['w', source],
    ['r', mint],
    ['w', destination],
    ['R', owner],
  ],
  data: Buffer.concat([Buffer.of(12), u64(amount), Buffer.of(decimals)]),
})

export const approveTokensChecked = (
  { source, mint, delegate, owner }: { source: string; mint: string; delegate: string; owner: string },
  amount: bigint,
  decimals: number,
): TestInstruction => ({
  program: TOKEN,
  accounts: [
    ['w', source],
    ['r', mint],
    ['r', delegate],
    ['R', owner],
  ],
  data: Buffer.concat([Buffer.of(13), u64(amount), Buffer.of(decimals)]),
})

export const memo = (text: string): TestInstruction => ({
  program: MEMOS[0] ?? '',
  accounts: [],
  data: Buffer.from(text, 'utf8'),
})

export const unitLimit = (units: number): TestInstruction => ({
  program: COMPUTE_BUDGET,
  accounts: [],
  data: Buffer.concat([Buffer.of(2), u32(units)]),
})

export const unitPrice = (microLamports: bigint): TestInstruction => ({
  program: COMPUTE_BUDGET,
  accounts: [],
  data: Buffer.concat([Buffer.of(3), u64(microLamports)]),
})

export const addressBytes = (address: string): Buffer =>
  Buffer.from(kit.getAddressEncoder().encode(kit.address(address)))

export const addressFrom = (bytes: Uint8Array): string => kit.getAddressDecoder().decode(bytes)

/** The associated account of an owner, by the chain's own library. */
export async function associatedAccount(owner: string, mint: string, tokenProgram = TOKEN): Promise<string> {
  const seeds = [owner, tokenProgram, mint].map(addressBytes)
  const [account] = await kit.getProgramDerivedAddress({ programAddress: kit.address(ASSOCIATED_TOKEN), seeds })
  return account
}

/** A message as wallets and servers make it. Addresses of `table` come from that table on the chain. */
export function buildMessage(
  payer: string,
  instructions: readonly TestInstruction[],
  { version = 'legacy', table }: { version?: 'legacy' | 0; table?: Readonly<Record<string, readonly string[]>> } = {},
): Buffer {
  const made = instructions.map(({ program, accounts, data }) => ({
    programAddress: kit.address(program),
    accounts: accounts.map(([role, address]) => ({ address: kit.address(address), role: ROLES[role] ?? READONLY })),
    data,
  }))
  const lifetime = { blockhash: kit.blockhash(BLOCKHASH), lastValidBlockHeight: 1n }
  const empty = kit.setTransactionMessageFeePayer(kit.address(payer), kit.createTransactionMessage({ version: 0 }))
  const full = kit.appendTransactionMessageInstructions(
    made,
    kit.setTransactionMessageLifetimeUsingBlockhash(lifetime, empty),
  )
  const tables = Object.fromEntries(
    Object.entries(table ?? {}).map(([address, addresses]) => [address, addresses.map((each) => kit.address(each))]),
  )
  const compiled =
    version === 0
      ? kit.compileTransactionMessage(kit.compressTransactionMessageUsingAddressLookupTables(full, tables))
      : kit.compileTransactionMessage({ ...full, version: 'legacy' })
  return Buffer.from(kit.getCompiledTransactionMessageEncoder().encode(compiled))
}
