import { randomBytes } from 'node:crypto'
import { KeywardError } from '../../core/errors.js'
import type { StoreProblem } from '../../core/maintenance.js'
import type { Secret } from '../../core/secret.js'
import { wipeWallet } from '../../core/wallet.js'
import { decodeContainer, startsLikeStore } from './format/container.js'
import type { StoreParts } from './format/container.js'
import { damaged } from './format/faults.js'
import { freshKeys, keysForPassword, sameSlot, wipeStoreKeys } from './format/key-hierarchy.js'
import type { PasswordSlot, StoreKeys } from './format/key-hierarchy.js'
import { assertAffordable } from './format/scrypt.js'
import type { KdfPolicy } from './format/scrypt.js'
import { SealedRecords } from './format/sealed-records.js'
import { emptyVersion, openVersion } from './format/store-version.js'
import type { StoreVersion } from './format/store-version.js'
import { parseLegacyEntries } from './legacy/legacy-entries.js'
import { decodeSaltedContainer, decryptSaltedContainer, startsLikeLegacyStore } from './legacy/salted-container.js'

/** A store file whose form is sound; no password was needed to say so. */
export type SealedContent =
  { readonly format: 'keyward'; readonly parts: StoreParts } | { readonly format: 'legacy'; readonly container: Buffer }

export type UnlockedContent =
  | { readonly format: 'keyward'; readonly version: StoreVersion; readonly records: SealedRecords }
  | {
      readonly format: 'legacy'
      /** Sealed again under a key that lives as long as this process, so that one look-up opens one wallet. */
      readonly records: SealedRecords
      readonly faults: readonly StoreProblem[]
      readonly remarks: readonly StoreProblem[]
    }

/** @throws KeywardError STORE_DAMAGED, also for an empty file: a store is never empty. STORE_UNSUPPORTED */
function recogniseContent(bytes: Buffer): SealedContent {
  if (bytes.length === 0) throw damaged('the file is empty')
  if (startsLikeLegacyStore(bytes)) return { format: 'legacy', container: decodeSaltedContainer(bytes) }
  if (startsLikeStore(bytes)) return { format: 'keyward', parts: decodeContainer(bytes) }
  throw damaged('its beginning is neither that of a Keyward store nor that of a Tatum KMS wallet file')
}

/** Holds what opens a store: the password until the store is open, then the keys (a legacy file needs its password each time). */
export class Unlocker {
  #password: Secret | undefined
  #open: { readonly slot: PasswordSlot; readonly keys: StoreKeys } | undefined
  /** Records of a legacy file are sealed in memory under this. */
  readonly #memoryKey = randomBytes(32)

  constructor(private readonly policy: KdfPolicy) {}

  /** What is in a file, as far as no password is needed to say so. @throws KeywardError STORE_DAMAGED, STORE_UNSUPPORTED */
  recognise(bytes: Buffer): SealedContent {
    const content = recogniseContent(bytes)
    if (content.format === 'keyward') assertAffordable(content.parts.header.password.kdf, this.policy)
    return content
  }

  /** Takes the password over. */
  give(password: Secret): void {
    this.#password?.wipe()
    this.#password = password
  }

  /** Lends the password that was given. @throws whatever `judge` throws. */
  withPassword<T>(judge: (password: Secret) => T): T {
    return judge(this.#requirePassword())
  }

  /** @throws KeywardError STORE_WRONG_PASSWORD, STORE_DAMAGED, STORE_UNSUPPORTED */
  async unlock(content: SealedContent): Promise<UnlockedContent> {
    if (content.format === 'legacy') return this.#unlockLegacy(content.container)
    const keys = await this.#keysFor(content.parts.header.password)
    try {
      const version = openVersion(content.parts, keys)
      return { format: 'keyward', version, records: version.records }
    } catch (thrown) {
      this.discard(keys)
      throw thrown
    }
  }

  /** The first version of a new store, for the password that was given. */
  async create(createdAt: string): Promise<StoreVersion> {
    const { slot, keys } = await freshKeys(this.#requirePassword(), this.policy)
    return emptyVersion(slot, keys, createdAt)
  }

  /** From now on these keys open the store. Takes them over; wipes the password and the keys before them. */
  adopt(version: Pick<StoreVersion, 'slot' | 'keys'>): void {
    if (this.#open && this.#open.keys !== version.keys) wipeStoreKeys(this.#open.keys)
    this.#open = { slot: version.slot, keys: version.keys }
    this.#password?.wipe()
    this.#password = undefined
  }

  /** Wipes keys that were made and not adopted. */
  discard(keys: StoreKeys): void {
    if (keys !== this.#open?.keys) wipeStoreKeys(keys)
  }

  wipe(): void {
    if (this.#open) wipeStoreKeys(this.#open.keys)
    this.#open = undefined
    this.#password?.wipe()
    this.#password = undefined
    this.#memoryKey.fill(0)
  }

  async #keysFor(slot: PasswordSlot): Promise<StoreKeys> {
    if (this.#open && sameSlot(this.#open.slot, slot)) return this.#open.keys
    return keysForPassword(slot, this.#requirePassword(), this.policy)
  }

  #unlockLegacy(container: Buffer): UnlockedContent {
    const plaintext = decryptSaltedContainer(container, this.#requirePassword())
    const content = parseAndWipe(plaintext)
    try {
      const records = SealedRecords.empty(this.#memoryKey).plus(content.wallets, 1)
      return { format: 'legacy', records, faults: content.faults, remarks: content.remarks }
    } finally {
      content.wallets.forEach(wipeWallet)
    }
  }

  #requirePassword(): Secret {
    if (this.#password) return this.#password
    throw new KeywardError('STORE_WRONG_PASSWORD', 'the password of the wallet store was changed meanwhile', {
      advice: 'Start this process again with the new password.',
    })
  }
}

function parseAndWipe(plaintext: Buffer): ReturnType<typeof parseLegacyEntries> {
  try {
    return parseLegacyEntries(plaintext)
  } finally {
    plaintext.fill(0)
  }
}
