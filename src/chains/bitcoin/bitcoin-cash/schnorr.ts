import { createHmac } from 'node:crypto'
import { KeywardError } from '../../../core/errors.js'
import { ownCopy } from '../../common/bip32.js'
import { sha256 } from '../../common/hashes.js'
import { isPrivateKey, negatePrivateKey, publicKeyOf, tweakPrivateKey, uncompressed } from '../../common/secp256k1.js'

/*
 * Schnorr signatures of Bitcoin Cash (2019), which are not those of BIP-340:
 * https://github.com/bitcoincashorg/bitcoincash.org/blob/master/spec/2019-05-15-schnorr.md
 *
 *   k = RFC 6979;  R = k*G;  if R.y is no square: k = -k;  e = SHA-256(R.x | P | m) mod n;  s = k + e*d mod n;  signature = R.x | s
 *
 * Everything that touches the key d or the nonce k happens inside libsecp256k1, which computes in constant time and wipes its memory. It has no product of two
 * scalars, so e*d is made of additions along the bits of e. That is no secret: anybody can compute e from the finished signature. Only public numbers
 * become BigInt.
 */

const FIELD = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
/** Keeps these nonces apart from those of ECDSA, which would reveal the key if they were ever the same. */
const NONCE_TAG = Buffer.from('Schnorr+SHA256  ', 'ascii')

/**
 * @param message 32 bytes, a signature hash.
 * @param publicKey compressed, of `privateKey`. Both stay the caller's.
 * @returns 64 bytes, always the same for the same key and message.
 */
export function signSchnorr(message: Uint8Array, privateKey: Uint8Array, publicKey: Uint8Array): Buffer {
  const secrets: Uint8Array[] = []
  const own = <T extends Uint8Array>(secret: T): T => {
    secrets.push(secret)
    return secret
  }
  try {
    const candidate = own(nonce(privateKey, message))
    const point = uncompressed(publicKeyOf(candidate))
    const [x, y] = [point.subarray(1, 33), point.subarray(33)]
    const k = isSquare(toBigInt(y)) ? candidate : own(negatePrivateKey(candidate))
    const e = toBigInt(sha256(Buffer.concat([x, publicKey, message]))) % ORDER
    const product = own(multiply(privateKey, e))
    return Buffer.concat([x, add(k, product)])
  } finally {
    for (const secret of secrets) secret.fill(0)
  }
}

/** Nonce of RFC 6979, section 3.2, with HMAC-SHA256 and the tag as additional data. */
function nonce(privateKey: Uint8Array, message: Uint8Array): Buffer {
  let k: Buffer = Buffer.alloc(32, 0x00)
  let v: Buffer = Buffer.alloc(32, 0x01)
  const advance = (): void => {
    const next = hmac(k, v)
    v.fill(0)
    v = next
  }
  const mix = (...parts: readonly Uint8Array[]): void => {
    const next = hmac(k, v, ...parts)
    k.fill(0)
    k = next
    advance()
  }
  try {
    mix(Buffer.of(0x00), privateKey, message, NONCE_TAG)
    mix(Buffer.of(0x01), privateKey, message, NONCE_TAG)
    advance()
    while (!isPrivateKey(v)) {
      mix(Buffer.of(0x00))
      advance()
    }
    return ownCopy(v)
  } finally {
    k.fill(0)
    v.fill(0)
  }
}

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const hash = createHmac('sha256', key)
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** `scalar * factor mod n` by doubling and adding. The factor is public. */
function multiply(scalar: Uint8Array, factor: bigint): Uint8Array {
  if (factor === 0n) throw zero()
  let sum: Uint8Array = ownCopy(scalar)
  const replaceBy = (next: Uint8Array): void => {
    sum.fill(0)
    sum = next
  }
  for (const bit of factor.toString(2).slice(1)) {
    replaceBy(add(sum, sum))
    if (bit === '1') replaceBy(add(sum, scalar))
  }
  return sum
}

function add(left: Uint8Array, right: Uint8Array): Uint8Array {
  const sum = tweakPrivateKey(left, right)
  if (sum === undefined) throw zero()
  return sum
}

/** Happens with a probability of 2^-256. */
const zero = (): KeywardError => new KeywardError('INTERNAL', 'a scalar of the signature is zero')

/** Euler's criterion in the field of the coordinates. */
function isSquare(y: bigint): boolean {
  let power = 1n
  for (const bit of ((FIELD - 1n) / 2n).toString(2)) {
    power = (power * power) % FIELD
    if (bit === '1') power = (power * y) % FIELD
  }
  return power === 1n
}

const toBigInt = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
