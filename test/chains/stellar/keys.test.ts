import { readFileSync } from 'node:fs'
import { Keypair, StrKey } from '@stellar/stellar-base'
import { expect } from 'chai'
import fc from 'fast-check'
import { z } from 'zod'
import { addressOf, decodeStrKey, encodeStrKey, publicKeyOf, VERSION } from '../../../src/chains/stellar/strkey.js'
import { Secret } from '../../../src/core/secret.js'
import { singleSecretSuite } from '../../kit/single-secret-suite.js'
import { stellar } from './fixtures.js'

const vectors = z
  .object({
    wallets: z.array(
      z.object({ secret: z.string(), address: z.string(), publicKeyHex: z.string(), rawSeedHex: z.string() }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/xlm.json', import.meta.url), 'utf8')))

singleSecretSuite(
  stellar,
  vectors.wallets.map(({ secret, address, publicKeyHex, rawSeedHex }) => ({
    secret,
    address,
    publicKey: publicKeyHex,
    privateKey: rawSeedHex,
  })),
  ['sEdTM1uX8pu2do5XvTnutH6HsouMaM2', 'sc34yu4gno25gvosgx2p653dobepdgr5jfirg4x26fx6vpe3sdjakagn', '46'.repeat(32)],
)

describe('StrKeys of Stellar', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })

  it('are those of the library of the network', () => {
    fc.assert(
      fc.property(bytes, (content) => {
        const raw = Buffer.from(content)
        const theirs = Keypair.fromRawEd25519Seed(raw)
        expect(encodeStrKey(VERSION.seed, raw).toString()).to.equal(theirs.secret())
        const draft = stellar.keys.fromPrivateKey(Secret.fromText(theirs.secret()), 'mainnet')
        expect(draft.address).to.equal(theirs.publicKey())
        expect(publicKeyOf(theirs.publicKey())).to.deep.equal(theirs.rawPublicKey())
        expect(addressOf(raw)).to.equal(StrKey.encodeEd25519PublicKey(raw))
      }),
      { numRuns: 30 },
    )
  })

  it('are taken as what they are: no address is a seed', () => {
    const raw = Buffer.alloc(32, 7)
    expect(decodeStrKey(VERSION.seed, encodeStrKey(VERSION.address, raw))).to.equal(undefined)
    expect(decodeStrKey(VERSION.seed, encodeStrKey(VERSION.seed, raw))).to.deep.equal(raw)
    expect(publicKeyOf('')).to.equal(undefined)
    expect(publicKeyOf(StrKey.encodePreAuthTx(raw))).to.equal(undefined)
  })
})
