import { HDNodeWallet } from 'ethers'
import { expect } from 'chai'
import fc from 'fast-check'
import { decodeBase58Check, encodeBase58Check } from '../../../src/chains/common/base58check.js'
import { HARDENED } from '../../../src/chains/common/bip32.js'
import { HdNode, HdPublicNode } from '../../../src/chains/common/hd-node.js'
import { codeThrownBy, thrownBy } from '../../kit/chain-suite.js'

const XPUB = 0x0488b21e

/** BIP-32, test vectors 1 to 3 (extended public keys; that they agree proves the private chain, too). */
const BIP32 = [
  {
    seed: '000102030405060708090a0b0c0d0e0f',
    chain: {
      m: 'xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8',
      "m/0'":
        'xpub68Gmy5EdvgibQVfPdqkBBCHxA5htiqg55crXYuXoQRKfDBFA1WEjWgP6LHhwBZeNK1VTsfTFUHCdrfp1bgwQ9xv5ski8PX9rL2dZXvgGDnw',
      "m/0'/1":
        'xpub6ASuArnXKPbfEwhqN6e3mwBcDTgzisQN1wXN9BJcM47sSikHjJf3UFHKkNAWbWMiGj7Wf5uMash7SyYq527Hqck2AxYysAA7xmALppuCkwQ',
      "m/0'/1/2'":
        'xpub6D4BDPcP2GT577Vvch3R8wDkScZWzQzMMUm3PWbmWvVJrZwQY4VUNgqFJPMM3No2dFDFGTsxxpG5uJh7n7epu4trkrX7x7DogT5Uv6fcLW5',
      "m/0'/1/2'/2":
        'xpub6FHa3pjLCk84BayeJxFW2SP4XRrFd1JYnxeLeU8EqN3vDfZmbqBqaGJAyiLjTAwm6ZLRQUMv1ZACTj37sR62cfN7fe5JnJ7dh8zL4fiyLHV',
      "m/0'/1/2'/2/1000000000":
        'xpub6H1LXWLaKsWFhvm6RVpEL9P4KfRZSW7abD2ttkWP3SSQvnyA8FSVqNTEcYFgJS2UaFcxupHiYkro49S8yGasTvXEYBVPamhGW6cFJodrTHy',
    },
  },
  {
    seed: 'fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a29f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542',
    chain: {
      m: 'xpub661MyMwAqRbcFW31YEwpkMuc5THy2PSt5bDMsktWQcFF8syAmRUapSCGu8ED9W6oDMSgv6Zz8idoc4a6mr8BDzTJY47LJhkJ8UB7WEGuduB',
      'm/0':
        'xpub69H7F5d8KSRgmmdJg2KhpAK8SR3DjMwAdkxj3ZuxV27CprR9LgpeyGmXUbC6wb7ERfvrnKZjXoUmmDznezpbZb7ap6r1D3tgFxHmwMkQTPH',
      "m/0/2147483647'":
        'xpub6ASAVgeehLbnwdqV6UKMHVzgqAG8Gr6riv3Fxxpj8ksbH9ebxaEyBLZ85ySDhKiLDBrQSARLq1uNRts8RuJiHjaDMBU4Zn9h8LZNnBC5y4a',
      "m/0/2147483647'/1":
        'xpub6DF8uhdarytz3FWdA8TvFSvvAh8dP3283MY7p2V4SeE2wyWmG5mg5EwVvmdMVCQcoNJxGoWaU9DCWh89LojfZ537wTfunKau47EL2dhHKon',
      "m/0/2147483647'/1/2147483646'":
        'xpub6ERApfZwUNrhLCkDtcHTcxd75RbzS1ed54G1LkBUHQVHQKqhMkhgbmJbZRkrgZw4koxb5JaHWkY4ALHY2grBGRjaDMzQLcgJvLJuZZvRcEL',
      "m/0/2147483647'/1/2147483646'/2":
        'xpub6FnCn6nSzZAw5Tw7cgR9bi15UV96gLZhjDstkXXxvCLsUXBGXPdSnLFbdpq8p9HmGsApME5hQTZ3emM2rnY5agb9rXpVGyy3bdW6EEgAtqt',
    },
  },
  {
    // A master key with leading zeros, which must be kept.
    seed: '4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4acba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be',
    chain: {
      m: 'xpub661MyMwAqRbcEZVB4dScxMAdx6d4nFc9nvyvH3v4gJL378CSRZiYmhRoP7mBy6gSPSCYk6SzXPTf3ND1cZAceL7SfJ1Z3GC8vBgp2epUt13',
      "m/0'":
        'xpub68NZiKmJWnxxS6aaHmn81bvJeTESw724CRDs6HbuccFQN9Ku14VQrADWgqbhhTHBaohPX4CjNLf9fq9MYo6oDaPPLPxSb7gwQN3ih19Zm4Y',
    },
  },
] as const

