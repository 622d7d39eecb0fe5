import * as bip39 from 'bip39'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  checkMnemonic,
  generateMnemonic,
  normalizeMnemonic,
  seedOf,
  seedOfAsync,
} from '../../../src/chains/common/mnemonic.js'
import type { KeywardError } from '../../../src/core/errors.js'
import { Secret } from '../../../src/core/secret.js'
import { thrownBy } from '../../kit/chain-suite.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const check = (text: string): void => checkMnemonic(Secret.fromText(text))
const refusal = (text: string): KeywardError => {
  const error = thrownBy(() => check(text))
  expect(error.code).to.equal('MNEMONIC_INVALID')
  return error
}

/** Valid mnemonics of every length, made by the library. */
const mnemonics = fc
  .constantFrom(16, 20, 24, 28, 32)
  .chain((bytes) => fc.uint8Array({ minLength: bytes, maxLength: bytes }))
  .map((entropy) => bip39.entropyToMnemonic(Buffer.from(entropy)))

describe('mnemonics (BIP-39)', () => {
  it('are generated with 24 words that another implementation accepts, never twice the same', () => {
    const made = Array.from({ length: 50 }, () => generateMnemonic().text())
    for (const text of made) {
      expect(text.split(' ')).to.have.lengthOf(24)
      expect(bip39.validateMnemonic(text)).to.equal(true)
    }
    expect(new Set(made).size).to.equal(50)
  })

  it('are accepted in every length the standard has', () => {
    fc.assert(fc.property(mnemonics, (text) => check(text)))
  })

  it('are refused when the checksum does not hold, exactly when another implementation refuses', () => {
    const place = fc.tuple(fc.nat(11), fc.nat(2047))
    fc.assert(
      fc.property(mnemonics, place, (text, [at, word]) => {
        const words = text.split(' ')
        words[at] = bip39.wordlists['english']![word]!
        const changed = words.join(' ')
        if (bip39.validateMnemonic(changed)) check(changed)
        else expect(refusal(changed).message).to.include('checksum')
      }),
      { numRuns: 300 },
    )
  })

  it('say how many words they have when that is a wrong number', () => {
    for (const count of [0, 1, 11, 13, 23, 25, 48]) {
      expect(refusal(Array.from({ length: count }, () => 'abandon').join(' ')).message).to.include(`has ${count} words`)
    }
  })

  it('say where unknown words are, and never repeat them', () => {
    const words = bip39.entropyToMnemonic(Buffer.alloc(16)).split(' ')
    words[2] = 'topsecret'
    words[9] = 'Abandon'
    const error = refusal(words.join(' '))
    expect(error.message).to.include('word 3, 10 of the mnemonic')
    expect(JSON.stringify(error)).to.not.match(/topsecret|abandon/i)
  })

  it('may be spaced and composed in any way, and are kept in one spelling', () => {
    const text = bip39.entropyToMnemonic(Buffer.alloc(32, 7))
    const spaced = `\n ${text.replaceAll(' ', '\u3000 \t')} `
    check(spaced)
    expect(normalizeMnemonic(Secret.fromText(spaced)).text()).to.equal(text)
    expect(normalizeMnemonic(Secret.fromText('  ')).text()).to.equal('')
  })

  it('give the seed that another implementation gives, whatever the text: nothing is mended silently', () => {
    const text = fc.oneof(mnemonics, fc.string(), fc.string({ unit: 'grapheme' }), fc.constant('e\u0301  \u00e9 x'))
    fc.assert(
      fc.property(text, (words) => {
        expect(hex(seedOf(Secret.fromText(words)))).to.equal(hex(bip39.mnemonicToSeedSync(words)))
      }),
      { numRuns: 25 },
    )
  })

  it('give the same seed in the background', async () => {
    const secret = Secret.fromText(bip39.entropyToMnemonic(Buffer.alloc(32, 9)))
    expect(hex(await seedOfAsync(secret))).to.equal(hex(seedOf(secret)))
    expect(secret.wiped).to.equal(false)
  })

  // https://github.com/trezor/python-mnemonic/blob/master/vectors.json uses a passphrase; this seed is BIP-39's own arithmetic without one.
  it('give the well-known seed of the all-zero entropy', () => {
    const zero = Secret.fromText(`${'abandon '.repeat(11)}about`)
    expect(hex(seedOf(zero))).to.equal(
      '5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc19a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4',
    )
  })
})
