import { decodeContainer, encodeContainer, verifyMac } from './container.js'
import type { StoreParts } from './container.js'
import { damaged, unsupported } from './faults.js'
import { openIndex, sealIndex } from './index-section.js'
import type { PasswordSlot, StoreKeys } from './key-hierarchy.js'
import { SealedRecords } from './sealed-records.js'

/** One version of a store, unlocked. Epochs count the writes, from 1; a version with epoch 0 was never written. */
export interface StoreVersion {
  readonly createdAt: string
  readonly epoch: number
  /** Data keys wrapped so far under this file key. */
  readonly wraps: number
  readonly slot: PasswordSlot
  readonly keys: StoreKeys
  readonly records: SealedRecords
}

// SP 800-38D allows 2^32 messages with random nonces under one key. Nobody gets near it; a store that claims so is stopped well before.
const MAXIMUM_WRAPS = 2 ** 30

export const emptyVersion = (slot: PasswordSlot, keys: StoreKeys, createdAt: string): StoreVersion => ({
  createdAt,
  epoch: 0,
  wraps: 0,
  slot,
  keys,
  records: SealedRecords.empty(keys.record),
})

/**
 * The version that follows, with other records under the same keys.
 * @param wrapped how many of the records are new. @throws KeywardError STORE_UNSUPPORTED when the file key is used up.
 */
export function nextVersion(version: StoreVersion, records: SealedRecords, wrapped: number): StoreVersion {
  const wraps = version.wraps + wrapped
  if (wraps > MAXIMUM_WRAPS) {
    throw unsupported('the file key of the wallet store has sealed as many wallets as it may', 'Change the password.')
  }
  return { ...version, epoch: version.epoch + 1, wraps, records }
}

/** The version that follows, under a new password and file key. The secrets stay sealed. @throws KeywardError WALLET_CORRUPT */
export function rekeyedVersion(version: StoreVersion, slot: PasswordSlot, keys: StoreKeys): StoreVersion {
  const records = version.records.rewrapped(keys.record)
  return { ...version, epoch: version.epoch + 1, wraps: records.size, slot, keys, records }
}

/** The bytes of a store file. */
export function encodeVersion(version: StoreVersion, writtenAt: string): Buffer {
  const { createdAt, epoch, wraps, slot, keys, records } = version
  const facts = { createdAt, writtenAt, epoch, wraps, wallets: records.size, password: slot }
  return encodeContainer(facts, sealIndex(records.entries(), epoch, keys.index), records.bytes, keys.mac)
}

/** @throws KeywardError STORE_DAMAGED when the parts are not authentic or do not fit together. */
export function openVersion(parts: StoreParts, keys: StoreKeys): StoreVersion {
  verifyMac(parts, keys.mac)
  const { createdAt, epoch, wraps, wallets, password } = parts.header
  const records = SealedRecords.of(openIndex(parts.index, epoch, keys.index), parts.records, keys.record)
  if (records.size !== wallets) throw damaged('its header counts other wallets than its index')
  return { createdAt, epoch, wraps, slot: password, keys, records }
}

/** What is in a file that was just written, read with the same care as any other. @throws KeywardError STORE_DAMAGED */
export const reopenVersion = (bytes: Buffer, keys: StoreKeys): StoreVersion => openVersion(decodeContainer(bytes), keys)
