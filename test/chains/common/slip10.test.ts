import { expect } from 'chai'
import { ed25519PublicKey } from '../../../src/chains/common/ed25519.js'
import { Slip10Node } from '../../../src/chains/common/slip10.js'
import { codeThrownBy } from '../../kit/chain-suite.js'

/** SLIP-0010, test vectors 1 and 2 for ed25519: private keys by path. */
const SLIP10 = [
  {
    seed: '000102030405060708090a0b0c0d0e0f',
    publicKey: 'a4b2856bfec510abab89753fac1ac0e1112364e7d250545963f135f2a33188ed',
    chain: {
      m: '2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7',
      "m/0'": '68e0fe46dfb67e368c75379acec591dad19df3cde26e63b93a8e704f1dade7a3',
      "m/0'/1'": 'b1d0bad404bf35da785a64ca1ac54b2617211d2777696fbffaf208f746ae84f2',
      "m/0'/1'/2'": '92a5b23c0b8a99e37d07df3fb9966917f5d06e02ddbd909c7e184371463e9fc9',
      "m/0'/1'/2'/2'": '30d1dc7e5fc04c31219ab25a27ae00b50f6fd66622f6e9c913253d6511d1e662',
      "m/0'/1'/2'/2'/1000000000'": '8f94d394a8e8fd6b1bc2f3f49f5c47e385281d5c17e65324b0f62483e37e8793',
    },
  },
  {
    seed: 'fffcf9f6f3f0edeae7e4e1dedbd8d5d2cfccc9c6c3c0bdbab7b4b1aeaba8a5a29f9c999693908d8a8784817e7b7875726f6c696663605d5a5754514e4b484542',
    publicKey: '8fe9693f8fa62a4305a140b9764c5ee01e455963744fe18204b4fb948249308a',
    chain: {
      m: '171cb88b1b3c1db25add599712e36245d75bc65a1a5c9e18d76f9f2b1eab4012',
      "m/0'": '1559eb2bbec5790b0c65d8693e4d0875b1747f4970ae8b650486ed7470845635',
      "m/0'/2147483647'": 'ea4f5bfe8694d8bb74b7b59404632fd5968b774ed545e810de9c32a4fb4192f4',
    },
  },
]

describe('SLIP-0010', () => {
  const [first] = SLIP10
  const seed = Buffer.from(first!.seed, 'hex')

  for (const { seed, publicKey, chain } of SLIP10) {
    it(`derives the keys of the test vector with seed ${seed.slice(0, 8)}…`, () => {
      const root = Slip10Node.fromSeed(Buffer.from(seed, 'hex'))
      for (const [path, key] of Object.entries(chain)) {
        expect(root.derivePath(path).privateKey.toString('hex')).to.equal(key)
      }
      expect(Buffer.from(ed25519PublicKey(root.privateKey)).toString('hex')).to.equal(publicKey)
    })
  }

  it('refuses steps that are not hardened, paths that are none, and indexes beyond the last one', () => {
    const root = Slip10Node.fromSeed(seed)
    for (const path of ['m/0', "m/0'/1", '', "0'", "m/0''", "m/2147483648'", "m/-1'", 'm/']) {
      expect(codeThrownBy(() => root.derivePath(path))).to.equal('INDEX_INVALID')
    }
    for (const index of [-1, 0.5, 2 ** 31, Number.NaN]) {
      expect(codeThrownBy(() => root.hardenedChild(index))).to.equal('INDEX_INVALID')
    }
  })

  it('refuses seeds of a length that is none', () => {
    for (const length of [0, 15, 65]) {
      expect(codeThrownBy(() => Slip10Node.fromSeed(Buffer.alloc(length, 1)))).to.equal('KEY_INVALID')
    }
  })

  it('gives nodes that are wiped on their own, and derives nothing from a wiped one', () => {
    const root = Slip10Node.fromSeed(seed)
    const child = root.hardenedChild(0)
    root.wipe()
    expect(child.privateKey.toString('hex')).to.equal(first?.chain["m/0'"])
    expect(root.privateKey.every((byte) => byte === 0)).to.equal(true)
    expect(() => root.hardenedChild(0)).to.throw('wiped')
  })
})
