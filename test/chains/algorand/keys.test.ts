import algosdk from 'algosdk'
import { expect } from 'chai'
import fc from 'fast-check'
import { z } from 'zod'
import { readFileSync } from 'node:fs'
import { decodeBase32, encodeBase32 } from '../../../src/chains/algorand/base32.js'
import { Secret } from '../../../src/core/secret.js'
import { codeThrownBy, managed, thrownBy } from '../../kit/chain-suite.js'
import { singleSecretSuite } from '../../kit/single-secret-suite.js'
import { algorand, SECRET } from './fixtures.js'

const { wallets } = z
  .object({
    wallets: z.array(
      z.object({ mnemonic25: z.string(), secret: z.string(), address: z.string(), publicKeyHex: z.string() }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('../../vectors/algo.json', import.meta.url), 'utf8')))

const privateKeyOf = (phrase: string) =>
  Buffer.from(algosdk.mnemonicToSecretKey(phrase).sk.subarray(0, 32)).toString('hex')

singleSecretSuite(
  algorand,
  wallets.map(({ mnemonic25, secret, address, publicKeyHex }) => ({
    secret,
    address,
    publicKey: publicKeyHex,
    privateKey: privateKeyOf(mnemonic25),
  })),
  [SECRET.toLowerCase(), 'A'.repeat(103), '46'.repeat(32), `${SECRET}=`],
)

describe('phrases of Algorand', () => {
  for (const { mnemonic25, secret, address } of wallets) {
    it(`give the secret of ${address}; the words are not kept`, () => {
      const typed = Secret.fromText(`  ${mnemonic25.replaceAll(' ', ' \n ')} `)
      const draft = algorand.keys.fromMnemonic(typed, 'mainnet')
      expect(draft.kind).to.equal('secret')
      expect(draft.address).to.equal(address)
      expect(draft.material.secret?.text()).to.equal(secret)
      expect(draft.material.mnemonic).to.equal(undefined)
      expect(typed.wiped).to.equal(false)
      expect(algorand.keys.inspect(managed(algorand, draft, 'mainnet'))).to.deep.equal([])
    })
  }

  it('are read as the SDK of the chain reads them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        const phrase = algosdk.mnemonicFromSeed(seed)
        const draft = algorand.keys.fromMnemonic(Secret.fromText(phrase), 'testnet')
        expect(draft.address).to.equal(algosdk.mnemonicToSecretKey(phrase).addr.toString())
      }),
      { numRuns: 20 },
    )
  })

  it('are refused with any word exchanged, out of order or misspelled, without a word of them in the message', () => {
    const words = wallets[0]?.mnemonic25.split(' ') ?? []
    words.forEach((word, place) => {
      const changed = words.with(place, word === 'abandon' ? 'zoo' : 'abandon').join(' ')
      expect(codeThrownBy(() => algorand.keys.fromMnemonic(Secret.fromText(changed), 'mainnet'))).to.equal(
        'MNEMONIC_INVALID',
      )
    })
    for (const wrong of [words.toReversed().join(' '), [...words.slice(1), 'gownn'].join(' ')]) {
      const error = thrownBy(() => algorand.keys.fromMnemonic(Secret.fromText(wrong), 'mainnet'))
      expect(error.code).to.equal('MNEMONIC_INVALID')
      expect(JSON.stringify(error)).to.not.include('obvious').and.not.include('gown')
    }
  })

  it('of BIP-39, and empty ones, are refused: the reference cannot make a wallet of Algorand from them either', () => {
    for (const text of [
      '',
      ' ',
      `${'abandon '.repeat(23)}art`,
      wallets[0]?.mnemonic25.split(' ').slice(1).join(' ') ?? '',
    ]) {
      const error = thrownBy(() => algorand.keys.fromMnemonic(Secret.fromText(text), 'mainnet'))
      expect(error.code).to.equal('WALLET_UNSUITABLE')
      expect(error.advice).to.include('25 words')
    }
  })
})

describe('generated wallets of Algorand', () => {
  it('sign for the address that the SDK of the chain derives from their secret', () => {
    const draft = algorand.keys.generate('mainnet')
    const text = draft.material.secret?.text() ?? ''
    const bytes = decodeBase32(Buffer.from(text)) ?? Buffer.alloc(0)
    expect(bytes).to.have.lengthOf(64)
    expect(algosdk.encodeAddress(bytes.subarray(32))).to.equal(draft.address)
    const phrase = algosdk.secretKeyToMnemonic(bytes)
    expect(algorand.keys.fromMnemonic(Secret.fromText(phrase), 'mainnet').address).to.equal(draft.address)
  })
})

describe('base32', () => {
  it('gives every text of bytes back, and reads no other spelling of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const text = encodeBase32(bytes)
        expect(decodeBase32(text)).to.deep.equal(Buffer.from(bytes))
        expect(decodeBase32(Buffer.concat([text, Buffer.from('A')]))?.equals(bytes) ?? false).to.equal(false)
      }),
    )
    for (const text of ['AB', 'a', '0', 'A=', 'MZXW6YTB1', 'A', 'AAA']) {
      expect(decodeBase32(Buffer.from(text)), text).to.equal(undefined)
    }
  })
})
