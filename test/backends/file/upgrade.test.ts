import { execFileSync } from 'node:child_process'
import { chmod, copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { assertStrongPassword } from '../../../src/backends/file/password-strength.js'
import { signatureIdSchema } from '../../../src/core/ids.js'
import { failureOf } from '../../kit/failure-of.js'
import { FaultyDisk, osError } from '../../kit/faulty-disk.js'
import { chainUnknown, openStoreAt, RecordingLog, ScriptedSecrets, storeFolder } from '../../kit/file-store.js'
import { legacyStore } from '../../kit/legacy-store.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'
import type { PlainWallet } from '../../kit/sample-wallets.js'
import type { FileBackend } from '../../../src/backends/file/file-backend.js'

const LEGACY_PASSWORD = 'kms-legacy-test-password'
const sample = new URL('../../vectors/legacy/wallet.dat', import.meta.url)

const everything = async (store: FileBackend): Promise<PlainWallet[]> => {
  const wallets: PlainWallet[] = []
  for await (const { signatureId } of store.list()) wallets.push(await readPlain(store, signatureId))
  return wallets
}

describe('upgrading a Tatum KMS wallet file', () => {
  let folder: Awaited<ReturnType<typeof storeFolder>>
  const secrets = (): ScriptedSecrets => new ScriptedSecrets(LEGACY_PASSWORD)

  beforeEach(async () => {
    folder = await storeFolder()
    await copyFile(sample, folder.path)
    await chmod(folder.path, 0o644)
  })

  afterEach(() => folder.dispose())

  const originals = async (): Promise<string[]> =>
    (await readdir(folder.folder)).filter((name) => name.includes('.legacy-')).map((name) => join(folder.folder, name))

  it('carries over all 25 entries of the sample, with every secret, and keeps the original', async () => {
    const store = await openStoreAt(folder.path, { secrets: secrets(), inspect: chainUnknown })
    const before = await everything(store)
    expect(before).to.have.length(25)
    const steps: number[] = []
    const report = await store.upgrade((done) => steps.push(done))
    expect(report).to.deep.equal({ path: folder.path, original: (await originals())[0], wallets: 25, problems: [] })
    expect(steps.at(-1)).to.equal(25)
    expect(await readFile(report.original)).to.deep.equal(await readFile(sample))
    expect((await stat(report.original)).mode & 0o777).to.equal(0o600)
    expect((await stat(folder.path)).mode & 0o777).to.equal(0o600)

    expect(store.capabilities.readOnly).to.equal(false)
    expect(await everything(store)).to.deep.equal(before)
    await store.create([sampleWallet()])
    await store.close()
    const reopened = await openStoreAt(folder.path, { secrets: secrets() })
    expect(await everything(reopened)).to.include.deep.members(before)
    await reopened.close()
  })

  it('carries over unknown members, and an empty store', async () => {
    const entries = {
      '00000000-0000-4000-8000-000000000001': { mnemonic: 'm', chain: 'BTC', testnet: true, note: { by: 'ops' } },
    }
    for (const content of [entries, {}]) {
      await writeFile(folder.path, legacyStore(content, LEGACY_PASSWORD))
      const store = await openStoreAt(folder.path, { secrets: secrets() })
      const before = await everything(store)
      await store.upgrade()
      expect(await everything(store)).to.deep.equal(before)
      await store.close()
    }
    expect(await originals()).to.have.length(2)
  })

  it('reports wallets that do not re-derive what they claim, and carries them over all the same', async () => {
    const store = await openStoreAt(folder.path, {
      secrets: secrets(),
      inspect: async ({ descriptor }) => (descriptor.chain === 'XRP' ? ['the address is that of another key'] : []),
    })
    const { problems, wallets } = await store.upgrade()
    expect(wallets).to.equal(25)
    expect(problems).to.deep.equal([
      { signatureId: 'fe8ee730-f299-43a3-8820-93eafeadd50c', problem: 'the address is that of another key' },
    ])
    await store.close()
  })

  it('asks for a new password when the old one is weak, and leaves the file alone when that is weak too', async () => {
    await writeFile(folder.path, legacyStore({}, 'test'))
    const before = await readFile(folder.path)
    const answers = new ScriptedSecrets('test')
    const log = new RecordingLog()
    const store = await openStoreAt(folder.path, { secrets: answers, log })
    expect((await failureOf(store.upgrade())).code).to.equal('PASSWORD_TOO_WEAK')
    expect(await readFile(folder.path)).to.deep.equal(before)
    answers.next('a strong one, at long last')
    await store.upgrade()
    expect(answers.asked.at(-1)).to.deep.equal({
      what: 'a new password for the wallet store',
      fresh: true,
      check: assertStrongPassword,
    })
    expect(log.events('warn')).to.include('store.password-weak')
    expect(answers.handedOut.every((secret) => secret.wiped)).to.equal(true)
    await store.close()
    await (await openStoreAt(folder.path, { secrets: new ScriptedSecrets('a strong one, at long last') })).close()
  })

  it('has nothing to do for a store of this format', async () => {
    const store = await openStoreAt(`${folder.path}-new`)
    await store.create([sampleWallet()])
    expect((await failureOf(store.upgrade())).code).to.equal('USAGE')
    await store.close()
  })

  it('gives up when another program changes the file meanwhile', async () => {
    const faulty = new FaultyDisk()
    const store = await openStoreAt(folder.path, { secrets: secrets(), disk: faulty.disk })
    const changed = legacyStore({}, LEGACY_PASSWORD)
    faulty.fault = (operation, path) => {
      if (operation === 'sync' && path.endsWith('.tmp'))
        execFileSync('sh', ['-c', 'printf %s "$1" > "$2"', 'sh', changed, folder.path])
    }
    expect((await failureOf(store.upgrade())).code).to.equal('STORE_LOCKED')
    expect(await readFile(folder.path, 'utf8')).to.equal(changed)
    await store.close()
  })

  describe('stopped at any moment', () => {
    const steps = ['open .tmp', 'write .tmp', 'sync .tmp', 'link .legacy-', 'rename wallet.dat'] as const
    for (const step of steps) {
      it(`before "${step}", the original is in place and complete, and the next upgrade succeeds`, async () => {
        const [operation, part = ''] = step.split(' ')
        const faulty = new FaultyDisk()
        const store = await openStoreAt(folder.path, { secrets: secrets(), disk: faulty.disk })
        let stopped = false
        faulty.fault = (called, path) => {
          stopped ||= called === operation && path.includes(part)
          if (stopped) throw osError('EIO') // Nothing gets through any more: as if the process had been killed.
        }
        await failureOf(store.upgrade())
        expect(stopped).to.equal(true)
        await store.close()
        expect(await readFile(folder.path)).to.deep.equal(await readFile(sample))

        const again = await openStoreAt(folder.path, { secrets: secrets() })
        const { wallets, original } = await again.upgrade()
        expect(wallets).to.equal(25)
        expect(await originals(), 'one original, not one for each attempt').to.deep.equal([original])
        expect(await readFile(original)).to.deep.equal(await readFile(sample))
        await again.close()
      })
    }

    it('right after the last step, the new store is in place and complete', async () => {
      const faulty = new FaultyDisk()
      const store = await openStoreAt(folder.path, { secrets: secrets(), disk: faulty.disk })
      const before = await everything(store)
      let renamed = false
      faulty.fault = (called) => {
        if (renamed) throw osError('EIO')
        renamed = called === 'rename'
      }
      await failureOf(store.upgrade())
      await store.close()
      const again = await openStoreAt(folder.path, { secrets: secrets() })
      expect(again.capabilities.readOnly).to.equal(false)
      expect(await everything(again)).to.deep.equal(before)
      await again.close()
    })
  })

  it('is noticed by a daemon that runs on the file, when the password stays the same', async () => {
    const daemon = await openStoreAt(folder.path, { secrets: secrets() })
    const store = await openStoreAt(folder.path, { secrets: secrets() })
    await store.upgrade()
    const late = sampleWallet()
    await store.create([late])
    expect(await readPlain(daemon, late.descriptor.signatureId)).to.deep.equal(plainWallet(late))
    expect(daemon.capabilities.readOnly).to.equal(false)
    const old = signatureIdSchema.parse('4057be77-70f3-4a1a-a0da-dfa083830513')
    expect((await readPlain(daemon, old)).descriptor.chain).to.equal('ETH')
    for (const one of [daemon, store]) await one.close()
  })
})
