import { z } from 'zod'
import type { CatalogueRestoreReport } from '../../core/catalogue.js'
import { asKeywardError } from '../../core/errors.js'
import { signatureIdSchema } from '../../core/ids.js'
import type { SignatureId } from '../../core/ids.js'
import type { Progress, StoreProblem } from '../../core/maintenance.js'
import type { Secret } from '../../core/secret.js'
import { wipeWallet } from '../../core/wallet.js'
import { openEnvelope } from '../common/envelope.js'
import { labelsOf } from '../common/labels.js'
import type { Catalogue, CatalogueEditor } from './catalogue/catalogue.js'
import { aliasSchema, changedContent } from './catalogue/rows.js'
import type { CatalogueRow } from './catalogue/rows.js'
import type { VgsClient } from './client.js'
import { BATCH_SIZE } from './limits.js'
import { hashOfValue } from './value-hash.js'

const entrySchema = z.object({
  signatureId: signatureIdSchema,
  alias: aliasSchema,
  storedAt: z.string().max(40).optional(),
})
type Entry = z.output<typeof entrySchema>

/** Entries for which the catalogue is written together: large enough for speed, small enough that others get their turn. */
const PORTION = 25 * BATCH_SIZE

interface Tools {
  readonly client: Pick<VgsClient, 'reveal'>
  readonly now: () => number
}

interface Tally {
  restored: number
  known: number
  readonly problems: StoreProblem[]
}

/** @throws KeywardError STORE_*, BACKEND_*; what was taken up until then stays. */
export async function restoreCatalogue(
  catalogue: Catalogue,
  entries: Iterable<unknown>,
  tools: Tools,
  progress: Progress = () => undefined,
): Promise<CatalogueRestoreReport> {
  const tally: Tally = { restored: 0, known: 0, problems: [] }
  const readable: Entry[] = []
  let total = 0
  for (const entry of entries) {
    total += 1
    const parsed = entrySchema.safeParse(entry)
    if (parsed.success) readable.push(parsed.data)
    else tally.problems.push({ problem: `entry ${total} has no signatureId and alias` })
  }
  for (let start = 0; start < readable.length; start += PORTION) {
    const portion = readable.slice(start, start + PORTION)
    await catalogue.exclusively((editor) => restorePortion(editor, portion, tools, tally))
    progress(Math.min(total, start + PORTION), total)
  }
  return tally
}

async function restorePortion(
  editor: CatalogueEditor,
  entries: readonly Entry[],
  tools: Tools,
  tally: Tally,
): Promise<void> {
  const missing = new Map<SignatureId, Entry>()
  for (const entry of entries) {
    const { signatureId, alias } = entry
    const row = editor.content.rows.get(signatureId)
    const known = row !== undefined && 'alias' in row ? row.alias : missing.get(signatureId)?.alias
    if (known === alias) tally.known += 1
    else if (known !== undefined) tally.problems.push({ signatureId, problem: `its alias is ${known} already` })
    else missing.set(signatureId, entry)
  }
  const rows: [SignatureId, CatalogueRow][] = []
  const wanted = [...missing.values()]
  for (let start = 0; start < wanted.length; start += BATCH_SIZE) {
    rows.push(...(await provenRows(wanted.slice(start, start + BATCH_SIZE), tools, tally)))
  }
  if (rows.length === 0) return
  await editor.commit(changedContent(editor.content, rows))
  tally.restored += rows.length
}

async function provenRows(
  entries: readonly Entry[],
  { client, now }: Tools,
  { problems }: Tally,
): Promise<[SignatureId, CatalogueRow][]> {
  const aliases = [...new Set(entries.map(({ alias }) => alias))]
  const values = await client.reveal(aliases, `reveal ${aliases.length} wallets of an export`)
  try {
    return entries.flatMap((entry): [SignatureId, CatalogueRow][] => {
      const value = values.get(entry.alias)
      const problem = (text: string): [] => {
        problems.push({ signatureId: entry.signatureId, problem: text })
        return []
      }
      if (value === undefined) return problem(`VGS does not know the alias ${entry.alias}`)
      try {
        return [[entry.signatureId, provenRow(entry, value, now)]]
      } catch (thrown) {
        return problem(asKeywardError(thrown).message)
      }
    })
  } finally {
    for (const value of values.values()) value.wipe()
  }
}

/** The value itself says which wallet it is; what the export says about it is not believed. @throws KeywardError WALLET_CORRUPT */
function provenRow({ signatureId, alias, storedAt }: Entry, value: Secret, now: () => number): CatalogueRow {
  const wallet = openEnvelope(signatureId, value)
  wipeWallet(wallet)
  const at = storedAt ?? new Date(now()).toISOString()
  return { id: signatureId, hash: hashOfValue(value), at, labels: labelsOf(wallet.descriptor), alias, state: 'stored' }
}
