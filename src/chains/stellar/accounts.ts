import { KeywardError } from '../../core/errors.js'
import { addressOf, publicKeyOf } from './strkey.js'

/*
 * A muxed account (https://stellar.org/protocol/sep-23) is an account and a number by which its owner books payments: `M…`, 69 letters over version, public
 * key, 8 bytes of number and checksum.
 */

export interface Account {
  /** `G…` */
  readonly address: string
  /** The number of a muxed account, decimal. */
  readonly id?: string
}

const MUXED = /^M[A-Z2-7]{68}$/
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const KEY_BITS: readonly [from: number, to: number] = [8, 8 + 256]
const ID_BITS: readonly [from: number, to: number] = [264, 264 + 64]

/** @param text an account as the library writes it, so its checksum was made and not read. @throws KeywardError TRANSACTION_MALFORMED */
export function accountOf(text: string): Account {
  if (publicKeyOf(text) !== undefined) return { address: text }
  if (!MUXED.test(text))
    throw new KeywardError('TRANSACTION_MALFORMED', 'an account of the transaction is of a kind that is not known')
  const bits = Array.from(text, (letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('')
  const number = ([from, to]: readonly [number, number]): bigint => BigInt(`0b${bits.slice(from, to)}`)
  const publicKey = Buffer.from(number(KEY_BITS).toString(16).padStart(64, '0'), 'hex')
  return { address: addressOf(publicKey), id: number(ID_BITS).toString() }
}
