import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../../../core/json.js'
import { damaged, unsupported } from './faults.js'
import { passwordSlotSchema } from './key-hierarchy.js'

/*
 * The outer form of a store file, described for other programs in docs/store-format.md:
 *
 *   magic 8 | version 4 | header length 4 | header | header MAC 32 | checksum 32 | index section | records section
 *
 * The checksum (SHA-256, no key) covers everything before it, and the header holds the SHA-256 of both sections: damage is told before a password is asked
 * for. The MAC covers the same bytes with a key, and thereby the sections: whoever repairs the hashes after a change is found out as soon as the file is
 * unlocked.
 */
const MAGIC = Buffer.from('894b57530d0a1a0a', 'hex') // "\x89KWS\r\n\x1a\n": as PNG's, it notices programs that translate line ends.
export const FORMAT_VERSION = 1
const LENGTHS_END = MAGIC.length + 8
const HASH_BYTES = 32
const MAXIMUM_HEADER_BYTES = 16 * 1024

const sectionSchema = z.strictObject({ length: z.number().int().nonnegative(), sha256: z.hex().length(64) })

const headerSchema = z.strictObject({
  createdAt: z.iso.datetime(),
  writtenAt: z.iso.datetime(),
  /** Counts the writes of this store. */
  epoch: z.number().int().positive(),
  /** How many data keys were ever wrapped under the present file key. */
  wraps: z.number().int().nonnegative(),
  wallets: z.number().int().nonnegative(),
  password: passwordSlotSchema,
  index: sectionSchema,
  records: sectionSchema,
})
export type StoreHeader = z.output<typeof headerSchema>

/** A store whose checksums hold. Nothing in it is authenticated yet. */
export interface StoreParts {
  readonly header: StoreHeader
  /** What the MAC is computed over. */
  readonly signed: Buffer
  readonly mac: Buffer
  readonly index: Buffer
  readonly records: Buffer
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
const macOf = (key: Buffer, signed: Buffer): Buffer => createHmac('sha256', key).update(signed).digest()

export const startsLikeStore = (bytes: Buffer): boolean => bytes.subarray(0, MAGIC.length).equals(MAGIC)

export function encodeContainer(
  facts: Omit<StoreHeader, 'index' | 'records'>,
  index: Buffer,
  records: Buffer,
  macKey: Buffer,
): Buffer {
  const section = (bytes: Buffer): StoreHeader['index'] => ({
    length: bytes.length,
    sha256: sha256(bytes).toString('hex'),
  })
  const header = Buffer.from(canonicalJson({ ...facts, index: section(index), records: section(records) }))
  const lengths = Buffer.alloc(8)
  lengths.writeUInt32BE(FORMAT_VERSION, 0)
  lengths.writeUInt32BE(header.length, 4)
  const signed = Buffer.concat([MAGIC, lengths, header])
  const prelude = Buffer.concat([signed, macOf(macKey, signed)])
  return Buffer.concat([prelude, sha256(prelude), index, records])
}

/**
 * Takes a store apart without any key. The sections are views into `bytes`.
 * @throws KeywardError STORE_DAMAGED; STORE_UNSUPPORTED for an undamaged file of another version.
 */
export function decodeContainer(bytes: Buffer): StoreParts {
  if (!startsLikeStore(bytes) || bytes.length < LENGTHS_END) throw damaged('its beginning is not that of a store')
  const headerBytes = bytes.readUInt32BE(MAGIC.length + 4)
  const headerEnd = LENGTHS_END + headerBytes
  const checksumAt = headerEnd + HASH_BYTES
  const bodyAt = checksumAt + HASH_BYTES
  if (headerBytes > MAXIMUM_HEADER_BYTES || bytes.length < bodyAt) throw damaged('its header is cut off')
  if (!sha256(bytes.subarray(0, checksumAt)).equals(bytes.subarray(checksumAt, bodyAt))) {
    throw damaged('the checksum of its header does not fit')
  }
  assertVersion(bytes.readUInt32BE(MAGIC.length))
  const header = parseHeader(bytes.subarray(LENGTHS_END, headerEnd))
  const indexEnd = bodyAt + header.index.length
  if (bytes.length !== indexEnd + header.records.length) throw damaged('it is shorter or longer than its header says')
  const parts: StoreParts = {
    header,
    signed: bytes.subarray(0, headerEnd),
    mac: bytes.subarray(headerEnd, checksumAt),
    index: bytes.subarray(bodyAt, indexEnd),
    records: bytes.subarray(indexEnd),
  }
  for (const name of ['index', 'records'] as const) {
    if (sha256(parts[name]).toString('hex') !== header[name].sha256)
      throw damaged(`the checksum of its ${name} does not fit`)
  }
  return parts
}

/** @throws KeywardError STORE_DAMAGED when anything was changed by somebody without the password. */
export function verifyMac(parts: StoreParts, macKey: Buffer): void {
  if (!timingSafeEqual(macOf(macKey, parts.signed), parts.mac)) {
    throw damaged('its header is not authentic, so somebody changed it on purpose')
  }
}

function assertVersion(version: number): void {
  if (version === FORMAT_VERSION) return
  throw unsupported(
    `the wallet store has format version ${version}, and this version of Keyward reads ${FORMAT_VERSION}`,
    'Use the version of Keyward that wrote it, or a newer one.',
  )
}

function parseHeader(bytes: Buffer): StoreHeader {
  const parsed = headerSchema.safeParse(parseJson(bytes))
  if (parsed.success) return parsed.data
  throw damaged('its header cannot be read')
}

/** `undefined` for a text that is not JSON; the parser's own message would quote it. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
