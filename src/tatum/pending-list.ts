import type { ChainCode, SignatureId } from '../core/ids.js'
import { pendingIdOf } from '../core/pending-transaction.js'
import { jsonBody } from './api-caller.js'

/** How many signatureIds one request may carry. */
export const MAX_IDS = 25_000

interface Serialised {
  readonly ids: readonly SignatureId[]
  readonly bodies: readonly Buffer[]
}

/**
 * The request bodies of the polls. A list of 25,000 ids is a megabyte of JSON that is the same from poll to poll, so it is made once and sent again until the
 * list changes.
 */
export class PendingBodies {
  readonly #byChain = new Map<ChainCode, Serialised>()

  of(chain: ChainCode, ids: readonly SignatureId[]): readonly Buffer[] {
    const known = this.#byChain.get(chain)
    if (known !== undefined && sameIds(known.ids, ids)) return known.bodies
    const bodies: Buffer[] = []
    for (let start = 0; start < ids.length; start += MAX_IDS) {
      bodies.push(jsonBody({ signatureIds: ids.slice(start, start + MAX_IDS) }))
    }
    this.#byChain.set(chain, { ids: [...ids], bodies })
    return bodies
  }
}

const sameIds = (left: readonly SignatureId[], right: readonly SignatureId[]): boolean =>
  left.length === right.length && left.every((id, index) => id === right[index])

/** A transaction with wallets in two requests is listed in both answers. Items without a usable id stay: they are refused one by one later. */
export function joinLists(lists: readonly (readonly unknown[])[]): readonly unknown[] {
  if (lists.length === 1) return lists[0] ?? []
  const seen = new Set<string>()
  return lists.flat().filter((item) => {
    const id = pendingIdOf(item)
    if (id === undefined) return true
    const first = !seen.has(id)
    seen.add(id)
    return first
  })
}
