import { KeywardError } from '../../../core/errors.js'
import type { SignatureId } from '../../../core/ids.js'
import type { ManagedWallet, WalletDescriptor } from '../../../core/wallet.js'
import { damaged } from './faults.js'
import { openRecord, rewrapRecord, sealRecord } from './record.js'
import type { RecordEntry } from './record.js'

interface Place {
  readonly entry: RecordEntry
  readonly offset: number
}

/**
 * The wallets of one version of a store: descriptors in plain, secrets sealed. Never changed; every change makes another one, which shares what did not
 * change. Reading a wallet opens its own record and no other.
 */
export class SealedRecords {
  readonly #places: ReadonlyMap<SignatureId, Place>

  private constructor(
    places: ReadonlyMap<SignatureId, Place>,
    /** All records, one after the other, in the order of `entries`. */
    readonly bytes: Buffer,
    private readonly recordKey: Buffer,
  ) {
    this.#places = places
  }

  static empty(recordKey: Buffer): SealedRecords {
    return new SealedRecords(new Map(), Buffer.alloc(0), recordKey)
  }

  /** @throws KeywardError STORE_DAMAGED when the entries do not describe the bytes. */
  static of(entries: readonly RecordEntry[], bytes: Buffer, recordKey: Buffer): SealedRecords {
    const places = new Map<SignatureId, Place>()
    let offset = 0
    for (const entry of entries) {
      places.set(entry.descriptor.signatureId, { entry, offset })
      offset += entry.length
    }
    if (offset !== bytes.length) throw damaged('its index and its records do not fit together')
    if (places.size !== entries.length) throw damaged('its index names a wallet twice')
    return new SealedRecords(places, bytes, recordKey)
  }

  get size(): number {
    return this.#places.size
  }

  *entries(): Iterable<RecordEntry> {
    for (const { entry } of this.#places.values()) yield entry
  }

  *descriptors(): Iterable<WalletDescriptor> {
    for (const { entry } of this.#places.values()) yield entry.descriptor
  }

  has(id: SignatureId): boolean {
    return this.#places.has(id)
  }

  /** @returns `undefined` for an unknown id; otherwise a wallet that the caller wipes. @throws KeywardError WALLET_CORRUPT */
  read(id: SignatureId): ManagedWallet | undefined {
    const place = this.#places.get(id)
    return place && openRecord(place.entry, this.#bytesOf(place), this.recordKey)
  }

  /** @throws KeywardError WALLET_EXISTS, WALLET_UNSUITABLE; then nothing was added. */
  plus(wallets: readonly ManagedWallet[], epoch: number): SealedRecords {
    const entries = [...this.entries()]
    const chunks = [this.bytes]
    const added = new Set<SignatureId>()
    for (const wallet of wallets) {
      const { signatureId } = wallet.descriptor
      if (this.has(signatureId) || added.has(signatureId)) throw taken(signatureId)
      assertComplete(wallet)
      const record = sealRecord(wallet, epoch, this.recordKey)
      added.add(signatureId)
      entries.push({ descriptor: wallet.descriptor, epoch, length: record.length })
      chunks.push(record)
    }
    return SealedRecords.of(entries, Buffer.concat(chunks), this.recordKey)
  }

  without(id: SignatureId): SealedRecords {
    return this.#select((entry) => entry.descriptor.signatureId !== id)
  }

  only(id: SignatureId): SealedRecords {
    return this.#select((entry) => entry.descriptor.signatureId === id)
  }

  /** The same wallets under another record key. @throws KeywardError WALLET_CORRUPT */
  rewrapped(recordKey: Buffer): SealedRecords {
    const chunks = [...this.#places.values()].map((place) =>
      rewrapRecord(place.entry, this.#bytesOf(place), this.recordKey, recordKey),
    )
    return SealedRecords.of([...this.entries()], Buffer.concat(chunks), recordKey)
  }

  #select(wanted: (entry: RecordEntry) => boolean): SealedRecords {
    const places = [...this.#places.values()].filter((place) => wanted(place.entry))
    const bytes = Buffer.concat(places.map((place) => this.#bytesOf(place)))
    return SealedRecords.of(
      places.map((place) => place.entry),
      bytes,
      this.recordKey,
    )
  }

  #bytesOf(place: Place): Buffer {
    return this.bytes.subarray(place.offset, place.offset + place.entry.length)
  }
}

const taken = (signatureId: SignatureId): KeywardError =>
  new KeywardError('WALLET_EXISTS', `there is a wallet ${signatureId} already`, {
    advice: 'A wallet is never overwritten. Nothing was stored; use another signatureId.',
    context: { signatureId },
  })

function assertComplete(wallet: ManagedWallet): void {
  const { signatureId, kind } = wallet.descriptor
  if (wallet.material[kind]) return
  throw new KeywardError('WALLET_UNSUITABLE', `wallet ${signatureId} has no ${kind}, so it could never sign`, {
    context: { signatureId },
  })
}
