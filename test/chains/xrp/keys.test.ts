import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { Wallet } from 'xrpl'
import { z } from 'zod'
import { isAddress } from '../../../src/chains/xrp/address.js'
import { Secret } from '../../../src/core/secret.js'
import { singleSecretSuite } from '../../kit/single-secret-suite.js'
import { xrp } from './fixtures.js'

const vectors = z
  .object({
    wallets: z.array(
      z.object({ secret: z.string(), address: z.string(), publicKey: z.string(), privateKeyInternal: z.string() }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/xrp.json', import.meta.url), 'utf8')))

singleSecretSuite(
  xrp,
  // The reference writes a byte for the algorithm before the key.
  vectors.wallets.map(({ privateKeyInternal, ...rest }) => ({ ...rest, privateKey: privateKeyInternal.slice(2) })),
  [
    'SC34YU4GNO25GVOSGX2P653DOBEPDGR5JFIRG4X26FX6VPE3SDJAKAGN',
    's',
    'sEd',
    'ŝEdTM1uX8pu2do5XvTnutH6HsouMaM2',
    '46'.repeat(32),
  ],
)

describe('family seeds of the XRP Ledger', () => {
  it('have the keys and addresses that the SDK of the ledger derives', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.constantFrom('ed25519' as const, 'ecdsa-secp256k1' as const),
        (entropy, algorithm) => {
          const theirs = Wallet.fromEntropy(entropy, { algorithm: algorithm as never })
          const ours = xrp.keys.fromPrivateKey(Secret.fromText(theirs.seed ?? ''), 'mainnet')
          expect(ours.address).to.equal(theirs.classicAddress)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('that are generated are Ed25519 and open in the SDK of the ledger', () => {
    const draft = xrp.keys.generate('mainnet')
    const seed = draft.material.secret?.text() ?? ''
    expect(seed).to.match(/^sEd/)
    expect(Wallet.fromSeed(seed).classicAddress).to.equal(draft.address)
  })
})

describe('addresses of the XRP Ledger', () => {
  it('are classic ones with their checksum', () => {
    expect(isAddress('rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh')).to.equal(true)
    const others = [
      'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi',
      'XVLhHMPHU98es4dbozjVtdWzVrDjtV18pX8yuPT7y4xaEHi',
      'snoPBrXtMeMyMHUVTgbuqAfg1SUTb',
      '0',
      '',
      'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh ',
    ]
    for (const text of others) expect(isAddress(text), text).to.equal(false)
  })
})
