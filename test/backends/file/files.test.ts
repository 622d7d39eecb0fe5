import { execFileSync } from 'node:child_process'
import { chmod, cp, lstat, mkdir, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { expect } from 'chai'
import { failureOf } from '../../kit/failure-of.js'
import { openStoreAt, RecordingLog, storeAt, storeFolder } from '../../kit/file-store.js'
import { readPlain, sampleWallet } from '../../kit/sample-wallets.js'

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8)

describe('the files of a store', () => {
  let folder: Awaited<ReturnType<typeof storeFolder>>

  /** Makes a store with this many versions. */
  const versions = async (count: number, path = folder.path): Promise<void> => {
    const store = await openStoreAt(path)
    for (let n = 0; n < count; n += 1) await store.create([sampleWallet()])
    await store.close()
  }

  const backups = async (): Promise<string[]> =>
    (await readdir(folder.folder)).filter((name) => name.includes('.backup-')).sort()

  beforeEach(async () => {
    folder = await storeFolder()
  })

  afterEach(() => folder.dispose())

  describe('permissions', () => {
    it('are 0600 for every file and 0700 for every folder it makes, whatever the umask', async () => {
      const before = process.umask(0)
      try {
        const path = `${folder.folder}/made/for/it/wallet.dat`
        await versions(3, path)
        const store = await openStoreAt(path)
        for await (const { signatureId } of store.list()) {
          await store.remove(signatureId, 'recoverable')
          break
        }
        await store.close()
        for (const made of ['made', 'made/for', 'made/for/it'])
          expect(await modeOf(`${folder.folder}/${made}`)).to.equal('700')
        const files = await readdir(`${folder.folder}/made/for/it`)
        expect(files.map((name) => /\.(backup|removed|lock)/.exec(name)?.[1])).to.include.members([
          'backup',
          'removed',
          'lock',
        ])
        for (const name of files) expect(await modeOf(`${folder.folder}/made/for/it/${name}`), name).to.equal('600')
      } finally {
        process.umask(before)
      }
    })

    it('are warned about when others may read the store or write its folder', async () => {
      await versions(1)
      await chmod(folder.path, 0o644)
      await chmod(folder.folder, 0o777)
      const log = new RecordingLog()
      await (await openStoreAt(folder.path, { log })).close()
      const warned = log.lines.filter((line) => line.event === 'store.permissions').map((line) => line.fields)
      expect(warned.map(({ mode }) => mode)).to.deep.equal(['0644', '0777'])
      expect(warned[0]?.['advice']).to.equal(`chmod 600 ${folder.path}`)
    })

    it('become private again with the next write', async () => {
      await versions(1)
      await chmod(folder.path, 0o644)
      await versions(1)
      expect(await modeOf(folder.path)).to.equal('600')
    })
  })

  describe('backups', () => {
    it('are the five versions before, and open with the password', async () => {
      await versions(9)
      expect(await backups()).to.deep.equal([4, 5, 6, 7, 8].map((epoch) => `wallet.dat.backup-000000000${epoch}`))
      for (const name of await backups()) {
        const store = await openStoreAt(`${folder.folder}/${name}`)
        expect((await store.check()).wallets).to.equal(Number(name.at(-1)))
        await store.close()
      }
    })

    it('are named to whoever has a damaged store, and put it right', async () => {
      await versions(3)
      const bytes = await readFile(folder.path)
      await cp(folder.path, `${folder.path}.copy`)
      await import('node:fs/promises').then(({ writeFile }) => writeFile(folder.path, bytes.subarray(0, 500)))
      const error = await failureOf(storeAt(folder.path).open())
      const command = /cp \S+ \S+/.exec(error.advice ?? '')?.[0] ?? ''
      expect(command).to.equal('cp wallet.dat.backup-0000000002 wallet.dat')
      execFileSync('sh', ['-c', command], { cwd: folder.folder })
      const store = await openStoreAt(folder.path)
      expect((await store.check()).wallets).to.equal(2)
      await store.close()
    })

    it('of a store that was put back do not count against the new ones', async () => {
      await versions(8)
      await cp(`${folder.path}.backup-0000000004`, folder.path)
      const log = new RecordingLog()
      const store = await openStoreAt(folder.path, { log })
      await store.create([sampleWallet()])
      expect((await backups()).map((name) => Number(name.slice(-2)))).to.deep.equal([3, 4, 5, 6, 7])
      await store.create([sampleWallet()])
      const fifth = await openStoreAt(`${folder.path}.backup-0000000005`)
      expect((await fifth.check()).wallets).to.equal(5)
      for (const one of [store, fifth]) await one.close()
    })
  })

  it('a store that is put back while a process runs is read again, with a warning', async () => {
    await versions(4)
    const log = new RecordingLog()
    const store = await openStoreAt(folder.path, { log })
    await cp(`${folder.path}.backup-0000000002`, folder.path)
    const ids = []
    for await (const { signatureId } of store.list()) ids.push(signatureId)
    expect(ids).to.have.length(2)
    expect(log.events('warn')).to.deep.equal(['store.older-version'])
    await store.close()
  })

  it('a store that vanishes while a process runs is missed, and never silently started anew', async () => {
    await versions(1)
    const store = await openStoreAt(folder.path)
    await rm(folder.path)
    expect(await store.health()).to.deep.include({ ready: false })
    expect((await failureOf(store.create([sampleWallet()]))).code).to.equal('STORE_MISSING')
    expect(await readdir(folder.folder)).to.not.include('wallet.dat')
    await store.close()
  })

  it('a store behind a symbolic link is written where it really is', async () => {
    await mkdir(`${folder.folder}/real`)
    await versions(1, `${folder.folder}/real/store`)
    await symlink(`${folder.folder}/real/store`, folder.path)
    const wallet = sampleWallet()
    const store = await openStoreAt(folder.path)
    await store.create([wallet])
    await store.close()
    expect((await lstat(folder.path)).isSymbolicLink()).to.equal(true)
    const real = await openStoreAt(`${folder.folder}/real/store`)
    expect((await readPlain(real, wallet.descriptor.signatureId)).descriptor).to.deep.equal(wallet.descriptor)
    await real.close()
  })

  it('no store is made behind a broken link: its disk may not be mounted', async () => {
    await symlink(`${folder.folder}/gone/store`, folder.path)
    const error = await failureOf(storeAt(folder.path).open())
    expect(error.code).to.equal('STORE_MISSING')
    expect(error.message).to.contain('link')
  })

  it('a folder or a pipe in the place of the store is refused at once', async () => {
    expect((await failureOf(storeAt(folder.folder).open())).code).to.equal('STORE_UNSUPPORTED')
    execFileSync('mkfifo', [folder.path])
    expect((await failureOf(storeAt(folder.path).open())).code).to.equal('STORE_UNSUPPORTED')
  })

  it('an open that was interrupted opens nothing', async () => {
    await versions(1)
    const store = storeAt(folder.path)
    expect((await failureOf(store.open(AbortSignal.abort()))).code).to.equal('INTERRUPTED')
    expect((await store.health()).ready).to.equal(false)
  })
})
