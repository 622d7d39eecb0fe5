import { address as library } from 'bitcoinjs-lib'
import { expect } from 'chai'
import fc from 'fast-check'
import { addressOfScript, keyHashOfAddress } from '../../../../src/chains/bitcoin/address.js'
import { decodeCashAddress, encodeCashAddress } from '../../../../src/chains/bitcoin/cash-address.js'
import { definitions } from '../../../../src/chains/bitcoin/definition.js'
import { codeThrownBy } from '../../../kit/chain-suite.js'

const bch = definitions.find(({ code }) => code === 'BCH')!

/** Examples of the specification: the same hashes in the old form and in the new one. */
const TRANSLATED = [
  ['1BpEi6DfDAUFd7GtittLSdBeYJvcoaVggu', 'bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a'],
  ['1KXrWXciRDZUpQwQmuM1DbwsKDLYAYsVLR', 'bitcoincash:qr95sy3j9xwd2ap32xkykttr4cvcu7as4y0qverfuy'],
  ['16w1D5WRVKJuZUsSRzdLp9w3YGcgoxDXb', 'bitcoincash:qqq3728yw0y47sqn6l2na30mcw6zm78dzqre909m2r'],
  ['3CWFddi6m4ndiGyKqzYvsFYagqDLPVMTzC', 'bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq'],
  ['3LDsS579y7sruadqu11beEJoTjdFiFCdX4', 'bitcoincash:pr95sy3j9xwd2ap32xkykttr4cvcu7as4yc93ky28e'],
  ['31nwvkZwyPdgzjBJZXfDmSWsC4ZLKpYyUw', 'bitcoincash:pqq3728yw0y47sqn6l2na30mcw6zm78dzq5ucqzc37'],
] as const
/** And a hash of 32 bytes. */
const LONG = {
  hash: '3173ef6623c6b48ffd1a3dcc0cc6489b0a07bb47a37f47cfef4fe69de825c060',
  p2pkh: 'bitcoincash:qvch8mmxy0rtfrlarg7ucrxxfzds5pamg73h7370aa87d80gyhqxq5nlegake',
  p2sh: 'bchtest:pvch8mmxy0rtfrlarg7ucrxxfzds5pamg73h7370aa87d80gyhqxq7fqng6m6',
}

const p2pkh = (hash: Uint8Array): Buffer => Buffer.from(`76a914${Buffer.from(hash).toString('hex')}88ac`, 'hex')
const p2sh = (hash: Uint8Array): Buffer => Buffer.from(`a914${Buffer.from(hash).toString('hex')}87`, 'hex')

describe('addresses of BCH', () => {
  it('are those of the specification', () => {
    for (const [old, address] of TRANSLATED) {
      const { version, hash } = library.fromBase58Check(old)
      const script = version === 0 ? p2pkh(hash) : p2sh(hash)
      expect(addressOfScript(bch, 'mainnet', script)).to.equal(address)
      expect(decodeCashAddress('bitcoincash', address)).to.deep.equal({
        type: version === 0 ? 'p2pkh' : 'p2sh',
        hash: Buffer.from(hash),
      })
    }
    const long = Buffer.from(LONG.hash, 'hex')
    expect(encodeCashAddress('bitcoincash', 'p2pkh', long)).to.equal(LONG.p2pkh)
    expect(addressOfScript(bch, 'testnet', Buffer.from(`aa20${LONG.hash}87`, 'hex'))).to.equal(LONG.p2sh)
  })

  it('belong to payments that the chain knows: none for segwit, which means nothing there, and none for outputs that carry tokens', () => {
    for (const script of [`0014${'11'.repeat(20)}`, `5120${'11'.repeat(32)}`, `ef${'22'.repeat(32)}1001`, 'aa', '']) {
      expect(addressOfScript(bch, 'mainnet', Buffer.from(script, 'hex'))).to.equal(undefined)
    }
    const btc = definitions.find(({ code }) => code === 'BTC')!
    expect(addressOfScript(btc, 'mainnet', Buffer.from(`aa20${LONG.hash}87`, 'hex'))).to.equal(undefined)
  })

  it('lead back to the key hash of a wallet, in upper case and in the old form too', () => {
    for (const [old, address] of TRANSLATED.slice(0, 3)) {
      const hash = Buffer.from(library.fromBase58Check(old).hash)
      for (const text of [address, address.toUpperCase(), old]) {
        expect(keyHashOfAddress(bch, 'mainnet', text).equals(hash)).to.equal(true)
        expect(codeThrownBy(() => keyHashOfAddress(bch, 'testnet', text))).to.equal('WALLET_CORRUPT')
      }
    }
  })

  it('are refused as a wallet when they are no address of a key', () => {
    const [, good] = TRANSLATED[0]
    const wrong = [
      TRANSLATED[3][1],
      LONG.p2pkh,
      good.replace('bitcoincash:', ''),
      good.replace('bitcoincash:', 'BitcoinCash:'),
      good.replace('bitcoincash:', 'bchtest:'),
      `${good}q`,
      good.slice(0, -1),
      'bitcoincash:',
      'bitcoincash:qqqqqqqq',
      `bitcoincash:${'q'.repeat(500)}`,
    ]
    for (const address of wrong) {
      expect(
        codeThrownBy(() => keyHashOfAddress(bch, 'mainnet', address)),
        address,
      ).to.equal('WALLET_CORRUPT')
    }
  })

  it('survive the way there and back, and one wrong letter anywhere is found', () => {
    const hash = fc.oneof(
      fc.uint8Array({ minLength: 20, maxLength: 20 }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
    )
    const type = fc.constantFrom('p2pkh', 'p2sh')
    const prefix = fc.constantFrom('bitcoincash', 'bchtest')
    fc.assert(
      fc.property(hash, type, prefix, fc.nat(), fc.integer({ min: 1, max: 31 }), (bytes, kind, name, at, step) => {
        const address = encodeCashAddress(name, kind, bytes)
        expect(decodeCashAddress(name, address)).to.deep.equal({ type: kind, hash: Buffer.from(bytes) })
        const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
        const place = name.length + 1 + (at % (address.length - name.length - 1))
        const other = letters[(letters.indexOf(address[place]!) + step) % 32]!
        expect(decodeCashAddress(name, address.slice(0, place) + other + address.slice(place + 1))).to.equal(undefined)
      }),
    )
  })
})
