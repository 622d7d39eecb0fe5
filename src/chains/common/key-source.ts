import type { KeySource, SigningKey } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import { MAX_INDEX } from '../../core/pending-transaction.js'
import { ownCopy } from './bip32.js'
import { LruCache } from './lru-cache.js'

/*
 * How opened wallets lend their keys, whatever the curve: every key in a buffer of its own, so that wiping one leaves the others as they are.
 */

export type PublicParts = Pick<SigningKey, 'publicKey' | 'address'>

const PUBLIC_PARTS_KEPT = 256

/** Public parts by index. Making a public key costs about as much as signing, and busy wallets use the same few keys again and again. */
export const publicPartsCache = (): LruCache<number, PublicParts> => new LruCache(PUBLIC_PARTS_KEPT)

/** @throws KeywardError INDEX_INVALID for anything but a child's index. */
export function checkIndex(index: number): void {
  if (Number.isInteger(index) && index >= 0 && index <= MAX_INDEX) return
  throw new KeywardError('INDEX_INVALID', `${index} is not an index`, {
    advice: `An index is a whole number from 0 to ${MAX_INDEX}.`,
  })
}

/** The index of a mnemonic's key. @throws KeywardError INDEX_INVALID when there is none, or one out of range. */
export function requireIndex(index: number | undefined): number {
  if (index === undefined) {
    throw new KeywardError('INDEX_INVALID', 'this wallet is a mnemonic, so its keys need an index', {
      advice:
        'Name the index of the key together with the signatureId when the transaction is made; the first one is 0.',
    })
  }
  checkIndex(index)
  return index
}

/** @param privateKey a buffer that the key takes over. */
export function signingKey(privateKey: Buffer, { publicKey, address }: PublicParts): SigningKey {
  return {
    privateKey,
    publicKey,
    address,
    wipe: () => {
      privateKey.fill(0)
    },
  }
}

/** A wallet of one key. An index means nothing to it. @param key a buffer that the source takes over and wipes. */
export function singleKeySource(key: Buffer, parts: PublicParts): KeySource {
  let wiped = false
  return {
    key() {
      if (wiped) throw new Error('this wallet has been wiped')
      return signingKey(ownCopy(key), parts)
    },
    wipe() {
      wiped = true
      key.fill(0)
    },
  }
}

/** Lends a key, then wipes it. */
export function wiping<T>(key: Buffer, use: (key: Buffer) => T): T {
  try {
    return use(key)
  } finally {
    key.fill(0)
  }
}

/** What an imported wallet has on record. @throws KeywardError WALLET_CORRUPT when it is not there. */
export function onRecord(value: string | undefined, name: string): string {
  if (value !== undefined) return value
  throw new KeywardError('WALLET_CORRUPT', `the wallet has no ${name} on record`, {
    advice: `The ${name} is derived when a wallet is imported: import this one again.`,
  })
}
