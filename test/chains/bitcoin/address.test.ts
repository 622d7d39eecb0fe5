import { address as library } from 'bitcoinjs-lib'
import { expect } from 'chai'
import fc from 'fast-check'
import { addressOfKeyHash, addressOfScript, keyHashOfAddress } from '../../../src/chains/bitcoin/address.js'
import { definitions } from '../../../src/chains/bitcoin/definition.js'
import type { BitcoinDefinition } from '../../../src/chains/bitcoin/definition.js'
import { ownersOfScripts } from '../../../src/chains/bitcoin/script-owners.js'
import { codeThrownBy } from '../../kit/chain-suite.js'
import { scriptFor } from './arbitrary.js'
import { publicKeyAt } from './build.js'
import { vectors } from './fixtures.js'

const [btc] = definitions as readonly [BitcoinDefinition]
/** A chain as old as Bitcoin's first years: what later members of the family may look like. */
const plain: BitcoinDefinition = {
  ...btc,
  addressType: 'p2pkh',
  networks: {
    mainnet: { xpubVersion: 0x0488b21e, wifVersion: 0x9e, pubKeyHashVersion: 0x1e, scriptHashVersion: 0x16 },
    testnet: { xpubVersion: 0x043587cf, wifVersion: 0xf1, pubKeyHashVersion: 0x71, scriptHashVersion: 0xc4 },
  },
}
const hashes = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => Buffer.from(bytes))
const networks = fc.constantFrom('mainnet', 'testnet')

describe('addresses of the Bitcoin family', () => {
  it('lead back to the key hash they were made from, with and without segwit', () => {
    fc.assert(
      fc.property(hashes, networks, fc.constantFrom(btc, plain), (hash, network, definition) => {
        const address = addressOfKeyHash(definition, network, hash)
        expect(keyHashOfAddress(definition, network, address).equals(hash)).to.equal(true)
        expect(address).to.match(definition === btc ? /^(bc|tb)1q/ : /^[Dn]/)
      }),
    )
  })

  it('are read in the old form of a key, too, and in the upper case that QR codes have', () => {
    const hash = Buffer.alloc(20, 9)
    expect(keyHashOfAddress(btc, 'mainnet', library.toBase58Check(hash, 0)).equals(hash)).to.equal(true)
    const upper = library.toBech32(hash, 0, 'bc').toUpperCase()
    expect(keyHashOfAddress(btc, 'mainnet', upper).equals(hash)).to.equal(true)
  })

  it('are refused when they belong to another network or commit to something else than a key', () => {
    const hash = Buffer.alloc(20, 9)
    const wrong = [
      library.toBech32(hash, 0, 'tb'),
      library.toBech32(hash, 0, 'ltc'),
      library.toBech32(Buffer.alloc(32, 9), 0, 'bc'),
      library.toBech32(Buffer.alloc(32, 9), 1, 'bc'),
      library.toBase58Check(hash, 5),
      library.toBase58Check(hash, 0x6f),
      `${library.toBech32(hash, 0, 'bc')}q`,
      '',
      'é',
      'x'.repeat(1000),
    ]
    for (const address of wrong) {
      expect(
        codeThrownBy(() => keyHashOfAddress(btc, 'mainnet', address)),
        address,
      ).to.equal('WALLET_CORRUPT')
    }
    expect(codeThrownBy(() => keyHashOfAddress(plain, 'mainnet', library.toBech32(hash, 0, 'bc')))).to.equal(
      'WALLET_CORRUPT',
    )
  })

  it('are none for witness scripts on a chain without segwit, and its keys own none of them', () => {
    const publicKey = publicKeyAt(0, 0)
    const keyHash = keyHashOfAddress(btc, 'mainnet', vectors.wallets[0]?.keys[0]?.address ?? '')
    const [segwit, old] = [true, false].map((has) => ownersOfScripts([[keyHash, 'us']], has))
    for (const type of ['p2wpkh', 'p2sh-p2wpkh', 'p2pkh', 'p2pk'] as const) {
      const script = Buffer.from(scriptFor(type, publicKey), 'hex')
      expect(segwit?.(script)?.type).to.equal(type)
      expect(old?.(script)?.type).to.equal(type === 'p2pkh' || type === 'p2pk' ? type : undefined)
    }
    const script = Buffer.from(scriptFor('p2wpkh', publicKey), 'hex')
    expect(addressOfScript(plain, 'mainnet', script)).to.equal(undefined)
    expect(addressOfScript(btc, 'mainnet', script)).to.match(/^bc1q/)
  })
})
