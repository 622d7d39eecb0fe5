import { blake2b } from '@noble/hashes/blake2'
import { encodeRlp, minimalBytes } from '../common/rlp.js'
import type { RlpItem } from '../common/rlp.js'
import type { VechainTransaction } from './plan.js'

/*
 * VeChain's transactions of type 0: https://docs.vechain.org/core-concepts/transactions/meta-transaction-features
 */

const NOTHING = Buffer.alloc(0)
const fromHex = (text: string): Buffer => Buffer.from(text.slice(2), 'hex')

/** BLAKE2b with 32 bytes: Node's crypto has it with 64 only, which is another function. */
export const blake2b256 = (...parts: readonly Uint8Array[]): Buffer =>
  Buffer.from(blake2b(Buffer.concat(parts), { dkLen: 32 }))

/** The bytes whose hash is signed, or with the signature, what is broadcast. */
export function encodeTransaction(transaction: VechainTransaction, signature?: Uint8Array): Buffer {
  const { chainTag, blockRef, expiration, to, value, data, gasPriceCoef, gas, dependsOn, nonce } = transaction
  const clause = [to === undefined ? NOTHING : fromHex(to), minimalBytes(value), fromHex(data)]
  const fields: RlpItem[] = [
    minimalBytes(BigInt(chainTag)),
    // A number to the encoding, although it is a part of a hash.
    minimalBytes(BigInt(blockRef)),
    minimalBytes(BigInt(expiration)),
    [clause],
    minimalBytes(BigInt(gasPriceCoef)),
    minimalBytes(gas),
    dependsOn === undefined ? NOTHING : fromHex(dependsOn),
    minimalBytes(nonce),
    [],
  ]
  return encodeRlp(signature === undefined ? fields : [...fields, signature])
}

/** A transaction's id names its sender too. @param hash what was signed. */
export const transactionId = (hash: Uint8Array, sender: string): string =>
  `0x${blake2b256(hash, fromHex(sender)).toString('hex')}`
