import { KeywardError } from '../core/errors.js'
import { MAX_INDEX } from '../core/pending-transaction.js'
import type { Network } from '../core/ids.js'

/**
 * A derivation index as typed: a plain whole number, nothing around it.
 * @throws KeywardError INDEX_INVALID for anything else; nothing is cut off or taken for 0.
 */
export function parseIndex(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const index = /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Infinity
  if (index <= MAX_INDEX) return index
  throw new KeywardError('INDEX_INVALID', `the index is not a whole number from 0 to ${MAX_INDEX}`)
}

/** @throws KeywardError USAGE */
export function parseNetwork(text: string | undefined): Network | undefined {
  if (text === undefined || text === 'mainnet' || text === 'testnet') return text
  throw new KeywardError('USAGE', '--network is either mainnet or testnet')
}

/** @throws KeywardError USAGE for anything but a whole number in that range. */
export function parseCount(text: string, name: string, maximum: number): number {
  const count = /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Infinity
  if (count <= maximum) return count
  throw new KeywardError('USAGE', `${name} is not a whole number from 0 to ${maximum}`)
}
