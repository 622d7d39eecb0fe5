import { KeywardError } from './errors.js'

/**
 * Smallest units of a decimal text in whole coins: `parseUnits('0.000006', 8)` is `600n`.
 * @throws KeywardError TRANSACTION_MALFORMED for a sign, an exponent, or more decimals than the asset has.
 */
export function parseUnits(text: string, decimals: number): bigint {
  const match = /^\+?(\d*)(?:\.(\d*))?$/.exec(text)
  const whole = match?.[1] ?? ''
  const fraction = (match?.[2] ?? '').replace(/0+$/, '')
  if (!match || (whole === '' && (match[2] ?? '') === '')) {
    throw new KeywardError('TRANSACTION_MALFORMED', `"${text.slice(0, 80)}" is not an amount`)
  }
  if (fraction.length > decimals) {
    throw new KeywardError('TRANSACTION_MALFORMED', `"${text.slice(0, 80)}" has more than ${decimals} decimals`)
  }
  return BigInt(whole + fraction.padEnd(decimals, '0') || '0')
}

/** Decimal text in whole coins, without trailing zeros: `formatUnits(600n, 8)` is `0.000006`. */
export function formatUnits(units: bigint, decimals: number): string {
  const sign = units < 0n ? '-' : ''
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`
}
