import { expect } from 'chai'
import { KeywardError } from '../../../src/core/errors.js'
import { SealedRecords } from '../../../src/backends/file/format/sealed-records.js'
import { inspectRecords } from '../../../src/backends/file/check-store.js'
import { failureOf } from '../../kit/failure-of.js'
import { chainUnknown, openStoreAt, storeFolder } from '../../kit/file-store.js'
import { sampleWallet } from '../../kit/sample-wallets.js'

describe('checking a store', () => {
  let folder: Awaited<ReturnType<typeof storeFolder>>
  beforeEach(async () => {
    folder = await storeFolder()
  })
  afterEach(() => folder.dispose())

  it('opens every record and reports each claim that does not hold', async () => {
    const [sound, strange] = [sampleWallet(), sampleWallet({ xpub: 'xpub of another' })]
    const store = await openStoreAt(folder.path, {
      inspect: async (wallet) => (wallet.descriptor.xpub ? ['the xpub is that of another wallet', 'and more'] : []),
    })
    await store.create([sound, strange])
    const steps: [number, number][] = []
    const report = await store.check((done, total) => steps.push([done, total]))
    const { signatureId } = strange.descriptor
    expect(report).to.deep.equal({
      path: folder.path,
      format: 'Keyward store, version 1',
      wallets: 2,
      problems: ['the xpub is that of another wallet', 'and more'].map((problem) => ({ signatureId, problem })),
    })
    expect(steps).to.deep.equal([
      [1, 2],
      [2, 2],
    ])
    await store.close()
  })

  it('keeps wallets of chains this build does not know, and finds nothing wrong with them', async () => {
    const store = await openStoreAt(folder.path, { inspect: chainUnknown })
    await store.create([sampleWallet({ chain: 'UNHEARD_OF' })])
    expect((await store.check()).problems).to.deep.equal([])
    await store.close()
  })

  it('wipes every wallet it looked at', async () => {
    const seen: { wiped: boolean }[] = []
    const store = await openStoreAt(folder.path, {
      inspect: async (wallet) => {
        if (wallet.material.mnemonic) seen.push(wallet.material.mnemonic)
        throw new KeywardError('MNEMONIC_INVALID', 'the mnemonic has a wrong checksum')
      },
    })
    await store.create([sampleWallet(), sampleWallet()])
    expect((await store.check()).problems.map(({ problem }) => problem)).to.deep.equal(
      Array(2).fill('the mnemonic has a wrong checksum'),
    )
    expect(seen.map(({ wiped }) => wiped)).to.deep.equal([true, true])
    await store.close()
  })

  it('names a record that does not open, and goes on', async () => {
    const key = Buffer.alloc(32, 7)
    const wallets = [sampleWallet(), sampleWallet(), sampleWallet()]
    const records = SealedRecords.empty(key).plus(wallets, 1)
    const entries = [...records.entries()]
    const bytes = Buffer.from(records.bytes)
    const second = entries[0]?.length ?? 0
    bytes.writeUInt8(bytes.readUInt8(second + 80) ^ 1, second + 80)
    const problems = await inspectRecords(SealedRecords.of(entries, bytes, key), async () => [])
    expect(problems).to.have.length(1)
    expect(problems[0]?.signatureId).to.equal(wallets[1]?.descriptor.signatureId)
    expect(problems[0]?.problem).to.contain('its secrets do not open')
  })

  it('has nothing to look at before the first wallet', async () => {
    const store = await openStoreAt(folder.path)
    expect((await failureOf(store.check())).code).to.equal('STORE_MISSING')
    await store.close()
  })
})
