import type { ChainDefinition, ChainKeys } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'
import { ed25519Keys } from '../common/ed25519-keys.js'
import { decodePrivateKey as decodeDigits, encodeBarePrivateKey } from '../common/hex-private-key.js'
import { addressOf } from './address.js'

/** Private keys are 64 hexadecimal digits: the seed of the Ed25519 key. */
export const multiversxKeys = (definition: ChainDefinition): ChainKeys =>
  ed25519Keys({ definition, addressOf, encodePrivateKey: encodeBarePrivateKey, decodePrivateKey })

/** The caller wipes the result. @throws KeywardError KEY_INVALID */
function decodePrivateKey(text: Secret): Buffer {
  try {
    return decodeDigits(text)
  } catch {
    throw new KeywardError('KEY_INVALID', 'this is not a private key of a MultiversX account', {
      advice: 'A private key has 64 hexadecimal digits.',
    })
  }
}
