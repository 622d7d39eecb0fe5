import { createPublicKey, verify } from 'node:crypto'
import type { KeyObject, VerifyKeyObjectInput } from 'node:crypto'
import { LruCache } from '../../common/lru-cache.js'
import { failure } from './failure.js'

/*
 * Signature checks by OpenSSL, so that a fault of the WebAssembly library that signs cannot hide itself. OpenSSL is lenient where Bitcoin is not (encoding, size
 * of s), so the encoding is checked here first: BIP-66 and the low-s rule of BIP-146.
 */

/** DER of a SubjectPublicKeyInfo for a compressed point of secp256k1, up to the point (RFC 5480). */
const SPKI_HEAD = Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex')
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n
const SIGHASH_ALL = 0x01

const keys = new LruCache<string, KeyObject>(2000)

/**
 * @param publicKey compressed, 33 bytes.
 * @param message what is signed is its SHA-256.
 * @param signature strict DER and the byte 01 (SIGHASH_ALL).
 * @throws KeywardError VERIFICATION_FAILED
 */
export type SignatureCheck = (publicKey: Buffer, message: Buffer, signature: Buffer) => void

export const checkSignature: SignatureCheck = (publicKey, message, signature) => {
  const der = strictDer(signature)
  if (!verify('sha256', message, verifyKey(publicKey), der)) throw failure(WRONG)
}

/** The same check on a thread of the platform's pool. @throws KeywardError VERIFICATION_FAILED; for a malformed key or encoding at once. */
export function checkSignatureInBackground(publicKey: Buffer, message: Buffer, signature: Buffer): Promise<void> {
  const der = strictDer(signature)
  const key = verifyKey(publicKey)
  return new Promise((resolve, reject) => {
    verify('sha256', message, key, der, (problem, valid) => {
      if (problem === null && valid) resolve()
      else reject(failure(WRONG))
    })
  })
}

const WRONG = 'a signature is wrong'

const verifyKey = (publicKey: Buffer): VerifyKeyObjectInput => ({ key: keyObject(publicKey), dsaEncoding: 'der' })

function strictDer(signature: Buffer): Buffer {
  if (signature.at(-1) !== SIGHASH_ALL) throw failure('a signature does not cover the whole transaction')
  const der = signature.subarray(0, -1)
  if (!isStrictDer(der)) throw failure('a signature is not in strict DER with a low s')
  return der
}

function keyObject(publicKey: Buffer): KeyObject {
  return keys.getOrCompute(publicKey.toString('hex'), () => {
    const compressed = publicKey.length === 33 && (publicKey[0] === 0x02 || publicKey[0] === 0x03)
    if (!compressed) throw failure('a public key is not compressed')
    try {
      return createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' })
    } catch {
      throw failure('a public key is not on the curve')
    }
  })
}

/** `30 length 02 length r 02 length s`, both numbers positive and without needless zeros, nothing before or after; s in the lower half of the order. */
function isStrictDer(der: Buffer): boolean {
  if (der.length < 8 || der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2) return false
  const rLength = der[3] ?? 0
  const sLength = der[5 + rLength] ?? 0
  if (6 + rLength + sLength !== der.length) return false
  if (!isPositiveInteger(der, 2, rLength) || !isPositiveInteger(der, 4 + rLength, sLength)) return false
  return BigInt(`0x${der.toString('hex', 6 + rLength)}`) <= HALF_ORDER
}

function isPositiveInteger(der: Buffer, at: number, length: number): boolean {
  const [first, second] = [der[at + 2] ?? 0, der[at + 3] ?? 0]
  if (der[at] !== 0x02 || length === 0 || (first & 0x80) !== 0) return false
  return !(first === 0 && (length === 1 || (second & 0x80) === 0))
}
