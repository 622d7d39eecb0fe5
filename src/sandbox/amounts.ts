import { z } from 'zod'
import { formatUnits, parseUnits } from '../core/amount.js'

/** The shortest decimal text of a non-negative number, without an exponent: `0.000006`, not `6e-6`. */
export function decimalText(value: number): string {
  const text = String(value)
  const match = /^(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (match === null) return text
  const digits = `${match[1] ?? ''}${match[2] ?? ''}`
  const point = 1 + Number(match[3])
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return digits.padEnd(point, '0')
  return `${digits.slice(0, point)}.${digits.slice(point)}`
}

/** Smallest units as a JSON number of whole coins, the way the API writes UTXO values. */
export const coinNumber = (units: bigint, decimals: number): number => Number(formatUnits(units, decimals))

const units = (text: string, decimals: number, context: z.RefinementCtx): bigint => {
  try {
    return parseUnits(text, decimals)
  } catch {
    context.addIssue({ code: 'custom', message: `must be an amount with at most ${decimals} decimals` })
    return z.NEVER
  }
}

/** An amount in whole coins as text, the API's usual form; becomes smallest units. */
export const amountText = (decimals: number): z.ZodType<bigint, string> =>
  z
    .string()
    .min(1)
    .max(38)
    .transform((text, context) => units(text, decimals, context))

/** An amount in whole coins as a JSON number, which only UTXO outputs have; becomes smallest units, exactly. */
export const amountNumber = (decimals: number): z.ZodType<bigint, number> =>
  z
    .number()
    .min(0)
    .transform((value, context) => units(decimalText(value), decimals, context))

/** Integer text: gas limits and gas prices. */
export const integerText = z
  .string()
  .regex(/^\+?\d{1,30}$/, 'must be a whole number as text')
  .transform((text) => BigInt(text.replace('+', '')))
