import { cp, readdir, readFile, writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import { assertStrongPassword } from '../../../src/backends/file/password-strength.js'
import { PRODUCTION_KDF } from '../../../src/backends/file/format/scrypt.js'
import { failureOf } from '../../kit/failure-of.js'
import { openStoreAt, PASSWORD, RecordingLog, ScriptedSecrets, storeAt, storeFolder } from '../../kit/file-store.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'
import { forge, layoutOf } from '../../kit/store-bytes.js'

const NEW_PASSWORD = 'Tr0ub4dor, and three more words'

describe('the password of a store', () => {
  let folder: Awaited<ReturnType<typeof storeFolder>>
  const wallet = sampleWallet()
  const { signatureId } = wallet.descriptor

  beforeEach(async () => {
    folder = await storeFolder()
    const store = await openStoreAt(folder.path)
    await store.create([wallet])
    await store.close()
  })

  afterEach(() => folder.dispose())

  it('is told from damage when it is wrong, and nothing changes', async () => {
    const before = await readFile(folder.path)
    const store = storeAt(folder.path, { secrets: new ScriptedSecrets('wrong') })
    const error = await failureOf(store.open())
    expect(error.code).to.equal('STORE_WRONG_PASSWORD')
    expect(error.advice).to.contain('undamaged')
    expect(await readFile(folder.path)).to.deep.equal(before)
  })

  it('is asked for as a new one when there is no store, and the store is written with its first wallet', async () => {
    const path = `${folder.folder}/deep/new.dat`
    const secrets = new ScriptedSecrets()
    const store = await openStoreAt(path, { secrets })
    expect(secrets.asked).to.deep.equal([
      { what: 'a password for the new wallet store', fresh: true, check: assertStrongPassword },
    ])
    expect(await readdir(folder.folder)).to.not.include('deep')
    await store.create([sampleWallet()])
    expect(await readdir(`${folder.folder}/deep`)).to.have.members(['new.dat', 'new.dat.lock'])
    await store.close()
  })

  it('is not asked for when a missing store is a mistake', async () => {
    const secrets = new ScriptedSecrets()
    const error = await failureOf(storeAt(`${folder.path}-absent`, { secrets, whenMissing: 'fail' }).open())
    expect(error.code).to.equal('STORE_MISSING')
    expect(secrets.asked).to.deep.equal([])
  })

  it('is asked for as it is when there is a store', async () => {
    const secrets = new ScriptedSecrets()
    const store = await openStoreAt(folder.path, { secrets })
    expect(secrets.asked).to.deep.equal([{ what: 'the password of the wallet store' }])
    await store.close()
  })

  it('is refused for a new store when it is weak, with the reason', async () => {
    const path = `${folder.path}-new`
    const error = await failureOf(storeAt(path, { secrets: new ScriptedSecrets('short') }).open())
    expect(error.code).to.equal('PASSWORD_TOO_WEAK')
    expect(error.message).to.contain('fewer than 12 characters')
    expect(error.message + String(error.advice)).to.not.contain('short')
  })

  it('is wiped once the store is open, and when opening fails', async () => {
    for (const password of [PASSWORD, 'wrong']) {
      const secrets = new ScriptedSecrets(password)
      const store = storeAt(folder.path, { secrets })
      await store.open().catch(() => undefined)
      expect(secrets.handedOut.map((secret) => secret.wiped)).to.deep.equal([true])
      await store.close()
    }
  })

  it('of two processes that create one store, the second must match the first', async () => {
    const path = `${folder.path}-new`
    const first = await openStoreAt(path)
    const second = await openStoreAt(path, { secrets: new ScriptedSecrets(NEW_PASSWORD) })
    const third = await openStoreAt(path)
    await first.create([sampleWallet()])
    expect((await failureOf(second.create([sampleWallet()]))).code).to.equal('STORE_WRONG_PASSWORD')
    await third.create([sampleWallet()])
    for (const store of [first, second, third]) await store.close()
  })

  it('costs what is documented in production: scrypt with N = 2^17, r = 8, p = 1', async () => {
    const path = `${folder.path}-production`
    const store = await openStoreAt(path, { kdf: PRODUCTION_KDF })
    await store.create([wallet])
    await store.close()
    const { kdf } = layoutOf(await readFile(path)).header['password'] as { kdf: object }
    expect(kdf).to.include({ name: 'scrypt', N: 131_072, r: 8, p: 1 })
    const reopened = await openStoreAt(path, { kdf: PRODUCTION_KDF })
    expect(await readPlain(reopened, signatureId)).to.deep.equal(plainWallet(wallet))
    await reopened.close()
    const weaker = storeAt(folder.path, { kdf: PRODUCTION_KDF })
    expect((await failureOf(weaker.open())).code).to.equal('STORE_UNSUPPORTED')
  })

  describe('changed', () => {
    const change = async (): Promise<RecordingLog> => {
      const log = new RecordingLog()
      const secrets = new ScriptedSecrets().next(PASSWORD, NEW_PASSWORD)
      const store = await openStoreAt(folder.path, { secrets, log })
      await store.create([sampleWallet()])
      await store.changePassword()
      expect(secrets.asked.at(-1)).to.deep.equal({
        what: 'a new password for the wallet store',
        fresh: true,
        check: assertStrongPassword,
      })
      expect(secrets.handedOut.every((secret) => secret.wiped)).to.equal(true)
      expect(await readPlain(store, signatureId)).to.deep.equal(plainWallet(wallet))
      await store.create([sampleWallet()])
      await store.close()
      return log
    }

    it('opens the same wallets, and the old one no longer does', async () => {
      await change()
      const store = await openStoreAt(folder.path, { secrets: new ScriptedSecrets(NEW_PASSWORD) })
      expect(await readPlain(store, signatureId)).to.deep.equal(plainWallet(wallet))
      expect(await store.check())
        .to.include({ wallets: 3 })
        .and.have.property('problems').that.is.empty
      await store.close()
      expect((await failureOf(storeAt(folder.path).open())).code).to.equal('STORE_WRONG_PASSWORD')
    })

    it('removes the backups, which the old one would open', async () => {
      await change()
      const backups = (await readdir(folder.folder)).filter((name) => name.includes('.backup-'))
      expect(backups, 'only the version that was already under the new password').to.deep.equal([
        'wallet.dat.backup-0000000003',
      ])
      const store = await openStoreAt(`${folder.path}.backup-0000000003`, {
        secrets: new ScriptedSecrets(NEW_PASSWORD),
      })
      await store.close()
    })

    it('gives nothing to whoever has an old copy and the old password: the file key is another one', async () => {
      const old = layoutOf(await readFile(folder.path)).header['password']
      await change()
      await writeFile(
        folder.path,
        forge(await readFile(folder.path), { header: (header) => (header['password'] = old) }),
      )
      const error = await failureOf(storeAt(folder.path).open())
      expect(error.code).to.equal('STORE_DAMAGED')
      expect(error.message).to.contain('not authentic')
    })

    it('is refused when it is weak or the same, and everything stays', async () => {
      const before = await readFile(folder.path)
      for (const [password, code] of [
        ['aaaaaaaaaaaaaaaaaa', 'PASSWORD_TOO_WEAK'],
        [PASSWORD, 'USAGE'],
      ] as const) {
        const store = await openStoreAt(folder.path, { secrets: new ScriptedSecrets().next(PASSWORD, password) })
        expect((await failureOf(store.changePassword())).code).to.equal(code)
        await store.close()
      }
      expect(await readFile(folder.path)).to.deep.equal(before)
    })

    it('is noticed by a process that runs with the old one', async () => {
      const running = await openStoreAt(folder.path)
      await change()
      const error = await failureOf(running.create([sampleWallet()]))
      expect(error.code).to.equal('STORE_WRONG_PASSWORD')
      expect(error.message).to.contain('was changed meanwhile')
      expect(error.advice).to.contain('Start this process again')
      expect(await readPlain(running, signatureId), 'what it knows already').to.deep.equal(plainWallet(wallet))
      await running.close()
    })

    it('does not exist before the first wallet', async () => {
      const store = await openStoreAt(`${folder.path}-new`)
      expect((await failureOf(store.changePassword())).code).to.equal('STORE_MISSING')
      await store.close()
    })
  })

  it('of a backup that is put back is the one of its time', async () => {
    await cp(folder.path, `${folder.path}.old`)
    const secrets = new ScriptedSecrets().next(PASSWORD, NEW_PASSWORD)
    const store = await openStoreAt(folder.path, { secrets })
    await store.changePassword()
    await store.close()
    await cp(`${folder.path}.old`, folder.path)
    const restored = await openStoreAt(folder.path)
    expect(await readPlain(restored, signatureId)).to.deep.equal(plainWallet(wallet))
    await restored.close()
  })
})
