import { KeywardError } from '../../core/errors.js'

/** VeChain's fixed prices of gas (thor, package `thor`, protocol parameters). */
const GAS = { transaction: 5_000, clause: 16_000, creation: 48_000, zeroByte: 4, byte: 68 } as const
/** What the reference adds where code runs, because a call inside may need more than the simulation used. */
const MARGIN = 15_000n

export interface GasUser {
  /** Absent: contract creation. */
  readonly to?: string
  /** Hexadecimal with 0x. */
  readonly data: string
}

/** Gas that a transaction of one clause uses before anything is executed. With less than this, every node refuses it. */
export function intrinsicGas({ to, data }: GasUser): bigint {
  const bytes = Buffer.from(data.slice(2), 'hex')
  const dataGas = bytes.reduce((sum, byte) => sum + (byte === 0 ? GAS.zeroByte : GAS.byte), 0)
  return BigInt(GAS.transaction + (to === undefined ? GAS.creation : GAS.clause) + dataGas)
}

/** @param used by the virtual machine, as a node's simulation says. */
export const estimatedGas = (user: GasUser, used: bigint): bigint =>
  intrinsicGas(user) + (used > 0n ? used + MARGIN : 0n)

/** @throws KeywardError TRANSACTION_MALFORMED for gas that no node would take. */
export function requireGas(user: GasUser, gas: bigint): void {
  const needed = intrinsicGas(user)
  if (gas >= needed) return
  throw new KeywardError('TRANSACTION_MALFORMED', `the transaction has ${gas} gas and needs at least ${needed}`, {
    advice: 'Request it again with more gas, or without gas: then it is estimated.',
  })
}
