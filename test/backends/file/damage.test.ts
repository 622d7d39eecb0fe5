import { readdir, readFile, writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import fc from 'fast-check'
import { failureOf } from '../../kit/failure-of.js'
import { openStoreAt, ScriptedSecrets, storeAt, storeFolder } from '../../kit/file-store.js'
import { sampleWallet } from '../../kit/sample-wallets.js'
import { forge, layoutOf } from '../../kit/store-bytes.js'

describe('a damaged or forged store', () => {
  let folder: Awaited<ReturnType<typeof storeFolder>>
  let sound: Buffer

  before(async () => {
    folder = await storeFolder()
    const store = await openStoreAt(folder.path)
    await store.create([
      sampleWallet({ xpub: 'xpub', extra: '{"a":1}' }),
      sampleWallet({ kind: 'privateKey' }),
      sampleWallet(),
    ])
    await store.close()
    sound = await readFile(folder.path)
  })

  after(() => folder.dispose())

  /** Puts the bytes in place, opens, and checks that nothing was asked, changed or left behind. */
  const refusal = async (bytes: Buffer) => {
    await writeFile(folder.path, bytes)
    const names = await readdir(folder.folder)
    const secrets = new ScriptedSecrets()
    const store = storeAt(folder.path, { secrets })
    const error = await failureOf(store.open())
    await store.close()
    expect(await readFile(folder.path)).to.deep.equal(bytes)
    expect(await readdir(folder.folder)).to.deep.equal(names)
    return { error, asked: secrets.asked.length }
  }

  const assertDamage = async (bytes: Buffer): Promise<void> => {
    const { error, asked } = await refusal(bytes)
    expect(error.code).to.equal('STORE_DAMAGED')
    expect(error.message).to.contain(folder.path).and.contain('the wallet store is damaged: ')
    expect(error.advice).to.contain('Keep the damaged file')
    expect(asked, 'a password was asked for').to.equal(0)
  }

  it('is refused for any one flipped bit, in 100 random places', async () => {
    const places = fc.tuple(fc.nat(sound.length - 1), fc.nat(7))
    await fc.assert(
      fc.asyncProperty(places, async ([at, bit]) => {
        const bytes = Buffer.from(sound)
        bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at)
        await assertDamage(bytes)
      }),
      { numRuns: 100 },
    )
  })

  it('is refused for a flipped bit at every border of every section', async () => {
    const { headerEnd, bodyAt, indexEnd } = layoutOf(sound)
    for (const border of [0, 8, 12, 16, headerEnd, headerEnd + 32, bodyAt, indexEnd, sound.length]) {
      for (const at of [border - 1, border].filter((place) => place >= 0 && place < sound.length)) {
        const bytes = Buffer.from(sound)
        bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at)
        await assertDamage(bytes)
      }
    }
  })

  it('is refused for any truncation, at 100 random lengths', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(sound.length - 1), (length) => assertDamage(sound.subarray(0, length))),
      { numRuns: 100, examples: [[0], [1], [7], [8], [16], [sound.length - 1]] },
    )
  })

  it('is refused with bytes after its end', () => assertDamage(Buffer.concat([sound, Buffer.from([0])])))

  it('is refused when it is empty: a 0-byte file is never taken for a new store', async () => {
    const { error } = await refusal(Buffer.alloc(0))
    expect(error.message).to.contain('the file is empty')
  })

  it('is refused when it is something else', async () => {
    const { error } = await refusal(Buffer.from('{"wallets": []}'))
    expect(error.code).to.equal('STORE_DAMAGED')
  })

  it('is refused when somebody changes it and repairs the checksums', async () => {
    const flip = (bytes: Buffer): Buffer => {
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1)
      return bytes
    }
    const forgeries = [
      forge(sound, { index: flip }),
      forge(sound, { records: flip }),
      forge(sound, { records: (bytes) => bytes.subarray(0, bytes.length - 40) }),
      forge(sound, { header: (header) => (header['epoch'] = 7) }),
      forge(sound, { header: (header) => (header['wallets'] = 2) }),
      forge(sound, { header: (header) => (header['createdAt'] = '2020-01-01T00:00:00.000Z') }),
    ]
    for (const bytes of forgeries) {
      const { error } = await refusal(bytes)
      expect(error.code).to.equal('STORE_DAMAGED')
      expect(error.message).to.contain('somebody changed it on purpose')
    }
  })

  it('is refused when its wrapped file key was changed', async () => {
    const bytes = forge(sound, {
      header: (header) => {
        const slot = header['password'] as { fileKey: string }
        const key = Buffer.from(slot.fileKey, 'base64')
        key.writeUInt8(key.readUInt8(20) ^ 1, 20)
        slot.fileKey = key.toString('base64')
      },
    })
    expect((await refusal(bytes)).error.message).to.contain('its file key was changed')
  })

  it('is told from a store of a newer version, which is not damaged', async () => {
    const { error, asked } = await refusal(forge(sound, { version: 2 }))
    expect(error.code).to.equal('STORE_UNSUPPORTED')
    expect(error.message).to.contain('format version 2')
    expect(asked).to.equal(0)
  })

  it('is refused when a header member is missing, unknown or of another type', async () => {
    const changes: ((header: Record<string, unknown>) => void)[] = [
      (header) => delete header['epoch'],
      (header) => (header['surprise'] = 1),
      (header) => (header['wallets'] = '3'),
      (header) => (header['index'] = { length: -1, sha256: 'x' }),
      (header) => (header['password'] = {}),
    ]
    for (const header of changes) expect((await refusal(forge(sound, { header }))).error.code).to.equal('STORE_DAMAGED')
  })

  describe('with a hostile header', () => {
    const withKdf = (kdf: object): Buffer =>
      forge(sound, { header: (header) => Object.assign((header['password'] as { kdf: object }).kdf, kdf) })

    for (const [what, kdf] of [
      ['a cost that would take 128 GiB', { N: 2 ** 30 }],
      ['a cost that would take 512 MiB', { N: 2 ** 19 }],
      ['a block size that would take 1 GiB', { r: 2 ** 20 }],
      ['a parallelism that would take for ever', { p: 2 ** 20 }],
      ['a cost that is no power of two', { N: 2 ** 14 + 1 }],
      ['a cost below the floor', { N: 2 ** 9 }],
      ['a block size below the floor', { r: 1 }],
    ] as const) {
      it(`refuses ${what}, before it takes any memory`, async () => {
        const rss = process.memoryUsage().rss
        const { error, asked } = await refusal(withKdf(kdf))
        expect(asked).to.equal(0)
        expect(error.code).to.equal('STORE_UNSUPPORTED')
        expect(error.message).to.contain('key derivation')
        expect(process.memoryUsage().rss - rss).to.be.below(64 * 2 ** 20)
      })
    }

    it('refuses a header length beyond all reason', async () => {
      const bytes = Buffer.from(sound)
      bytes.writeUInt32BE(0xffffffff, 12)
      await assertDamage(bytes)
    })

    it('takes other allowed parameters for a wrong password, as they lead to another key', async () => {
      expect((await refusal(withKdf({ N: 2 ** 11 }))).error.code).to.equal('STORE_WRONG_PASSWORD')
    })
  })
})
