import { Secret } from '../../core/secret.js'
import { readAs, valueSchema, writtenSchema } from './answers.js'
import type { VaultAnswer } from './client.js'
import { unexpected } from './errors.js'

/** Field of an entry that holds the wallet's envelope. */
export const VALUE_FIELD = 'value'

/** What a read of an entry found. Whoever is handed a value wipes it. */
export type Found =
  | { readonly state: 'present'; readonly value: Secret }
  /** Nothing has ever had this name, or it was removed for good. */
  | { readonly state: 'absent' }
  /** Deleted, and it can be brought back; or its bytes were destroyed. */
  | { readonly state: 'deleted' | 'destroyed'; readonly version: number }
  /** Something without our field. */
  | { readonly state: 'foreign' }

/** A deleted version is a 404 with facts; a name that nobody has is a 404 without. */
export function foundValue({ status, body }: VaultAnswer): Found {
  if (status !== 200 && status !== 404) throw unexpected(status)
  const entry = valueSchema.safeParse(body)
  if (status === 404) {
    if (!entry.success) return { state: 'absent' }
    const { destroyed, version } = entry.data.data.metadata
    return { state: destroyed ? 'destroyed' : 'deleted', version }
  }
  const { data } = readAs(valueSchema, body).data
  const text = data?.[VALUE_FIELD]
  return typeof text === 'string' ? { state: 'present', value: Secret.fromText(text) } : { state: 'foreign' }
}

/** @param expects `version`: the answer of a write of KV version 2, which version 1 does not give. */
export function assertWritten({ status, body }: VaultAnswer, expects?: 'version'): void {
  if (status !== 200 && status !== 204) throw unexpected(status)
  if (expects === 'version' && status === 200) readAs(writtenSchema, body)
}
