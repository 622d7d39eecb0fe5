import type { ChainDefinition, ChainKeys } from '../../core/chain.js'
import { ed25519PublicKey } from '../common/ed25519.js'
import { singleSecretKeys } from '../common/single-secret-keys.js'
import { addressOf } from './address.js'
import { seedOfPhrase } from './phrase.js'
import { generateSecret, keyPairOf, secretOfSeed } from './secret.js'

/** A wallet is one secret; the same key and address on both networks. The 25 words of Algorand's wallets are another spelling of it, which is not kept. */
export const algorandKeys = (definition: ChainDefinition): ChainKeys => ({
  ...singleSecretKeys({
    definition,
    secretName: 'secret',
    secretForm: 'A secret has 103 capital letters and digits: base32 of the private and the public key.',
    generateSecret,
    keyPairOf,
    addressOf,
  }),
  fromMnemonic(phrase) {
    const seed = seedOfPhrase(phrase)
    try {
      return { kind: 'secret', material: { secret: secretOfSeed(seed) }, address: addressOf(ed25519PublicKey(seed)) }
    } finally {
      seed.fill(0)
    }
  },
})
