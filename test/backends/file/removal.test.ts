import { copyFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { failureOf } from '../../kit/failure-of.js'
import { openStoreAt, RecordingLog, storeFolder } from '../../kit/file-store.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'

describe('removing a wallet from a store', () => {
  let folder: Awaited<ReturnType<typeof storeFolder>>
  const [wallet, other] = [sampleWallet({ extra: '{"kept":true}' }), sampleWallet()]
  const { signatureId } = wallet.descriptor

  const copies = async (): Promise<string[]> =>
    (await readdir(folder.folder))
      .filter((name) => name.includes(`.removed-${signatureId}-`))
      .map((name) => join(folder.folder, name))

  beforeEach(async () => {
    folder = await storeFolder()
    const store = await openStoreAt(folder.path)
    await store.create([wallet, other])
    await store.close()
  })

  afterEach(() => folder.dispose())

  it('recoverably leaves a store with this one wallet, from which it can be put back', async () => {
    const store = await openStoreAt(folder.path)
    await store.remove(signatureId, 'recoverable')
    const error = await failureOf(store.get(signatureId))
    const [path = ''] = await copies()
    expect(error.advice).to.contain(path)

    const removed = await openStoreAt(path)
    expect((await removed.check()).wallets).to.equal(1)
    const back = await removed.get(signatureId)
    await store.create([back])
    expect(await readPlain(store, signatureId)).to.deep.equal(plainWallet(wallet))
    for (const one of [store, removed]) await one.close()
  })

  it('recoverably is still possible after a removal that was killed half-way', async () => {
    const killed = await openStoreAt(folder.path)
    await killed.remove(signatureId, 'recoverable')
    await killed.close()
    await copyFile(`${folder.path}.backup-0000000001`, folder.path) // The copy was written, the store was not.
    const store = await openStoreAt(folder.path)
    await store.remove(signatureId, 'recoverable')
    expect(await copies()).to.have.length(1)
    await store.close()
  })

  it('for good leaves it in no file: not in the backups, not in an earlier copy', async () => {
    const log = new RecordingLog()
    const store = await openStoreAt(folder.path, { log })
    await store.create([sampleWallet()])
    await store.remove(signatureId, 'permanent')
    expect((await failureOf(store.get(signatureId))).code).to.equal('WALLET_NOT_FOUND')
    expect((await readdir(folder.folder)).sort()).to.deep.equal(['wallet.dat', 'wallet.dat.lock'])
    expect(log.events('info')).to.include('store.wallet-erased')
    await store.close()
  })

  it('for good also erases what was removed recoverably before', async () => {
    const store = await openStoreAt(folder.path)
    await store.remove(signatureId, 'recoverable')
    await store.remove(signatureId, 'permanent')
    expect(await copies()).to.deep.equal([])
    expect((await failureOf(store.get(signatureId))).code).to.equal('WALLET_NOT_FOUND')
    expect((await failureOf(store.remove(signatureId, 'permanent'))).code).to.equal('WALLET_NOT_FOUND')
    await store.close()
  })

  it('does not touch the sealed records of the others', async () => {
    const sealedBefore = (await readFile(folder.path)).subarray(-200)
    const store = await openStoreAt(folder.path)
    await store.remove(signatureId, 'recoverable')
    expect((await readFile(folder.path)).subarray(-200).subarray(-100)).to.deep.equal(sealedBefore.subarray(-100))
    expect(await readPlain(store, other.descriptor.signatureId)).to.deep.equal(plainWallet(other))
    await store.close()
  })
})
