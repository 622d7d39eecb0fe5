import type { Clock } from '../../core/clock.js'
import { asKeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { Log } from '../../core/log.js'
import type { CatalogueEditor } from './catalogue/catalogue.js'
import { changedContent } from './catalogue/rows.js'
import type { CatalogueContent, CatalogueRow, Orphan } from './catalogue/rows.js'
import type { VgsClient } from './client.js'
import { hashOfValue } from './value-hash.js'

export interface StoreTools {
  readonly client: Pick<VgsClient, 'create' | 'reveal' | 'remove'>
  readonly clock: Clock
  readonly log: Log
}

type Leftover = Extract<CatalogueRow, { state: 'reserved' | 'removing' }>

const isLeftover = (row: CatalogueRow): row is Leftover => row.state !== 'stored'

/** Is there anything of an earlier process that was not brought to its end? Only whoever holds the lock can tell it from work that is underway. */
export const hasLeftovers = ({ rows, orphans }: CatalogueContent): boolean =>
  orphans.some(({ alias }) => alias !== undefined) || [...rows.values()].some(isLeftover)

/**
 * Brings to an end what a process that is gone has begun. A reservation becomes a possible orphan, as its value may be at VGS under an alias that nobody knows. A
 * removal is repeated. Orphans whose alias is known are taken away once they prove to be ours. Throws nothing but faults of the catalogue: what VGS refuses stays for the next time.
 * @param ids only these wallets; absent: everything.
 */
export async function settleLeftovers(
  editor: CatalogueEditor,
  tools: StoreTools,
  ids?: ReadonlySet<SignatureId>,
): Promise<void> {
  const { rows, orphans } = editor.content
  const leftovers = (ids === undefined ? [...rows.keys()] : [...ids]).flatMap((id) => {
    const row = rows.get(id)
    return row !== undefined && isLeftover(row) ? [row] : []
  })
  const known = ids === undefined ? orphans.filter(({ alias }) => alias !== undefined) : []
  if (leftovers.length + known.length === 0) return
  const settled = await Promise.all(leftovers.map((row) => settle(row, tools)))
  const removed = new Set(
    await Promise.all(known.map(async (orphan) => ((await swept(orphan, tools)) ? orphan : null))),
  )
  const changes = settled.flatMap(({ id, done }): [SignatureId, undefined][] => (done ? [[id, undefined]] : []))
  const found = settled.flatMap(({ orphan }) => (orphan === undefined ? [] : [orphan]))
  if (changes.length === 0 && ![...removed].some((orphan) => orphan !== null)) return
  const left = [...orphans.filter((orphan) => !removed.has(orphan)), ...found]
  await editor.commit(changedContent(editor.content, changes, left))
}

interface Settled {
  readonly id: SignatureId
  readonly done: boolean
  readonly orphan?: Orphan
}

async function settle(row: Leftover, tools: StoreTools): Promise<Settled> {
  const { id, hash, at } = row
  if (row.state === 'removing') {
    const done = await taken(row, tools)
    if (done) tools.log.info('vgs.removal-completed', { signatureId: id })
    return { id, done }
  }
  tools.log.warn('vgs.possible-orphan', { signatureId: id, copies: 1, reservedAt: at })
  return { id, done: true, orphan: { id, hash, at, state: 'orphan', copies: 1 } }
}

async function taken({ id, alias }: Extract<Leftover, { state: 'removing' }>, tools: StoreTools): Promise<boolean> {
  try {
    await tools.client.remove(alias, `complete the removal of wallet ${id}`)
    return true
  } catch (thrown) {
    tools.log.warn('vgs.removal-open', { signatureId: id, code: asKeywardError(thrown).code })
    return false
  }
}

/** Others may keep values in the same vault, so an alias is not taken away before it was seen to reveal our value. */
async function swept({ id, alias, hash }: Orphan, { client, log }: StoreTools): Promise<boolean> {
  if (alias === undefined) return false
  try {
    const value = (await client.reveal([alias], `look at a left-over value of wallet ${id}`)).get(alias)
    const isOurs = value !== undefined && hashOfValue(value) === hash
    value?.wipe()
    if (isOurs) await client.remove(alias, `take away a left-over value of wallet ${id}`)
    return isOurs // An unknown alias may be one of a vault whose reveal is off, so it stays on record.
  } catch (thrown) {
    log.warn('vgs.orphan-left', { signatureId: id, alias, code: asKeywardError(thrown).code })
    return false
  }
}
