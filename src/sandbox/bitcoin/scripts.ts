import { fromBech32, fromOutputScript, toOutputScript } from 'bitcoinjs-lib/src/address'
import { initEccLib } from 'bitcoinjs-lib/src/ecc_lib'
import { testnet } from 'bitcoinjs-lib/src/networks'
import { toASM } from 'bitcoinjs-lib/src/script'
import * as ecc from 'tiny-secp256k1'

// Taproot addresses hold a point of the curve, which the library checks with this.
initEccLib(ecc)

/** Witness versions above this have no meaning yet; the library would print a warning to the console. */
const OP_1 = 0x51
const OP_16 = 0x60

/** Output script of a testnet address (tb1, m, n, 2); `undefined` for anything else. */
export function scriptOf(address: string): Uint8Array | undefined {
  if (isFutureSegwit(address)) return undefined
  try {
    return toOutputScript(address, testnet)
  } catch {
    return undefined
  }
}

/** Testnet address of an output script; `undefined` for scripts that have none. */
export function addressOf(script: Uint8Array): string | undefined {
  const first = script[0] ?? 0
  if (first > OP_1 && first <= OP_16) return undefined
  try {
    return fromOutputScript(script, testnet)
  } catch {
    return undefined
  }
}

/** The text form of a script that bitcore writes: opcodes by name, each push as its length and its bytes. */
export function bitcoreText(script: Uint8Array): string {
  const words = toASM(script).split(' ')
  return words.map((word) => (word.startsWith('OP_') ? word : `${word.length / 2} 0x${word}`)).join(' ')
}

function isFutureSegwit(address: string): boolean {
  try {
    return fromBech32(address).version > 1
  } catch {
    return false
  }
}
