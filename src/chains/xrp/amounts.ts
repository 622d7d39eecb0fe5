import { z } from 'zod'
import { formatUnits } from '../../core/amount.js'
import type { ChainCode } from '../../core/ids.js'
import type { Asset } from '../../core/intent.js'

/*
 * Amounts of the XRP Ledger (https://xrpl.org/docs/references/protocol/data-types/currency-formats): drops of XRP, currencies that an account issues, and
 * multi-purpose tokens.
 */

/** Issued amounts have 16 digits and an exponent from -96 to 80, so in units of 10^-96 each of them is a whole number. */
const ISSUED_DECIMALS = 96
const MAX_EXPONENT = 200
const ISSUED = /^(\d{1,100})(?:\.(\d{1,100}))?(?:e([+-]?\d{1,3}))?$/i

const drops = z.string().regex(/^(0|[1-9]\d{0,17})$/)
const issued = z.strictObject({ currency: z.string(), issuer: z.string(), value: z.string() })
const multiPurpose = z.strictObject({ mpt_issuance_id: z.string(), value: z.string().regex(/^\d{1,19}$/) })

const amountSchema = z.union([drops, issued, multiPurpose])

/** Units of 10^-96 of an issued amount's text, or `undefined` for a text that is none: a sign, more digits, another notation. */
export function issuedUnits(text: string): bigint | undefined {
  const [, whole, fraction = '', exponent = '0'] = ISSUED.exec(text) ?? []
  if (whole === undefined || Math.abs(Number(exponent)) > MAX_EXPONENT) return undefined
  const digits = BigInt(whole + fraction)
  const scale = ISSUED_DECIMALS + Number(exponent) - fraction.length
  if (scale >= 0) return digits * 10n ** BigInt(scale)
  const divisor = 10n ** BigInt(-scale)
  return digits % divisor === 0n ? digits / divisor : undefined
}

/** The asset and its units. An issued currency is named by code and issuer, since anybody may issue any code. `undefined` when it cannot be read. */
export function readAmount(chain: ChainCode, value: unknown): { asset: Asset; amount: bigint } | undefined {
  const { data: amount } = amountSchema.safeParse(value)
  if (amount === undefined) return undefined
  if (typeof amount === 'string') return { asset: { chain, decimals: 6 }, amount: BigInt(amount) }
  if ('mpt_issuance_id' in amount) {
    return { asset: { chain, contract: amount.mpt_issuance_id }, amount: BigInt(amount.value) }
  }
  const units = issuedUnits(amount.value)
  const asset = { chain, contract: `${amount.currency}.${amount.issuer}`, decimals: ISSUED_DECIMALS }
  return units === undefined ? undefined : { asset, amount: units }
}

/** An amount for a person, e.g. `12.5 XRP`. */
export function amountText({ asset, amount }: { readonly asset: Asset; readonly amount: bigint }): string {
  const number = asset.decimals === undefined ? `${amount} units of` : formatUnits(amount, asset.decimals)
  return `${number} ${asset.contract ?? asset.chain}`
}
