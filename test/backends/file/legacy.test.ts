import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import type { KeywardError } from '../../../src/core/errors.js'
import { networkOf, signatureIdSchema } from '../../../src/core/ids.js'
import { decodeSaltedContainer, decryptSaltedContainer } from '../../../src/backends/file/legacy/salted-container.js'
import { Secret } from '../../../src/core/secret.js'
import { failureOf } from '../../kit/failure-of.js'
import { openStoreAt, RecordingLog, ScriptedSecrets, storeAt, storeFolder } from '../../kit/file-store.js'
import { legacyStore } from '../../kit/legacy-store.js'
import { readPlain, sampleWallet } from '../../kit/sample-wallets.js'

const vectors = new URL('../../vectors/legacy/', import.meta.url)

interface Sample {
  readonly password: string
  readonly plaintext: string
  readonly store: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}
const sampleOf = async (name: string): Promise<Sample> =>
  JSON.parse(await readFile(new URL(`${name}.json`, vectors), 'utf8')) as Sample

const id = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`

describe('a Tatum KMS wallet file', () => {
  let folder: Awaited<ReturnType<typeof storeFolder>>
  beforeEach(async () => {
    folder = await storeFolder()
  })
  afterEach(() => folder.dispose())

  for (const name of ['wallet', 'wallet-utf8-password', 'wallet-empty-object']) {
    it(`decrypts to exactly the recorded text: ${name}.dat`, async () => {
      const { password, plaintext } = await sampleOf(name)
      const container = decodeSaltedContainer(await readFile(new URL(`${name}.dat`, vectors)))
      expect(decryptSaltedContainer(container, Secret.fromText(password)).toString()).to.equal(plaintext)
    })

    it(`is served with all its entries: ${name}.dat`, async () => {
      await copyFile(new URL(`${name}.dat`, vectors), folder.path)
      const { password, store: entries } = await sampleOf(name)
      const store = await openStoreAt(folder.path, { secrets: new ScriptedSecrets(password) })
      let count = 0
      for await (const { signatureId } of store.list()) {
        const { mnemonic, privateKey, secret, xpub, address, chain, testnet } = entries[signatureId] ?? {}
        const { descriptor, material, extra } = await readPlain(store, signatureId)
        expect({ ...material }).to.deep.equal(JSON.parse(JSON.stringify({ mnemonic, privateKey, secret })))
        const { xpub: keptXpub, address: keptAddress } = descriptor
        expect([keptXpub, keptAddress, descriptor.chain, descriptor.network]).to.deep.equal([
          xpub,
          address,
          chain,
          networkOf(testnet === true),
        ])
        expect(extra).to.equal(undefined)
        count += 1
      }
      expect(count).to.equal(Object.keys(entries).length)
      await store.close()
    })
  }

  it('is used for reading only, says so, and warns why it is weak', async () => {
    await copyFile(new URL('wallet.dat', vectors), folder.path)
    const before = await readFile(folder.path)
    const log = new RecordingLog()
    const { password } = await sampleOf('wallet')
    const store = await openStoreAt(folder.path, { secrets: new ScriptedSecrets(password), log })
    expect(store.capabilities.readOnly).to.equal(true)
    const warning = log.lines.find((line) => line.event === 'store.legacy')
    expect(warning?.level).to.equal('warn')
    expect(warning?.fields['problem']).to.contain('MD5')
    expect(warning?.fields['advice']).to.contain('store upgrade')
    const any = signatureIdSchema.parse('4057be77-70f3-4a1a-a0da-dfa083830513')
    const refusals = [
      () => store.create([sampleWallet()]),
      () => store.remove(any, 'permanent'),
      () => store.remove(any, 'recoverable'),
      () => store.changePassword(),
    ]
    for (const refusal of refusals) {
      const error = await failureOf(refusal())
      expect(error.code).to.equal('STORE_READ_ONLY')
      expect(error.advice).to.contain('store upgrade')
    }
    expect(await readFile(folder.path)).to.deep.equal(before)
    await store.close()
  })

  it('that does not open may have a wrong password or be damaged: the format cannot tell', async () => {
    await copyFile(new URL('wallet.dat', vectors), folder.path)
    for (let n = 0; n < 40; n += 1) {
      const store = storeAt(folder.path, { secrets: new ScriptedSecrets(`wrong ${n}`) })
      const error = await failureOf(store.open())
      expect(error.code).to.equal('STORE_WRONG_PASSWORD')
      expect(error.message).to.contain('wrong password or damaged file').and.contain(folder.path)
    }
  })

  it('is refused as damaged when no password could make it right', async () => {
    const sound = await readFile(new URL('wallet.dat', vectors), 'utf8')
    for (const text of [
      sound.slice(0, -1),
      sound.slice(0, 400),
      sound.slice(0, 12),
      `${sound.slice(0, 200)}*${sound.slice(201)}`,
    ]) {
      await writeFile(folder.path, text)
      const secrets = new ScriptedSecrets()
      expect((await failureOf(storeAt(folder.path, { secrets }).open())).code).to.equal('STORE_DAMAGED')
      expect(secrets.asked).to.deep.equal([])
    }
  })

  it('is read with a newline at its end, as an editor leaves it', async () => {
    const { password } = await sampleOf('wallet')
    await writeFile(folder.path, `${await readFile(new URL('wallet.dat', vectors), 'utf8')}\n`)
    const store = await openStoreAt(folder.path, { secrets: new ScriptedSecrets(password) })
    expect((await store.check()).wallets).to.equal(25)
    await store.close()
  })

  it('is read again when the reference has changed it, with the same password', async () => {
    const entries = { [id(1)]: { privateKey: 'one', chain: 'ETH', testnet: true } }
    await writeFile(folder.path, legacyStore(entries, 'p'))
    const store = await openStoreAt(folder.path, { secrets: new ScriptedSecrets('p') })
    await writeFile(
      folder.path,
      legacyStore({ [id(2)]: { privateKey: 'two', chain: 'ETH', testnet: true }, ...entries }, 'p'),
    )
    expect((await readPlain(store, signatureIdSchema.parse(id(2)))).material).to.deep.equal({ privateKey: 'two' })
    await writeFile(folder.path, '')
    expect(
      (await failureOf(store.get(signatureIdSchema.parse(id(3))))).code,
      'caught in the middle of its write',
    ).to.equal('STORE_DAMAGED')
    expect((await readPlain(store, signatureIdSchema.parse(id(1)))).material).to.deep.equal({ privateKey: 'one' })
    await store.close()
  })

  describe('with hostile or careless entries', () => {
    const opened = async (plaintext: object | string) => {
      const log = new RecordingLog()
      await writeFile(folder.path, legacyStore(plaintext as object, 'p'))
      const store = await openStoreAt(folder.path, { secrets: new ScriptedSecrets('p'), log })
      return { store, log }
    }

    it('keeps members it does not know, and members of a strange type, as they are', async () => {
      const odd = {
        xpub: 7,
        label: 'treasury',
        nested: { deep: [1, null] },
        ['__proto__' as string]: { polluted: true },
      }
      const entry = { mnemonic: 'm', chain: 'BTC', testnet: true, address: '', ...odd }
      const { store } = await opened({ [id(1)]: entry })
      const wallet = await readPlain(store, signatureIdSchema.parse(id(1)))
      expect(wallet.descriptor).to.not.have.any.keys('xpub', 'address')
      expect(JSON.parse(wallet.extra ?? '')).to.deep.equal({ address: '', ...odd })
      expect(Object.prototype).to.not.have.property('polluted')
      await store.close()
    })

    it('takes the kind in the order of the reference when an entry has several secrets', async () => {
      const all = { secret: 's', privateKey: 'p', mnemonic: 'm', chain: 'SOL', testnet: false }
      const { mnemonic: _, ...two } = all
      const { store } = await opened({ [id(1)]: all, [id(2)]: two })
      const [first, second] = [
        await readPlain(store, signatureIdSchema.parse(id(1))),
        await readPlain(store, signatureIdSchema.parse(id(2))),
      ]
      expect([first.descriptor.kind, second.descriptor.kind]).to.deep.equal(['mnemonic', 'privateKey'])
      expect(first.material).to.deep.equal({ mnemonic: 'm', privateKey: 'p', secret: 's' })
      await store.close()
    })

    it('reads a chain in lower case and a missing network, and remarks on both', async () => {
      const { store, log } = await opened({ [id(1)]: { privateKey: 'p', chain: 'eth' } })
      const { descriptor } = await readPlain(store, signatureIdSchema.parse(id(1)))
      expect([descriptor.chain, descriptor.network]).to.deep.equal(['ETH', 'mainnet'])
      expect((await store.check()).problems).to.have.length(2)
      expect(log.events('warn').filter((event) => event === 'store.legacy-entry')).to.have.length(2)
      await store.close()
    })

    const broken: Record<string, unknown> = {
      [id(1)]: 'text',
      [id(2)]: null,
      [id(3)]: { chain: 'ETH', testnet: true },
      [id(4)]: { privateKey: 'p', chain: 'no chain!', testnet: true },
      [id(5)]: { privateKey: 'p', testnet: true },
      [id(6)]: { privateKey: 'p', chain: 'ETH', testnet: 'yes' },
      [id(7)]: { privateKey: 42, chain: 'ETH', testnet: true },
      'not-a-uuid': { privateKey: 'p', chain: 'ETH', testnet: true },
    }

    it('serves the sound entries, reports the others by id, and refuses to convert', async () => {
      const { store } = await opened({ ...broken, [id(9)]: { privateKey: 'p', chain: 'ETH', testnet: true } })
      const before = await readFile(folder.path)
      expect((await readPlain(store, signatureIdSchema.parse(id(9)))).material).to.deep.equal({ privateKey: 'p' })
      const report = await store.check()
      expect(report).to.include({ wallets: 1, format: 'Tatum KMS wallet file' })
      expect(report.problems.map(({ signatureId }) => signatureId)).to.deep.equal(
        [1, 2, 3, 4, 5, 6, 7].map(id).concat([undefined as never]),
      )
      for (const n of [1, 3, 7]) {
        expect((await failureOf(store.get(signatureIdSchema.parse(id(n))))).code).to.equal('WALLET_CORRUPT')
      }
      const error: KeywardError = await failureOf(store.upgrade())
      expect(error.code).to.equal('STORE_UNSUPPORTED')
      expect(error.message).to.contain(id(4)).and.contain('names no chain')
      expect(error.message).to.contain('entry 8')
      expect(await readFile(folder.path)).to.deep.equal(before)
      await store.close()
    })

    it('does not take one of two entries whose ids differ in case only', async () => {
      const entry = { privateKey: 'p', chain: 'ETH', testnet: true }
      const upper = 'ABCDEF00-0000-4000-8000-000000000001'
      const { store } = await opened({ [upper]: entry, [upper.toLowerCase()]: { ...entry, privateKey: 'q' } })
      expect((await store.check()).problems).to.have.length(1)
      expect((await failureOf(store.upgrade())).code).to.equal('STORE_UNSUPPORTED')
      await store.close()
    })

    for (const text of [[], 'text', 7, null]) {
      it(`is refused when it holds ${JSON.stringify(text)} instead of entries`, async () => {
        await writeFile(folder.path, legacyStore(text as never, 'p'))
        const store = storeAt(folder.path, { secrets: new ScriptedSecrets('p') })
        expect((await failureOf(store.open())).code).to.equal('STORE_WRONG_PASSWORD')
      })
    }
  })
})
