import { createDecipheriv, createHash } from 'node:crypto'
import { KeywardError } from '../../../core/errors.js'
import type { Secret } from '../../../core/secret.js'
import { damaged } from '../format/faults.js'

/*
 * The container of Tatum KMS's wallet file: what CryptoJS calls passphrase AES and OpenSSL `enc -aes-256-cbc -md md5 -base64 -A`. Base64 of "Salted__", 8 bytes
 * salt and the ciphertext; key and IV come from EVP_BytesToKey with one round of MD5 (OpenSSL manual, EVP_BytesToKey(3)). Nothing authenticates it: a
 * changed file is noticed only if its padding or its text breaks, and then looks like a wrong password. It is read here and never written.
 */
const BASE64_MARK = Buffer.from('U2FsdGVkX1') // "Salted__"
const MARK = Buffer.from('Salted__')
const SALT_END = MARK.length + 8
const BLOCK_BYTES = 16
const KEY_BYTES = 32
const IV_BYTES = 16

export const startsLikeLegacyStore = (bytes: Buffer): boolean =>
  bytes.subarray(0, BASE64_MARK.length).equals(BASE64_MARK)

/** @throws KeywardError STORE_DAMAGED for a text that no password could make right. */
export function decodeSaltedContainer(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').trim()
  const container = Buffer.from(text, 'base64')
  if (container.toString('base64') !== text) throw damaged('it is not base64 to its end')
  const ciphertextBytes = container.length - SALT_END
  if (ciphertextBytes < BLOCK_BYTES || ciphertextBytes % BLOCK_BYTES !== 0) throw damaged('it is cut off')
  return container
}

/** @returns the plaintext, which the caller wipes. @throws KeywardError STORE_WRONG_PASSWORD */
export function decryptSaltedContainer(container: Buffer, password: Secret): Buffer {
  const keyAndIv = password.use((bytes) => bytesToKey(bytes, container.subarray(MARK.length, SALT_END)))
  try {
    const iv = keyAndIv.subarray(KEY_BYTES, KEY_BYTES + IV_BYTES)
    const decipher = createDecipheriv('aes-256-cbc', keyAndIv.subarray(0, KEY_BYTES), iv)
    const head = decipher.update(container.subarray(SALT_END))
    const tail = decipher.final()
    const plaintext = Buffer.allocUnsafeSlow(head.length + tail.length)
    tail.copy(plaintext, head.copy(plaintext))
    head.fill(0)
    tail.fill(0)
    return plaintext
  } catch {
    throw wrongPasswordOrDamage()
  } finally {
    keyAndIv.fill(0)
  }
}

/** D1 = MD5(password, salt), D2 = MD5(D1, password, salt), D3 = MD5(D2, password, salt). */
function bytesToKey(password: Buffer, salt: Buffer): Buffer {
  const digests: Buffer[] = [Buffer.alloc(0)]
  for (let round = 0; round < 3; round += 1) {
    const previous = digests[round] ?? Buffer.alloc(0)
    digests.push(createHash('md5').update(previous).update(password).update(salt).digest())
  }
  const out = Buffer.concat(digests)
  for (const digest of digests) digest.fill(0)
  return out
}

export const wrongPasswordOrDamage = (): KeywardError =>
  new KeywardError('STORE_WRONG_PASSWORD', 'wrong password or damaged file: the Tatum KMS wallet file does not open', {
    advice:
      'That format cannot tell the two apart. Check the password and where it comes from; if it is right, take the file from a backup. Nothing was changed.',
  })
