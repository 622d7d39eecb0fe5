import { hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { KeywardError } from '../../../core/errors.js'
import type { Secret } from '../../../core/secret.js'
import { damaged } from './faults.js'
import { assertAffordable, stretchPassword } from './scrypt.js'
import type { KdfPolicy } from './scrypt.js'
import { KEY_BYTES, seal, SEAL_OVERHEAD_BYTES, unseal } from './seal.js'

/*
 *   password --scrypt--> password key --HKDF--> check value (public) and wrap key --AES-GCM--> file key
 *   file key --HKDF--> header MAC key, index key, record key --AES-GCM--> one data key per record
 *
 * AES-GCM does not commit to its key: one ciphertext can be made to open under two passwords. That the password is right is therefore told by a check value
 * of its own, never by a decryption that happens to succeed. Every use has its own HKDF label, so no key ever serves two purposes.
 */
const SALT_BYTES = 32
const LABELS = {
  wrap: 'keyward-store-v1 wrap the file key',
  check: 'keyward-store-v1 check the password',
  mac: 'keyward-store-v1 authenticate the header',
  index: 'keyward-store-v1 encrypt the index',
  record: 'keyward-store-v1 wrap data keys',
} as const
const FILE_KEY_CONTEXT = Buffer.from('keyward-store-v1 file key')

const base64Bytes = (length: number): z.ZodType<string> =>
  z.base64().refine((text) => Buffer.from(text, 'base64').length === length, `not ${length} bytes in base64`)

/** What the header says about the password: enough to test one and to unwrap the file key with it. */
export const passwordSlotSchema = z.strictObject({
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z.number().int().positive(),
    r: z.number().int().positive(),
    p: z.number().int().positive(),
    salt: base64Bytes(SALT_BYTES),
  }),
  checkValue: base64Bytes(KEY_BYTES),
  fileKey: base64Bytes(KEY_BYTES + SEAL_OVERHEAD_BYTES),
})
export type PasswordSlot = z.output<typeof passwordSlotSchema>

/** Derived from the file key; kept while the store is open. */
export interface StoreKeys {
  readonly mac: Buffer
  readonly index: Buffer
  readonly record: Buffer
}

/** HKDF-SHA256 (RFC 5869) without salt: both inputs are uniformly random keys already. */
function derive(key: Buffer, label: keyof typeof LABELS): Buffer {
  return Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), LABELS[label], KEY_BYTES))
}

const storeKeysOf = (fileKey: Buffer): StoreKeys => ({
  mac: derive(fileKey, 'mac'),
  index: derive(fileKey, 'index'),
  record: derive(fileKey, 'record'),
})

/** A random file key and the slot that gives it back for this password. The password stays the caller's. */
export async function freshKeys(
  password: Secret,
  policy: KdfPolicy,
): Promise<{ readonly slot: PasswordSlot; readonly keys: StoreKeys }> {
  const salt = randomBytes(SALT_BYTES)
  const passwordKey = await stretchPassword(password, salt, policy.fresh)
  const wrap = derive(passwordKey, 'wrap')
  const fileKey = randomBytes(KEY_BYTES)
  try {
    const slot: PasswordSlot = {
      kdf: { name: 'scrypt', ...policy.fresh, salt: salt.toString('base64') },
      checkValue: derive(passwordKey, 'check').toString('base64'),
      fileKey: seal(wrap, fileKey, FILE_KEY_CONTEXT).toString('base64'),
    }
    return { slot, keys: storeKeysOf(fileKey) }
  } finally {
    for (const key of [passwordKey, wrap, fileKey]) key.fill(0)
  }
}

/**
 * @returns `undefined` for another password than the slot was made with.
 * @throws KeywardError STORE_UNSUPPORTED before any work for parameters out of bounds; STORE_DAMAGED when the password fits and its file key does not open.
 */
export async function tryPassword(
  slot: PasswordSlot,
  password: Secret,
  policy: KdfPolicy,
): Promise<StoreKeys | undefined> {
  assertAffordable(slot.kdf, policy)
  const passwordKey = await stretchPassword(password, Buffer.from(slot.kdf.salt, 'base64'), slot.kdf)
  const wrap = derive(passwordKey, 'wrap')
  try {
    if (!timingSafeEqual(derive(passwordKey, 'check'), Buffer.from(slot.checkValue, 'base64'))) return undefined
    const fileKey = unseal(wrap, Buffer.from(slot.fileKey, 'base64'), FILE_KEY_CONTEXT)
    if (!fileKey) throw damaged('the password fits, but its file key was changed')
    const keys = storeKeysOf(fileKey)
    fileKey.fill(0)
    return keys
  } finally {
    for (const key of [passwordKey, wrap]) key.fill(0)
  }
}

/** @throws KeywardError STORE_WRONG_PASSWORD and what `tryPassword` throws. */
export async function keysForPassword(slot: PasswordSlot, password: Secret, policy: KdfPolicy): Promise<StoreKeys> {
  const keys = await tryPassword(slot, password, policy)
  if (keys) return keys
  throw new KeywardError('STORE_WRONG_PASSWORD', 'the password of the wallet store is wrong', {
    advice: 'The store itself is undamaged. Check the password and where it comes from; nothing was changed.',
  })
}

export function wipeStoreKeys(keys: StoreKeys): void {
  for (const key of [keys.mac, keys.index, keys.record]) key.fill(0)
}

export function sameSlot(left: PasswordSlot, right: PasswordSlot): boolean {
  return left.checkValue === right.checkValue && left.fileKey === right.fileKey && left.kdf.salt === right.kdf.salt
}
