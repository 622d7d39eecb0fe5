import { randomBytes } from 'node:crypto'
import { Secret } from '../../core/secret.js'
import { uint32 } from '../common/bip32.js'
import { ed25519PublicKey } from '../common/ed25519.js'
import { isPrivateKey, publicKeyOf, tweakPrivateKey } from '../common/secp256k1.js'
import type { KeyPair } from '../common/single-secret-keys.js'
import { decodeRippleBase58, encodeRippleBase58 } from './base58.js'
import { sha512Half } from './hashes.js'

/*
 * Family seeds and the keys they stand for: https://xrpl.org/docs/concepts/accounts/cryptographic-keys. A seed is 16 random bytes; the bytes before them tell
 * the algorithm, so `sEd…` is Ed25519 and any other `s…` is secp256k1.
 */

const ENTROPY_BYTES = 16
const ED25519_VERSION = Buffer.of(0x01, 0xe1, 0x4b)
const SECP256K1_VERSION = Buffer.of(0x21)
/** Marks an Ed25519 key where the ledger expects 33 bytes. */
const ED25519_PREFIX = 0xed
const KEY_BYTES = 32

/** A new Ed25519 seed from the operating system's randomness. The caller wipes it. */
export function generateSeed(): Secret {
  const payload = Buffer.allocUnsafeSlow(ED25519_VERSION.length + ENTROPY_BYTES)
  const entropy = randomBytes(ENTROPY_BYTES)
  payload.set(ED25519_VERSION)
  payload.set(entropy, ED25519_VERSION.length)
  try {
    return Secret.own(encodeRippleBase58(payload))
  } finally {
    entropy.fill(0)
    payload.fill(0)
  }
}

/** The key of a seed, or `undefined` for a text that is no seed. The caller wipes the private key. */
export function keyPairOf(text: Uint8Array): KeyPair | undefined {
  const payload = decodeRippleBase58(text)
  if (payload === undefined) return undefined
  try {
    const isVersion = (version: Buffer): boolean =>
      payload.length === version.length + ENTROPY_BYTES && payload.subarray(0, version.length).equals(version)
    if (isVersion(ED25519_VERSION)) return ed25519Pair(payload.subarray(ED25519_VERSION.length))
    return isVersion(SECP256K1_VERSION) ? secp256k1Pair(payload.subarray(SECP256K1_VERSION.length)) : undefined
  } finally {
    payload.fill(0)
  }
}

function ed25519Pair(entropy: Buffer): KeyPair {
  const privateKey = sha512Half(entropy)
  return { privateKey, publicKey: Uint8Array.of(ED25519_PREFIX, ...ed25519PublicKey(privateKey)) }
}

/** Account 0 of the family: the root key plus a key made from the root's public key. */
function secp256k1Pair(entropy: Buffer): KeyPair | undefined {
  const root = firstKey((counter) => sha512Half(entropy, counter))
  const firstAccount = uint32(0)
  const publicRoot = publicKeyOf(root)
  const tweak = firstKey((counter) => sha512Half(publicRoot, firstAccount, counter))
  try {
    const key = tweakPrivateKey(root, tweak)
    if (key === undefined) return undefined
    const privateKey = Buffer.allocUnsafeSlow(KEY_BYTES)
    privateKey.set(key)
    key.fill(0)
    return { privateKey, publicKey: publicKeyOf(privateKey) }
  } finally {
    root.fill(0)
    tweak.fill(0)
  }
}

/** The first candidate that is a private key. The chance that a second one is needed is 2^-127. */
function firstKey(candidate: (counter: Buffer) => Buffer): Buffer {
  for (let counter = 0; ; counter++) {
    const key = candidate(uint32(counter))
    if (isPrivateKey(key)) return key
    key.fill(0)
  }
}
