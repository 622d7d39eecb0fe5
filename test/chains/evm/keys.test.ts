import { expect } from 'chai'
import { Wallet, getAddress } from 'ethers'
import fc from 'fast-check'
import { checksumAddress, parseAddress } from '../../../src/chains/common/ethereum-address.js'
import { decodePrivateKey, encodePrivateKey } from '../../../src/chains/common/hex-private-key.js'
import { KeywardError } from '../../../src/core/errors.js'
import { Secret } from '../../../src/core/secret.js'
import { loadEvm } from '../../../src/chains/evm/index.js'
import { chainCodeSchema } from '../../../src/core/ids.js'
import { chainKeysSuite, thrownBy } from '../../kit/chain-suite.js'
import { ethereum, newChain, vectors } from './evm-vectors.js'
import { privateKey } from './random-plans.js'

chainKeysSuite(
  newChain(),
  vectors.wallets.map(({ derived, ...wallet }) => ({ ...wallet, keys: derived })),
)

describe('Ethereum: keys', () => {
  it('have the address that ethers computes, in lower case', () => {
    fc.assert(
      fc.property(privateKey, (key) => {
        const draft = newChain().keys.fromPrivateKey(Secret.fromText(key), 'mainnet')
        expect(draft.address).to.equal(new Wallet(key).address.toLowerCase())
      }),
      { numRuns: 30 },
    )
  })

  it('are read with or without 0x in any case, and written with 0x in lower case', () => {
    fc.assert(
      fc.property(privateKey, (key) => {
        const digits = key.slice(2)
        for (const form of [key, digits, `0X${digits}`, digits.toUpperCase(), ` 0x${digits.toUpperCase()}\r\n`]) {
          const bytes = decodePrivateKey(Secret.fromText(form))
          expect(bytes.toString('hex')).to.equal(digits)
          expect(encodePrivateKey(bytes).text()).to.equal(key)
        }
      }),
    )
  })

  it('are refused when they are no keys, without telling what was given', () => {
    const sound = '46'.repeat(32)
    const most = sound.slice(2)
    const order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'
    const lengths = ['', '0x', sound.slice(1), `${sound}0`, `0x0x${sound}`, `x${sound}`, `0x ${sound}`, `${sound} 0`]
    const digits = ['g6', '@P', '`0', ':0', '\u0130'].map((end) => most + end)
    for (const form of [...lengths, ...digits, '00'.repeat(32), order, 'ff'.repeat(32)]) {
      const error = thrownBy(() => decodePrivateKey(Secret.fromText(form)))
      expect(error.code).to.equal('KEY_INVALID')
      expect(JSON.stringify(error)).not.to.include(sound.slice(0, 8))
    }
  })
})

describe('Ethereum: addresses', () => {
  const lower = fc
    .uint8Array({ minLength: 20, maxLength: 20 })
    .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`)

  it('have the checksum of ethers and of the examples in EIP-55', () => {
    for (const example of [
      '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
      '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
      '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
      '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
    ]) {
      expect(checksumAddress(example.toLowerCase())).to.equal(example)
    }
    fc.assert(
      fc.property(lower, (address) => {
        expect(checksumAddress(address)).to.equal(getAddress(address))
        expect(parseAddress(getAddress(address))).to.equal(address)
      }),
    )
  })
})

describe('Ethereum: the family', () => {
  it('loads a chain by its code and no other', () => {
    const chain = loadEvm(ethereum.code)
    expect(chain.definition).to.equal(ethereum)
    expect(() => loadEvm(chainCodeSchema.parse('BTC'))).to.throw(KeywardError, 'BTC is not an Ethereum-like chain')
  })

  it('defines Ethereum as the reference does', () => {
    expect(ethereum).to.deep.include({
      code: 'ETH',
      derivation: { mainnet: "m/44'/60'/0'/0", testnet: "m/44'/1'/0'/0" },
      decimals: 18,
      apiPath: 'ethereum',
      offchainWithdrawals: true,
      walletMembers: ['xpub', 'mnemonic'],
    })
  })
})
