import { KeywardError } from '../../core/errors.js'
import { Secret } from '../../core/secret.js'
import { decodeBase58Check, encodeBase58Check } from '../common/base58check.js'
import { isPrivateKey } from '../common/secp256k1.js'
import { trim } from '../common/trim.js'

/*
 * Wallet import format: version byte, 32-byte key, and 01 when the public key is the compressed one; Base58Check.
 * https://en.bitcoin.it/wiki/Wallet_import_format
 */

const KEY_BYTES = 32
const COMPRESSED = 0x01

/** The text of a private key whose public key is compressed. The key stays the caller's; the caller wipes the result. */
export function encodeWif(key: Buffer, version: number): Secret {
  const payload = Buffer.allocUnsafeSlow(KEY_BYTES + 2)
  payload[0] = version
  key.copy(payload, 1)
  payload[KEY_BYTES + 1] = COMPRESSED
  const text = encodeBase58Check(payload)
  payload.fill(0)
  return Secret.own(text)
}

/**
 * The 32 bytes of a private key, which the caller wipes. Blanks around the text do not count.
 * @throws KeywardError KEY_INVALID saying what is wrong.
 */
export function decodeWif(text: Secret, version: number): Buffer {
  const payload = text.use((bytes) => decodeBase58Check(trim(bytes)))
  try {
    return keyOf(payload, version)
  } finally {
    payload?.fill(0)
  }
}

function keyOf(payload: Buffer | undefined, version: number): Buffer {
  if (payload === undefined || payload.length < KEY_BYTES + 1 || payload.length > KEY_BYTES + 2) {
    throw invalid('this is not a private key in wallet import format (WIF)', 'A WIF key has 51 or 52 characters.')
  }
  if (payload[0] !== version) {
    throw invalid(
      'this private key belongs to another network or chain',
      'Check whether it is a mainnet or a testnet key, and of which coin.',
    )
  }
  if (payload.length === KEY_BYTES + 1) {
    throw invalid(
      'this private key is marked for uncompressed public keys, which are not supported',
      'Move the funds of its old-style address with the wallet that made it.',
    )
  }
  const key = Buffer.allocUnsafeSlow(KEY_BYTES)
  payload.copy(key, 0, 1)
  if (payload[KEY_BYTES + 1] === COMPRESSED && isPrivateKey(key)) return key
  key.fill(0)
  throw invalid('this is not a private key of the curve secp256k1', 'The text may be damaged.')
}

const invalid = (message: string, advice: string): KeywardError => new KeywardError('KEY_INVALID', message, { advice })
