import { randomBytes } from 'node:crypto'
import type { ChainDefinition, ChainKeys } from '../../core/chain.js'
import { Secret } from '../../core/secret.js'
import { ed25519PublicKey } from '../common/ed25519.js'
import { singleSecretKeys } from '../common/single-secret-keys.js'
import type { KeyPair } from '../common/single-secret-keys.js'
import { addressOf, decodeStrKey, encodeStrKey, VERSION } from './strkey.js'

const SEED_BYTES = 32

/** A wallet is one secret seed; the same key and address on both networks. */
export const stellarKeys = (definition: ChainDefinition): ChainKeys =>
  singleSecretKeys({
    definition,
    secretName: 'secret seed',
    secretForm: 'A secret seed starts with "S" and has 56 capital letters and digits.',
    generateSecret,
    keyPairOf,
    addressOf,
  })

function generateSecret(): Secret {
  const seed = randomBytes(SEED_BYTES)
  try {
    return Secret.own(encodeStrKey(VERSION.seed, seed))
  } finally {
    seed.fill(0)
  }
}

function keyPairOf(text: Buffer): KeyPair | undefined {
  const privateKey = decodeStrKey(VERSION.seed, text)
  return privateKey && { privateKey, publicKey: ed25519PublicKey(privateKey) }
}
