import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { CatalogueEditor } from './catalogue/catalogue.js'
import { changedContent } from './catalogue/rows.js'
import type { Orphan, StoredRow } from './catalogue/rows.js'
import { BATCH_SIZE } from './limits.js'
import { removeGroup } from './remove-wallets.js'
import type { StoreTools } from './settle-leftovers.js'
import { hashOfValue } from './value-hash.js'

/** A new alias may take a moment until VGS reveals it. */
const WAITS_MS = [0, 500, 2000]

/**
 * Reveals what was just stored and compares. A wallet that does not come back as it was sent is taken away again: a vault that keeps and does not reveal, as every new
 * vault does, must not fill with wallets that are listed and cannot sign.
 * @returns why, for each wallet that was taken away. @throws KeywardError STORE_*
 */
export async function proveCreated(
  editor: CatalogueEditor,
  ids: readonly SignatureId[],
  tools: StoreTools,
): Promise<ReadonlyMap<SignatureId, KeywardError>> {
  const rows = ids.flatMap((id) => {
    const row = editor.content.rows.get(id)
    return row?.state === 'stored' ? [row] : []
  })
  const failed = new Map<SignatureId, KeywardError>()
  const batches = Array.from({ length: Math.ceil(rows.length / BATCH_SIZE) }, (_, n) =>
    rows.slice(n * BATCH_SIZE, (n + 1) * BATCH_SIZE),
  )
  await Promise.all(
    batches.map(async (batch) => {
      try {
        for (const { id } of await unproven(batch, tools)) failed.set(id, notRevealed(id))
      } catch (thrown) {
        for (const { id } of batch) failed.set(id, asKeywardError(thrown))
      }
    }),
  )
  if (failed.size > 0) await takeAway(editor, [...failed.keys()], tools)
  return failed
}

async function unproven(batch: readonly StoredRow[], { client, clock }: StoreTools): Promise<readonly StoredRow[]> {
  let left = batch
  for (const waitMs of WAITS_MS) {
    if (waitMs > 0) await clock.sleep(waitMs)
    const aliases = left.map(({ alias }) => alias)
    const values = await client.reveal(aliases, `read back ${aliases.length} new wallets`)
    left = left.filter(({ alias, hash }) => {
      const value = values.get(alias)
      return value === undefined || hashOfValue(value) !== hash
    })
    for (const value of values.values()) value.wipe()
    if (left.length === 0) break
  }
  return left
}

async function takeAway(editor: CatalogueEditor, ids: readonly SignatureId[], tools: StoreTools): Promise<void> {
  await removeGroup(editor, ids, 'VGS', tools)
  const orphans = ids.flatMap((id): Orphan[] => {
    const row = editor.content.rows.get(id)
    if (row?.state !== 'stored') return []
    const { hash, at, alias } = row
    tools.log.warn('vgs.possible-orphan', { signatureId: id, copies: 1, alias })
    return [{ id, hash, at, alias, state: 'orphan', copies: 1 }]
  })
  if (orphans.length === 0) return
  const gone = orphans.map(({ id }): [SignatureId, undefined] => [id, undefined])
  await editor.commit(changedContent(editor.content, gone, [...editor.content.orphans, ...orphans]))
}

const notRevealed = (signatureId: SignatureId): KeywardError =>
  new KeywardError('BACKEND_DENIED', `VGS stored wallet ${signatureId} but does not reveal it as it was sent`, {
    advice:
      'It was taken away again. VGS switches reveal off for every new vault: ask VGS support to enable it for this vault.',
    context: { signatureId },
  })
