import { FpLegendre } from '@noble/curves/abstract/modular'
import { secp256k1 } from '@noble/curves/secp256k1'
import { sha256 } from '../../common/hashes.js'

/*
 * Verification of Bitcoin Cash's Schnorr signatures, https://github.com/bitcoincashorg/bitcoincash.org/blob/master/spec/2019-05-15-schnorr.md, with the points of
 * another library than the one that signs:  R = s*G - e*P is not infinite, R.y is a square, R.x is r.
 */

const { Point } = secp256k1
const { Fp, Fn } = Point

/**
 * @param signature 64 bytes: r and s.
 * @param message 32 bytes.
 * @param publicKey compressed.
 */
export function isSchnorrSignature(signature: Buffer, message: Buffer, publicKey: Buffer): boolean {
  if (signature.length !== 64) return false
  const point = pointOf(publicKey)
  const [r, s] = [toBigInt(signature.subarray(0, 32)), toBigInt(signature.subarray(32))]
  if (point === undefined || r >= Fp.ORDER || s >= Fn.ORDER) return false
  const e = Fn.create(toBigInt(sha256(Buffer.concat([signature.subarray(0, 32), publicKey, message]))))
  const nonce = Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(e))
  if (nonce.is0()) return false
  const { x, y } = nonce.toAffine()
  return x === r && FpLegendre(Fp, y) === 1
}

function pointOf(publicKey: Buffer): InstanceType<typeof Point> | undefined {
  try {
    return publicKey.length === 33 ? Point.fromHex(publicKey.toString('hex')) : undefined
  } catch {
    // The library throws for what is no point of the curve.
    return undefined
  }
}

const toBigInt = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`)
