import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import { walletExists } from '../common/wallet-errors.js'
import type { CatalogueEditor } from './catalogue/catalogue.js'
import { changedContent } from './catalogue/rows.js'
import type { CatalogueRow, Orphan } from './catalogue/rows.js'
import type { VgsConfig } from './config.js'
import type { Outcome } from './gatherer.js'
import { BATCH_SIZE } from './limits.js'
import { placeValues } from './place-values.js'
import type { Creation, Placement } from './place-values.js'
import { proveCreated } from './prove-created.js'
import { settleLeftovers } from './settle-leftovers.js'
import type { StoreTools } from './settle-leftovers.js'

export interface CreationTools extends StoreTools {
  readonly format: VgsConfig['format']
}

interface Placed {
  readonly creations: readonly Creation[]
  readonly placement: Placement
}

/**
 * Creates a group of wallets: their ids are reserved in the catalogue, VGS stores the values, their aliases are written down, they are read back, and only then are they acknowledged. So
 * a crash at any moment leaves a row that tells what may be left at VGS.
 * @returns one outcome for each, in their order. @throws KeywardError STORE_*, which concerns all of them.
 */
export async function createGroup(
  editor: CatalogueEditor,
  creations: readonly Creation[],
  tools: CreationTools,
): Promise<readonly Outcome[]> {
  await settleLeftovers(editor, tools, new Set(creations.map(({ id }) => id)))
  const { fresh, refused } = sorted(editor, creations)
  if (fresh.length === 0) return creations.map((creation) => refused.get(creation))
  await reserve(editor, fresh, tools)
  const placed = await Promise.all(batches(fresh).map((batch) => place(batch, tools)))
  const failed = await record(editor, placed.flat(), tools)
  const unproven = await proveCreated(
    editor,
    fresh.flatMap(({ id }) => (failed.has(id) ? [] : [id])),
    tools,
  )
  return creations.map((creation) => refused.get(creation) ?? failed.get(creation.id) ?? unproven.get(creation.id))
}

/** Which of them are new. The same value under the same id is an earlier attempt of the same caller, and one alias is enough for it. */
function sorted(
  { content }: CatalogueEditor,
  creations: readonly Creation[],
): { fresh: Creation[]; refused: Map<Creation, KeywardError> } {
  const refused = new Map<Creation, KeywardError>()
  const fresh = new Map<SignatureId, Creation>()
  for (const creation of creations) {
    const taken = content.rows.get(creation.id) ?? fresh.get(creation.id)
    if (taken === undefined) fresh.set(creation.id, creation)
    else if (taken.hash !== creation.hash || ('state' in taken && taken.state !== 'stored')) {
      refused.set(creation, walletExists(creation.id))
    }
  }
  return { fresh: [...fresh.values()], refused }
}

async function reserve(editor: CatalogueEditor, fresh: readonly Creation[], { clock }: StoreTools): Promise<void> {
  const at = new Date(clock.now()).toISOString()
  const reserved = fresh.map(({ id, hash, labels }): [SignatureId, CatalogueRow] => [
    id,
    { ...{ id, hash, at, labels }, state: 'reserved' },
  ])
  await editor.commit(changedContent(editor.content, reserved))
}

const batches = (creations: readonly Creation[]): Creation[][] =>
  Array.from({ length: Math.ceil(creations.length / BATCH_SIZE) }, (_, n) =>
    creations.slice(n * BATCH_SIZE, (n + 1) * BATCH_SIZE),
  )

/** A value that VGS does not take must not keep the others of its batch away. */
async function place(creations: readonly Creation[], tools: CreationTools): Promise<Placed[]> {
  const placement = await placeValues(tools.client, creations, tools.format)
  if (placement.error?.code !== 'BACKEND_UNSUPPORTED' || creations.length === 1) return [{ creations, placement }]
  const each = creations.map((creation) => place([creation], tools))
  return (await Promise.all(each)).flat()
}

/** Writes down what VGS did. Aliases that cannot be written down are taken back: an alias that is known to nobody would be lost. */
async function record(
  editor: CatalogueEditor,
  placed: readonly Placed[],
  tools: CreationTools,
): Promise<ReadonlyMap<SignatureId, KeywardError>> {
  const at = new Date(tools.clock.now()).toISOString()
  const owners = new Map<string, SignatureId>()
  for (const row of editor.content.rows.values()) if ('alias' in row) owners.set(row.alias, row.id)
  const failed = new Map<SignatureId, KeywardError>()
  const rows: [SignatureId, CatalogueRow | undefined][] = []
  const orphans: Orphan[] = []
  for (const { creations, placement } of placed) {
    for (const { id, hash, labels } of creations) {
      const alias = placement.aliases.get(hash)
      const owner = alias === undefined ? undefined : owners.get(alias)
      if (alias !== undefined && owner === undefined) {
        owners.set(alias, id)
        rows.push([id, { ...{ id, hash, at, labels, alias }, state: 'stored' }])
      } else {
        rows.push([id, undefined])
        failed.set(id, owner === undefined ? (placement.error ?? unplaced(id)) : sharedAlias(id, owner))
      }
      if (placement.lost > 0) orphans.push({ ...{ id, hash, at }, state: 'orphan', copies: placement.lost })
    }
    for (const alias of placement.strays) {
      const [first] = creations
      if (first && !owners.has(alias))
        orphans.push({ id: first.id, hash: first.hash, at, alias, state: 'orphan', copies: 1 })
    }
  }
  for (const { id, copies, alias } of orphans) {
    tools.log.warn('vgs.possible-orphan', { signatureId: id, copies, alias })
  }
  try {
    await editor.commit(changedContent(editor.content, rows, [...editor.content.orphans, ...orphans]))
  } catch (thrown) {
    const error = asKeywardError(thrown)
    await takeBack(rows, error, tools)
    throw error
  }
  return failed
}

async function takeBack(
  rows: readonly (readonly [SignatureId, CatalogueRow | undefined])[],
  reason: KeywardError,
  { client, log }: StoreTools,
): Promise<void> {
  await Promise.all(
    rows.map(async ([signatureId, row]) => {
      if (row?.state !== 'stored') return
      try {
        await client.remove(row.alias, `take back wallet ${signatureId}`)
      } catch (thrown) {
        // The last place where the alias can still be kept. It opens nothing without the vault's credentials.
        const { code } = asKeywardError(thrown)
        log.error('vgs.alias-unrecorded', { signatureId, alias: row.alias, code, reason: reason.message })
      }
    }),
  )
}

const unplaced = (signatureId: SignatureId): KeywardError =>
  new KeywardError('BACKEND_CONFLICT', `VGS gave no alias for wallet ${signatureId}`, {
    advice: 'It was not stored. Repeat it.',
    context: { signatureId },
  })

const sharedAlias = (signatureId: SignatureId, owner: SignatureId): KeywardError =>
  new KeywardError('BACKEND_CONFLICT', `VGS gave wallet ${signatureId} the alias of wallet ${owner}`, {
    advice: 'It was not stored: removing one would remove both. Please report this.',
    context: { signatureId },
  })
