import type { AccessListEntry } from './fields.js'

/** Ethereum's fixed prices: Yellow Paper appendix G, EIP-2028 (data), EIP-2930 (access list), EIP-3860 (code of a new contract, by word of 32 bytes). */
const GAS = {
  transaction: 21_000,
  creation: 32_000,
  codeWord: 2,
  zeroByte: 4,
  byte: 16,
  listAddress: 2_400,
  listKey: 1_900,
} as const
const WORD_BYTES = 32

interface GasUser {
  /** Does it create a contract? */
  readonly creates: boolean
  /** Hexadecimal with 0x. */
  readonly data: string
  readonly accessList: readonly AccessListEntry[]
}

/** Gas that a transaction uses before anything is executed. With less than this, every node refuses it. */
export function intrinsicGas({ creates, data, accessList }: GasUser): bigint {
  const bytes = Buffer.from(data.slice(2), 'hex')
  const creation = creates ? GAS.creation + GAS.codeWord * Math.ceil(bytes.length / WORD_BYTES) : 0
  const dataGas = bytes.reduce((sum, byte) => sum + (byte === 0 ? GAS.zeroByte : GAS.byte), 0)
  const keys = accessList.reduce((sum, entry) => sum + entry.storageKeys.length, 0)
  return BigInt(GAS.transaction + creation + dataGas + accessList.length * GAS.listAddress + keys * GAS.listKey)
}
