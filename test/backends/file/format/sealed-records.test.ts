import { expect } from 'chai'
import { openRecord, rewrapRecord, sealRecord } from '../../../../src/backends/file/format/record.js'
import type { RecordEntry } from '../../../../src/backends/file/format/record.js'
import { SealedRecords } from '../../../../src/backends/file/format/sealed-records.js'
import { chainCodeSchema, newSignatureId } from '../../../../src/core/ids.js'
import { KeywardError } from '../../../../src/core/errors.js'
import { plainWallet, sampleWallet } from '../../../kit/sample-wallets.js'

const key = Buffer.alloc(32, 1)
const otherKey = Buffer.alloc(32, 2)
const wallet = sampleWallet({ chain: 'ETH', network: 'mainnet', xpub: 'xpub', extra: '{}' })
const record = sealRecord(wallet, 3, key)
const entry: RecordEntry = { descriptor: wallet.descriptor, epoch: 3, length: record.length }

const codeOf = (work: () => unknown): string => {
  try {
    work()
    return 'it succeeded'
  } catch (thrown) {
    return thrown instanceof KeywardError ? thrown.code : String(thrown)
  }
}

describe('a sealed record', () => {
  it('opens with its key, and without its secrets in plain sight', () => {
    expect(plainWallet(openRecord(entry, record, key))).to.deep.equal(plainWallet(wallet))
    expect(record.includes('test-only')).to.equal(false)
  })

  it('differs each time it is sealed', () => {
    expect(sealRecord(wallet, 3, key).equals(record)).to.equal(false)
  })

  it('opens under no other id, chain, network, kind, xpub or epoch', () => {
    const { descriptor } = entry
    const others: RecordEntry[] = [
      { ...entry, descriptor: { ...descriptor, signatureId: newSignatureId() } },
      { ...entry, descriptor: { ...descriptor, chain: chainCodeSchema.parse('BSC') } },
      { ...entry, descriptor: { ...descriptor, network: 'testnet' } },
      { ...entry, descriptor: { ...descriptor, kind: 'privateKey' } },
      { ...entry, descriptor: { ...descriptor, xpub: 'xpub of another' } },
      { ...entry, descriptor: { ...descriptor, address: 'made up' } },
      { ...entry, epoch: 2 },
    ]
    for (const other of others) expect(codeOf(() => openRecord(other, record, key))).to.equal('WALLET_CORRUPT')
  })

  it('opens with no other key, and not when it is cut anywhere', () => {
    expect(codeOf(() => openRecord(entry, record, otherKey))).to.equal('WALLET_CORRUPT')
    for (let length = 0; length < record.length; length += 1) {
      expect(codeOf(() => openRecord(entry, record.subarray(0, length), key))).to.equal('WALLET_CORRUPT')
    }
  })

  it('moves to another key without its secrets being opened', () => {
    const moved = rewrapRecord(entry, record, key, otherKey)
    expect(plainWallet(openRecord(entry, moved, otherKey))).to.deep.equal(plainWallet(wallet))
    expect(codeOf(() => openRecord(entry, moved, key))).to.equal('WALLET_CORRUPT')
    expect(moved.subarray(60)).to.deep.equal(record.subarray(60))
  })
})

describe('SealedRecords', () => {
  it('copies the records of the others as they are when one is added or taken', () => {
    const [a, b, c] = [sampleWallet(), sampleWallet(), sampleWallet()]
    const two = SealedRecords.empty(key).plus([a, b], 1)
    const three = two.plus([c], 2)
    expect(three.bytes.subarray(0, two.bytes.length)).to.deep.equal(two.bytes)
    expect(three.without(c.descriptor.signatureId).bytes).to.deep.equal(two.bytes)
    expect([...two.descriptors()]).to.have.length(2)
    expect([...three.entries()].map(({ epoch }) => epoch)).to.deep.equal([1, 1, 2])
  })

  it('reads one wallet without looking at the records of the others', () => {
    const wallets = [sampleWallet(), sampleWallet(), sampleWallet()]
    const records = SealedRecords.empty(key).plus(wallets, 1)
    const entries = [...records.entries()]
    const spoiled = Buffer.from(records.bytes)
    spoiled.fill(0, entries[0]!.length, entries[0]!.length + entries[1]!.length)
    const damaged = SealedRecords.of(entries, spoiled, key)
    for (const n of [0, 2]) expect(damaged.read(wallets[n]!.descriptor.signatureId)).to.not.equal(undefined)
    expect(codeOf(() => damaged.read(wallets[1]!.descriptor.signatureId))).to.equal('WALLET_CORRUPT')
  })

  it('refuses entries that do not describe the bytes, or name a wallet twice', () => {
    const records = SealedRecords.empty(key).plus([sampleWallet()], 1)
    const entries = [...records.entries()]
    expect(codeOf(() => SealedRecords.of(entries, records.bytes.subarray(1), key))).to.equal('STORE_DAMAGED')
    const twice = Buffer.concat([records.bytes, records.bytes])
    expect(codeOf(() => SealedRecords.of([...entries, ...entries], twice, key))).to.equal('STORE_DAMAGED')
  })
})
