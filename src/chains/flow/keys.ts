import type { ChainDefinition, ChainKeys } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import { Secret } from '../../core/secret.js'
import { decodePrivateKey, encodeBarePrivateKey } from '../common/hex-private-key.js'
import { secp256k1Keys } from '../common/secp256k1-keys.js'
import { isPublicKey, uncompressed } from '../common/secp256k1.js'
import { trim } from '../common/trim.js'

/*
 * A key of Flow does not tell its account: accounts are numbered by the network, and a key is added to one. So what stands for an address here is the public key.
 */

/** `xpub…`, on the testnet too. */
const XPUB_VERSION = 0x0488b21e
const KEY_DIGITS = 64
/** The reference drops leading zeros of private keys: half a byte in 16, a whole one in 256. What lacks more than this is a key cut short. */
const LEAST_DIGITS = 56
const PREFIX = /^0x/i
const ZERO = '0'

export const flowKeys = (definition: ChainDefinition): ChainKeys =>
  secp256k1Keys({
    definition,
    xpubVersion: () => XPUB_VERSION,
    addressOf: publicKeyText,
    encodePrivateKey: encodeBarePrivateKey,
    decodePrivateKey: decodeShortKey,
  })

/** Both coordinates, 128 hexadecimal digits: how Flow writes public keys. Takes a key in any form. */
export const publicKeyText = (publicKey: Uint8Array): string => Buffer.from(uncompressed(publicKey)).toString('hex', 1)

/** Do these 128 digits name a point of the curve? An account with any other key could never be used. */
export function isPublicKeyText(text: string): boolean {
  if (!/^[0-9a-f]{128}$/.test(text)) return false
  const key = Buffer.from(text, 'hex')
  const compressed = Buffer.concat([Buffer.of(2 + ((key.at(-1) ?? 0) & 1)), key.subarray(0, 32)])
  return isPublicKey(compressed) && publicKeyText(compressed) === text
}

/** 56 to 64 digits, with or without 0x; the missing ones are leading zeros. The caller wipes the result. @throws KeywardError KEY_INVALID */
function decodeShortKey(text: Secret): Buffer {
  const padded = text.use((bytes) => pad(trim(bytes)))
  try {
    return decodePrivateKey(padded)
  } catch (error) {
    if (!(error instanceof KeywardError)) throw error
    throw new KeywardError(error.code, error.message, {
      advice: `A private key of Flow has ${KEY_DIGITS} hexadecimal digits, or some fewer where zeros at its beginning were left out.`,
    })
  } finally {
    padded.wipe()
  }
}

function pad(bytes: Buffer): Secret {
  const digits = PREFIX.test(bytes.toString('latin1', 0, 2)) ? bytes.subarray(2) : bytes
  const missing = KEY_DIGITS - digits.length
  if (missing <= 0 || digits.length < LEAST_DIGITS) return Secret.copy(bytes)
  const padded = Buffer.allocUnsafeSlow(KEY_DIGITS).fill(ZERO, 0, missing)
  padded.set(digits, missing)
  return Secret.own(padded)
}
