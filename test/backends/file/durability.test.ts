import { spawnSync } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { failureOf } from '../../kit/failure-of.js'
import { FaultyDisk, osError } from '../../kit/faulty-disk.js'
import { openStoreAt, RecordingLog, storeFolder } from '../../kit/file-store.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'

describe('a store on a disk that fails', () => {
  let folder: Awaited<ReturnType<typeof storeFolder>>
  let faulty: FaultyDisk
  const kept = sampleWallet()
  const refused = sampleWallet()
  const { signatureId } = kept.descriptor

  /** Fails the n-th call of this kind from now on, whose path ends as given. */
  const failAt = (code: string, operation: string, ending: string, nth = 1): void => {
    let seen = 0
    faulty.fault = (called, path) => {
      if (called === operation && path.endsWith(ending) && (seen += 1) >= nth) throw osError(code)
    }
  }

  beforeEach(async () => {
    folder = await storeFolder()
    faulty = new FaultyDisk()
    const store = await openStoreAt(folder.path)
    await store.create([kept])
    await store.close()
  })

  afterEach(() => folder.dispose())

  const cases = [
    ['the disk is full at the first byte', 'ENOSPC', 'write', '.tmp', 1],
    ['the disk is full half-way', 'ENOSPC', 'write', '.tmp', 8],
    ['the quota is used up', 'EDQUOT', 'write', '.tmp', 3],
    ['a write fails', 'EIO', 'write', '.tmp', 5],
    ['flushing the new file fails', 'EIO', 'sync', '.tmp', 1],
    ['the file system is read-only', 'EROFS', 'open', '.tmp', 1],
    ['the old version cannot be kept', 'EIO', 'link', '.backup-0000000001', 1],
    ['the rename fails', 'EIO', 'rename', 'wallet.dat', 1],
  ] as const
  for (const [what, code, operation, ending, nth] of cases) {
    it(`keeps the old store and leaves nothing behind when ${what}`, async () => {
      const before = await readFile(folder.path)
      const store = await openStoreAt(folder.path, { disk: faulty.disk })
      failAt(code, operation, ending, nth)
      const error = await failureOf(store.create([refused]))
      expect(error.code).to.equal('STORE_IO')
      expect(error.message).to.contain(code)
      expect(error.advice).to.be.a('string')
      expect(await readFile(folder.path)).to.deep.equal(before)
      expect((await readdir(folder.folder)).filter((name) => name.endsWith('.tmp'))).to.deep.equal([])

      faulty.fault = () => undefined
      expect((await failureOf(store.get(refused.descriptor.signatureId))).code).to.equal('WALLET_NOT_FOUND')
      await store.create([refused])
      await store.close()
      const reopened = await openStoreAt(folder.path)
      expect(await readPlain(reopened, signatureId)).to.deep.equal(plainWallet(kept))
      expect(await readPlain(reopened, refused.descriptor.signatureId)).to.deep.equal(plainWallet(refused))
      await reopened.close()
    })
  }

  it('keeps the old store when what was written does not come back', async () => {
    const before = await readFile(folder.path)
    const store = await openStoreAt(folder.path, { disk: faulty.disk })
    const spoil = async (path: string): Promise<void> => {
      const bytes = await readFile(path)
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
      await writeFile(path, bytes)
    }
    const realStat = faulty.disk.stat
    const disk = {
      ...faulty.disk,
      stat: (async (path: string, options: object) => {
        if (path.endsWith('.tmp')) await spoil(path) // Between writing and reading back.
        return realStat(path, options)
      }) as typeof realStat,
    }
    await store.close()
    const spoiled = await openStoreAt(folder.path, { disk })
    const error = await failureOf(spoiled.create([refused]))
    expect(error.code).to.equal('STORE_DAMAGED')
    expect(await readFile(folder.path)).to.deep.equal(before)
    await spoiled.close()
  })

  it('does not acknowledge a wallet when the folder cannot be flushed, and shows what the file holds', async () => {
    const store = await openStoreAt(folder.path, { disk: faulty.disk })
    let renamed = false
    faulty.fault = (operation, path) => {
      renamed ||= operation === 'rename'
      if (renamed && operation === 'sync' && path === folder.folder) throw osError('EIO')
    }
    expect((await failureOf(store.create([refused]))).code).to.equal('STORE_IO')
    faulty.fault = () => undefined
    expect(await readPlain(store, signatureId)).to.deep.equal(plainWallet(kept))
    expect((await store.check()).problems).to.deep.equal([])
    await store.close()
  })

  it('flushes the file before it takes its place, and the folder after', async () => {
    const store = await openStoreAt(folder.path, { disk: faulty.disk })
    faulty.calls.length = 0
    await store.create([refused])
    const { path } = folder
    const order = [`sync ${path}.tmp`, `link ${path}.backup-0000000001`, `rename ${path}`, `sync ${folder.folder}`]
    const at = order.map((call) =>
      call.startsWith('sync /') && !call.endsWith('.tmp') ? faulty.calls.lastIndexOf(call) : faulty.calls.indexOf(call),
    )
    expect(at).to.not.include(-1)
    expect(at).to.deep.equal([...at].sort((a, b) => a - b))
    await store.close()
  })

  it('keeps copies where the file system has no hard links', async () => {
    const before = await readFile(folder.path)
    const store = await openStoreAt(folder.path, { disk: faulty.disk })
    failAt('EPERM', 'link', '')
    await store.create([refused])
    expect(await readFile(`${folder.path}.backup-0000000001`)).to.deep.equal(before)
    expect(await readPlain(store, signatureId)).to.deep.equal(plainWallet(kept))
    await store.close()
  })

  it('acknowledges a wallet although an old backup cannot be removed, and warns', async () => {
    const log = new RecordingLog()
    const store = await openStoreAt(folder.path, { disk: faulty.disk, log })
    await store.create([sampleWallet()])
    failAt('EIO', 'unlink', '.backup-0000000001')
    for (let n = 0; n < 5; n += 1) await store.create([sampleWallet()])
    expect(log.events('warn')).to.deep.equal(['store.backups-not-pruned'])
    await store.close()
  })

  it('never overwrites a file that another program creates in the same moment', async () => {
    const path = `${folder.path}-new`
    const store = await openStoreAt(path, { disk: faulty.disk })
    faulty.fault = (operation) => {
      if (operation === 'link') throw osError('EEXIST')
    }
    expect((await failureOf(store.create([refused]))).code).to.equal('STORE_EXISTS')
    await store.close()
  })

  it('keeps the old store when the kernel itself stops a write half-way', async () => {
    const store = await openStoreAt(folder.path)
    await store.create(Array.from({ length: 60 }, () => sampleWallet()))
    await store.close()
    const before = await readFile(folder.path)
    const child = fileURLToPath(new URL('../../kit/store-child.ts', import.meta.url))
    const limited = [
      '-c',
      'ulimit -f 8; exec "$@"',
      'sh',
      process.execPath,
      '--import',
      'tsx',
      child,
      'add',
      folder.path,
      '1',
    ]
    const { status, stdout } = spawnSync('sh', limited, { encoding: 'utf8' })
    expect(status).to.not.equal(0)
    expect(stdout.trim(), 'it opened the store and acknowledged nothing').to.equal('open')
    expect(await readFile(folder.path)).to.deep.equal(before)
  })

  it('goes on after a writer that was killed left a half-written temporary file', async () => {
    await writeFile(`${folder.path}.tmp`, 'half a store')
    const store = await openStoreAt(folder.path)
    await store.create([refused])
    expect((await readdir(folder.folder)).sort()).to.deep.equal([
      'wallet.dat',
      'wallet.dat.backup-0000000001',
      'wallet.dat.lock',
    ])
    await store.close()
  })
})