const root = (): HdNode => HdNode.fromSeed(Buffer.from(BIP32[0].seed, 'hex'))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('hierarchical keys (BIP-32)', () => {
  for (const [number, { seed, chain }] of BIP32.entries()) {
    it(`are those of test vector ${number + 1} of the BIP`, () => {
      const node = HdNode.fromSeed(Buffer.from(seed, 'hex'))
      for (const [path, xpub] of Object.entries(chain)) expect(node.derivePath(path).xpub(XPUB)).to.equal(xpub)
    })
  }

  it('are those of another implementation, private and public, for any seed and path', () => {
    const step = fc.tuple(fc.nat(HARDENED - 1), fc.boolean())
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), fc.array(step, { maxLength: 4 }), (seed, steps) => {
        const path = ['m', ...steps.map(([index, hardened]) => `${index}${hardened ? "'" : ''}`)].join('/')
        const ours = HdNode.fromSeed(Buffer.from(seed)).derivePath(path)
        const theirs = HDNodeWallet.fromSeed(seed).derivePath(path)
        expect(`0x${hex(ours.privateKey)}`).to.equal(theirs.privateKey)
        expect(ours.xpub(XPUB)).to.equal(theirs.neuter().extendedKey)
      }),
    )
  })

  it('have children that the public node derives alike', () => {
    const account = root().derivePath("m/44'/0'/0'/0")
    const publicNode = HdPublicNode.fromXpub(account.xpub(XPUB), XPUB)
    fc.assert(
      fc.property(fc.nat(HARDENED - 1), (index) => {
        expect(hex(publicNode.child(index))).to.equal(hex(account.child(index).publicKey))
      }),
    )
  })

  it('are wiped with their node, and a wiped node gives no children', () => {
    const node = root()
    const child = node.child(0)
    const [key, copy] = [node.privateKey, Buffer.from(child.privateKey)]
    node.wipe()
    node.wipe()
    expect(key.every((byte) => byte === 0)).to.equal(true)
    expect(child.privateKey.equals(copy)).to.equal(true)
    expect(() => node.child(0)).to.throw('wiped')
    expect(() => node.derivePath('m')).to.throw('wiped')
  })

  it('leave the node they were derived from as it was', () => {
    const node = root()
    const before = Buffer.from(node.privateKey)
    node.derivePath("m/1'/2")
    expect(node.privateKey.equals(before)).to.equal(true)
  })

  it('refuse seeds, paths and indexes that do not exist', () => {
    for (const bytes of [0, 15, 65]) {
      expect(codeThrownBy(() => HdNode.fromSeed(Buffer.alloc(bytes)))).to.equal('KEY_INVALID')
    }
    for (const path of ['', '0/1', 'm/', 'm//1', 'm/x', "m/1''", 'm/-1', 'm/0x1', 'm/1/', 'M/1', "m/44h'/0"]) {
      expect(
        codeThrownBy(() => root().derivePath(path)),
        path,
      ).to.equal('INDEX_INVALID')
    }
    expect(codeThrownBy(() => root().derivePath("m/2147483648'"))).to.equal('INDEX_INVALID')
    for (const index of [-1, 0.5, Number.NaN, 2 ** 32]) {
      expect(codeThrownBy(() => root().child(index))).to.equal('INDEX_INVALID')
    }
    const publicNode = HdPublicNode.fromXpub(BIP32[0].chain.m, XPUB)
    for (const index of [-1, 0.5, Number.NaN, HARDENED]) {
      expect(codeThrownBy(() => publicNode.child(index))).to.equal('INDEX_INVALID')
    }
  })

  it('are not read from a text that is no extended public key of the network', () => {
    const xpub = BIP32[0].chain.m
    const data = decodeBase58Check(Buffer.from(xpub))!
    const changed = (at: number, byte: number): string => {
      const copy = Buffer.from(data)
      copy[at] = byte
      return encodeBase58Check(copy).toString()
    }
    const texts = ['', 'xpub', `${xpub}1`, xpub.slice(0, -1), xpub.replace('g', 'h'), 'é', changed(45, 5)]
    for (const text of [...texts, encodeBase58Check(data.subarray(1)).toString()]) {
      expect(
        codeThrownBy(() => HdPublicNode.fromXpub(text, XPUB)),
        text,
      ).to.equal('WALLET_CORRUPT')
    }
    expect(thrownBy(() => HdPublicNode.fromXpub(xpub, 0x043587cf)).message).to.include('another network')
  })
})
