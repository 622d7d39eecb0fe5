import { createDecipheriv, createHash, createHmac, hkdfSync, scryptSync } from 'node:crypto'
import { cp, readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { PRODUCTION_KDF } from '../../../../src/backends/file/format/scrypt.js'
import { openStoreAt, PASSWORD, storeFolder } from '../../../kit/file-store.js'
import { plainWallet, readPlain, sampleWallet } from '../../../kit/sample-wallets.js'
import type { PlainWallet } from '../../../kit/sample-wallets.js'

/*
 * A second reader, written from docs/store-format.md and sharing no code with the first: what that page says is enough to get the wallets out of a store.
 */
const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()
const hkdf = (key: Buffer, label: string): Buffer => Buffer.from(hkdfSync('sha256', key, '', label, 32))
const hmac = (key: Buffer, bytes: Buffer): Buffer => createHmac('sha256', key).update(bytes).digest()

function open(key: Buffer, sealed: Buffer, associated: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(Buffer.from(associated))
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
}

const canonical = (members: Record<string, unknown>): string =>
  `{${Object.keys(members)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(members[name])}`)
    .join(',')}}`

interface Header {
  epoch: number
  password: { kdf: { N: number; r: number; p: number; salt: string }; checkValue: string; fileKey: string }
  index: { length: number; sha256: string }
  records: { length: number; sha256: string }
}
interface Entry {
  descriptor: PlainWallet['descriptor']
  epoch: number
  length: number
}

function readStore(file: Buffer, password: string): PlainWallet[] {
  expect(file.subarray(0, 8).toString('hex')).to.equal('894b57530d0a1a0a')
  expect(file.readUInt32BE(8)).to.equal(1)
  const headerEnd = 16 + file.readUInt32BE(12)
  const header = JSON.parse(file.subarray(16, headerEnd).toString()) as Header
  expect(sha256(file.subarray(0, headerEnd + 32))).to.deep.equal(file.subarray(headerEnd + 32, headerEnd + 64))

  const { kdf, checkValue, fileKey: wrapped } = header.password
  const { N, r, p, salt } = kdf
  const passwordKey = scryptSync(password, Buffer.from(salt, 'base64'), 32, { N, r, p, maxmem: 2 ** 30 })
  expect(hkdf(passwordKey, 'keyward-store-v1 check the password').toString('base64')).to.equal(checkValue)
  const wrapKey = hkdf(passwordKey, 'keyward-store-v1 wrap the file key')
  const fileKey = open(wrapKey, Buffer.from(wrapped, 'base64'), 'keyward-store-v1 file key')
  const mac = hmac(hkdf(fileKey, 'keyward-store-v1 authenticate the header'), file.subarray(0, headerEnd))
  expect(mac).to.deep.equal(file.subarray(headerEnd, headerEnd + 32))

  const recordsAt = headerEnd + 64 + header.index.length
  const index = file.subarray(headerEnd + 64, recordsAt)
  expect(sha256(index).toString('hex')).to.equal(header.index.sha256)
  expect(sha256(file.subarray(recordsAt)).toString('hex')).to.equal(header.records.sha256)
  const indexKey = hkdf(fileKey, 'keyward-store-v1 encrypt the index')
  const associatedWithIndex = canonical({ epoch: header.epoch, format: 1, section: 'index' })
  const entries = JSON.parse(open(indexKey, index, associatedWithIndex).toString()) as Entry[]

  const recordKey = hkdf(fileKey, 'keyward-store-v1 wrap data keys')
  let at = recordsAt
  const wallets = entries.map(({ descriptor, epoch, length }) => {
    const record = file.subarray(at, (at += length))
    const associated = canonical({ ...descriptor, epoch, format: 1 })
    const plaintext = open(open(recordKey, record.subarray(0, 60), associated), record.subarray(60), associated)
    expect(epoch).to.be.at.most(header.epoch)
    expect(plaintext.subarray(0, 16).toString('hex')).to.equal(descriptor.signatureId.replaceAll('-', ''))
    return { descriptor, ...fieldsOf(plaintext.subarray(16)) }
  })
  expect(at).to.equal(file.length)
  return wallets
}

function fieldsOf(bytes: Buffer): Omit<PlainWallet, 'descriptor'> {
  const names = ['', 'mnemonic', 'privateKey', 'secret', 'extra']
  const found: Record<string, string> = {}
  for (let at = 0; at < bytes.length;) {
    const end = at + 5 + bytes.readUInt32BE(at + 1)
    found[names[bytes.readUInt8(at)] ?? 'unknown'] = bytes.subarray(at + 5, end).toString()
    at = end
  }
  const { extra, ...material } = found
  return { material, ...(extra === undefined ? {} : { extra }) }
}

describe('docs/store-format.md', () => {
  let folder: Awaited<ReturnType<typeof storeFolder>>
  beforeEach(async () => {
    folder = await storeFolder()
  })
  afterEach(() => folder.dispose())

  it('is enough to read a store with another program', async () => {
    const store = await openStoreAt(folder.path)
    const wallets = [
      sampleWallet({ chain: 'BTC', xpub: 'tpub', createdAt: '2026-01-02T03:04:05.000Z' }),
      sampleWallet({ chain: 'SOL', address: 'So1', material: { mnemonic: 'm', privateKey: 'p' }, extra: '{"a":"ü"}' }),
      sampleWallet({ chain: 'XRP', network: 'mainnet', kind: 'secret' }),
    ]
    for (const wallet of wallets) await store.create([wallet])
    await store.close()
    expect(readStore(await readFile(folder.path), PASSWORD)).to.deep.equal(wallets.map(plainWallet))
  })

  it('is kept: a store that the first release wrote is read by this one', async () => {
    const golden = new URL('../golden/', import.meta.url)
    const expected = JSON.parse(await readFile(new URL('store-v1.json', golden), 'utf8')) as PlainWallet[]
    await cp(new URL('store-v1.dat', golden), folder.path)
    expect(readStore(await readFile(folder.path), PASSWORD)).to.deep.equal(expected)
    const store = await openStoreAt(folder.path, { kdf: PRODUCTION_KDF })
    for (const wallet of expected) expect(await readPlain(store, wallet.descriptor.signatureId)).to.deep.equal(wallet)
    expect(await store.check()).to.include({ wallets: expected.length })
    await store.close()
  })
})
