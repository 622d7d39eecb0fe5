import { createHash } from 'node:crypto'

const LENGTHS_END = 16

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()

export interface Layout {
  readonly headerEnd: number
  readonly bodyAt: number
  readonly indexEnd: number
  readonly header: Record<string, unknown>
}

/** Where the sections of a store file are (docs/store-format.md), by a reading of its own. */
export function layoutOf(file: Buffer): Layout {
  const headerEnd = LENGTHS_END + file.readUInt32BE(12)
  const header = JSON.parse(file.subarray(LENGTHS_END, headerEnd).toString()) as Record<string, unknown> & {
    index: { length: number }
  }
  const bodyAt = headerEnd + 64
  return { headerEnd, bodyAt, indexEnd: bodyAt + header.index.length, header }
}

export interface Forgery {
  readonly version?: number
  readonly header?: (header: Record<string, unknown>) => void
  readonly index?: (section: Buffer) => Buffer
  readonly records?: (section: Buffer) => Buffer
}

/** A store changed by somebody who repairs every hash that needs no key, and keeps the MAC as it was. */
export function forge(file: Buffer, forgery: Forgery): Buffer {
  const { headerEnd, bodyAt, indexEnd, header } = layoutOf(file)
  const section = (change: ((bytes: Buffer) => Buffer) | undefined, bytes: Buffer): Buffer =>
    change ? change(Buffer.from(bytes)) : bytes
  const index = section(forgery.index, file.subarray(bodyAt, indexEnd))
  const records = section(forgery.records, file.subarray(indexEnd))
  const hashes = (bytes: Buffer) => ({ length: bytes.length, sha256: sha256(bytes).toString('hex') })
  const changed = { ...structuredClone(header), index: hashes(index), records: hashes(records) }
  forgery.header?.(changed)
  const text = Buffer.from(JSON.stringify(changed))
  const start = Buffer.from(file.subarray(0, LENGTHS_END))
  start.writeUInt32BE(forgery.version ?? 1, 8)
  start.writeUInt32BE(text.length, 12)
  const prelude = Buffer.concat([start, text, file.subarray(headerEnd, headerEnd + 32)])
  return Buffer.concat([prelude, sha256(prelude), index, records])
}
