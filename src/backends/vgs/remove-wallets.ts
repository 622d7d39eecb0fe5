import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import { walletNotFound } from '../common/wallet-errors.js'
import { AttemptTally } from './attempt-tally.js'
import type { CatalogueEditor } from './catalogue/catalogue.js'
import { changedContent } from './catalogue/rows.js'
import type { CatalogueRow, StoredRow } from './catalogue/rows.js'
import type { Outcome } from './gatherer.js'
import { settleLeftovers } from './settle-leftovers.js'
import type { StoreTools } from './settle-leftovers.js'

/**
 * Removes a group of wallets for good. The catalogue says `removing` before VGS is asked, so that a crash does not leave a wallet that is listed and gone; the alias is
 * forgotten only when VGS has forgotten it.
 * @returns one outcome for each, in their order. @throws KeywardError STORE_*, which concerns all of them.
 */
export async function removeGroup(
  editor: CatalogueEditor,
  ids: readonly SignatureId[],
  place: string,
  tools: StoreTools,
): Promise<readonly Outcome[]> {
  await settleLeftovers(editor, tools, new Set(ids))
  const rows = new Map<SignatureId, StoredRow>()
  for (const id of ids) {
    const row = editor.content.rows.get(id)
    if (row?.state === 'stored') rows.set(id, row)
  }
  if (rows.size === 0) return ids.map((id) => walletNotFound(id, place))
  const at = new Date(tools.clock.now()).toISOString()
  const marked = [...rows].map(([id, row]): [SignatureId, CatalogueRow] => [id, { ...row, at, state: 'removing' }])
  await editor.commit(changedContent(editor.content, marked))
  const ended = new Map(await Promise.all([...rows.values()].map((row) => remove(row, tools))))
  const changes = [...rows].flatMap(([id, row]): [SignatureId, CatalogueRow | undefined][] => {
    const error = ended.get(id)
    if (error === undefined) return [[id, undefined]]
    return error.code === 'BACKEND_UNCERTAIN' ? [] : [[id, row]]
  })
  if (changes.length > 0) await editor.commit(changedContent(editor.content, changes))
  // Of an id that was named twice, the second one finds nothing.
  const seen = new Set<SignatureId>()
  return ids.map((id) => {
    const twice = seen.has(id)
    seen.add(id)
    return !rows.has(id) || (twice && ended.get(id) === undefined) ? walletNotFound(id, place) : ended.get(id)
  })
}

async function remove(
  { id, alias }: StoredRow,
  { client }: StoreTools,
): Promise<[SignatureId, KeywardError | undefined]> {
  const tally = new AttemptTally()
  try {
    await client.remove(alias, `remove wallet ${id}`, tally)
    return [id, undefined]
  } catch (thrown) {
    const error = asKeywardError(thrown)
    return [id, tally.lost > 0 ? uncertain(id, error) : error]
  }
}

const uncertain = (signatureId: SignatureId, cause: KeywardError): KeywardError =>
  new KeywardError('BACKEND_UNCERTAIN', `wallet ${signatureId} may be removed already: ${cause.message}`, {
    advice: 'It is no longer listed, and its removal is completed when this backend is opened next.',
    context: { signatureId, reason: cause.code },
  })
