import type { ChainDefinition, ChainKeys } from '../../core/chain.js'
import { singleSecretKeys } from '../common/single-secret-keys.js'
import { addressOf } from './address.js'
import { generateSeed, keyPairOf } from './seed.js'

/** A wallet is one family seed; the same key and address on both networks. */
export const xrpKeys = (definition: ChainDefinition): ChainKeys =>
  singleSecretKeys({
    definition,
    secretName: 'family seed',
    secretForm: 'A family seed starts with "s" (secp256k1) or "sEd" (Ed25519) and has 28 to 31 letters and digits.',
    generateSecret: generateSeed,
    keyPairOf,
    addressOf,
  })
