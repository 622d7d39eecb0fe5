import { Asset, Claimant, LiquidityPoolAsset } from '@stellar/stellar-base'
import { remoteText } from '../../core/errors.js'

/** An argument of an operation as text for a person, or `undefined` for what has no such form here. */
export function valueText(value: unknown): string | undefined {
  if (typeof value === 'string') return printable(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value === null) return 'none'
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`
  if (value instanceof Asset) return value.toString()
  if (value instanceof LiquidityPoolAsset) return poolText(value)
  if (value instanceof Claimant) return claimantText(value)
  if (Array.isArray(value)) return listText(value)
  return isPlain(value) ? membersText(value) : undefined
}

/** Names of data and domains may hold any character, and stand in logs and on screens. */
const printable = (text: string): string =>
  remoteText(text) === text ? text : `0x${Buffer.from(text, 'utf8').toString('hex')}`

const poolText = ({ assetA, assetB, fee }: LiquidityPoolAsset): string =>
  `pool of ${assetA.toString()} and ${assetB.toString()} with fee ${fee}`

/** A predicate says when somebody may claim; the usual one is always. */
const claimantText = ({ destination, predicate }: Claimant): string =>
  predicate.switch().name === 'claimPredicateUnconditional'
    ? destination
    : `${destination} under the condition ${predicate.toXDR('hex')}`

function listText(values: readonly unknown[]): string | undefined {
  const texts = values.map(valueText)
  return texts.includes(undefined) ? undefined : `[${texts.join(', ')}]`
}

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

function membersText(value: Readonly<Record<string, unknown>>): string | undefined {
  const texts = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => [name, valueText(member)] as const)
  return texts.some(([, text]) => text === undefined)
    ? undefined
    : `{${texts.map(([name, text]) => `${name}: ${text ?? ''}`).join(', ')}}`
}
