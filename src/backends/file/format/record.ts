import { randomBytes } from 'node:crypto'
import { KeywardError } from '../../../core/errors.js'
import type { SignatureId } from '../../../core/ids.js'
import { canonicalJson } from '../../../core/json.js'
import { Secret } from '../../../core/secret.js'
import { wipeWallet } from '../../../core/wallet.js'
import type { ManagedWallet, WalletDescriptor } from '../../../core/wallet.js'
import { FORMAT_VERSION } from './container.js'
import { KEY_BYTES, seal, SEAL_OVERHEAD_BYTES, unseal } from './seal.js'

/*
 * A record is its data key, sealed with the record key, followed by the wallet's secrets, sealed with the data key. Both are bound to the format version, the
 * epoch of the write that made them and the whole descriptor (so also to signatureId and chain): a record that was moved under another id, or an older one
 * that was put back, does not open.
 *
 * The secrets are fields, not JSON: JSON would leave copies in strings that cannot be wiped.
 *   plaintext = signatureId (16 bytes) { tag (1 byte) | length (4 bytes, big endian) | value }
 */
const ID_BYTES = 16
const FIELD_HEAD_BYTES = 5
const TAGS = { mnemonic: 1, privateKey: 2, secret: 3, extra: 4 } as const
type FieldName = keyof typeof TAGS
const FIELD_NAMES: readonly FieldName[] = ['mnemonic', 'privateKey', 'secret', 'extra']
const WRAPPED_KEY_BYTES = KEY_BYTES + SEAL_OVERHEAD_BYTES

export interface RecordEntry {
  readonly descriptor: WalletDescriptor
  /** Epoch of the write that made the record. */
  readonly epoch: number
  /** Bytes of the whole record. */
  readonly length: number
}

const contextOf = (descriptor: WalletDescriptor, epoch: number): Buffer =>
  Buffer.from(canonicalJson({ ...descriptor, epoch, format: FORMAT_VERSION }))

export function sealRecord(wallet: ManagedWallet, epoch: number, recordKey: Buffer): Buffer {
  const context = contextOf(wallet.descriptor, epoch)
  const dataKey = randomBytes(KEY_BYTES)
  const plaintext = encodeSecrets(wallet)
  try {
    return Buffer.concat([seal(recordKey, dataKey, context), seal(dataKey, plaintext, context)])
  } finally {
    dataKey.fill(0)
    plaintext.fill(0)
  }
}

/** @returns the wallet, which the caller wipes. @throws KeywardError WALLET_CORRUPT */
export function openRecord(entry: RecordEntry, record: Buffer, recordKey: Buffer): ManagedWallet {
  const { signatureId } = entry.descriptor
  const context = contextOf(entry.descriptor, entry.epoch)
  const dataKey = unseal(recordKey, record.subarray(0, WRAPPED_KEY_BYTES), context)
  if (!dataKey) throw corrupt(signatureId, 'its data key does not open')
  const plaintext = unseal(dataKey, record.subarray(WRAPPED_KEY_BYTES), context)
  dataKey.fill(0)
  if (!plaintext) throw corrupt(signatureId, 'its secrets do not open')
  try {
    return decodeSecrets(entry.descriptor, plaintext)
  } finally {
    plaintext.fill(0)
  }
}

/** The same record under another record key; the secrets stay sealed. @throws KeywardError WALLET_CORRUPT */
export function rewrapRecord(entry: RecordEntry, record: Buffer, oldKey: Buffer, newKey: Buffer): Buffer {
  const context = contextOf(entry.descriptor, entry.epoch)
  const dataKey = unseal(oldKey, record.subarray(0, WRAPPED_KEY_BYTES), context)
  if (!dataKey) throw corrupt(entry.descriptor.signatureId, 'its data key does not open')
  const rewrapped = Buffer.concat([seal(newKey, dataKey, context), record.subarray(WRAPPED_KEY_BYTES)])
  dataKey.fill(0)
  return rewrapped
}

const idBytes = (id: SignatureId): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex')

const secretsOf = (wallet: ManagedWallet): Readonly<Partial<Record<FieldName, Secret>>> => ({
  ...wallet.material,
  ...(wallet.extra ? { extra: wallet.extra } : {}),
})

function encodeSecrets(wallet: ManagedWallet): Buffer {
  const secrets = secretsOf(wallet)
  let length = ID_BYTES
  for (const name of FIELD_NAMES) length += secrets[name] ? FIELD_HEAD_BYTES + secrets[name].byteLength : 0
  const plaintext = Buffer.allocUnsafeSlow(length)
  let at = idBytes(wallet.descriptor.signatureId).copy(plaintext)
  for (const name of FIELD_NAMES) {
    at = secrets[name]?.use((bytes) => writeField(plaintext, at, TAGS[name], bytes)) ?? at
  }
  return plaintext
}

function writeField(plaintext: Buffer, at: number, tag: number, bytes: Buffer): number {
  const lengthAt = plaintext.writeUInt8(tag, at)
  const valueAt = plaintext.writeUInt32BE(bytes.length, lengthAt)
  return valueAt + bytes.copy(plaintext, valueAt)
}

function decodeSecrets(descriptor: WalletDescriptor, plaintext: Buffer): ManagedWallet {
  const secrets: Partial<Record<FieldName, Secret>> = {}
  const fault = readFields(descriptor.signatureId, plaintext, secrets)
  const { extra, ...material } = secrets
  const wallet: ManagedWallet = { descriptor, material, ...(extra ? { extra } : {}) }
  if (fault === undefined && material[descriptor.kind]) return wallet
  wipeWallet(wallet)
  throw corrupt(descriptor.signatureId, fault ?? `it holds no ${descriptor.kind}`)
}

/** Fills `secrets`. @returns what is wrong, if anything. */
function readFields(
  id: SignatureId,
  plaintext: Buffer,
  secrets: Partial<Record<FieldName, Secret>>,
): string | undefined {
  if (!plaintext.subarray(0, ID_BYTES).equals(idBytes(id))) return 'it names another id'
  for (let at = ID_BYTES; at < plaintext.length;) {
    const name = FIELD_NAMES.find((candidate) => TAGS[candidate] === plaintext[at])
    const valueAt = at + FIELD_HEAD_BYTES
    const end = valueAt <= plaintext.length ? valueAt + plaintext.readUInt32BE(at + 1) : Infinity
    if (name === undefined || secrets[name] || end > plaintext.length) return 'its fields cannot be read'
    secrets[name] = Secret.copy(plaintext.subarray(valueAt, end))
    at = end
  }
  return undefined
}

export const corrupt = (signatureId: SignatureId, what: string): KeywardError =>
  new KeywardError('WALLET_CORRUPT', `wallet ${signatureId} cannot be used: ${what}`, {
    advice: 'Run `keyward store check`, and take the wallet from a backup of the store.',
    context: { signatureId },
  })
