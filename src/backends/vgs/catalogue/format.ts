import { createHash } from 'node:crypto'
import { z } from 'zod'
import { KeywardError } from '../../../core/errors.js'
import type { SignatureId } from '../../../core/ids.js'
import { lineSchema } from './rows.js'
import type { CatalogueContent, CatalogueRow, Orphan } from './rows.js'

/*
 * The catalogue's file: JSON lines, so that people and other programs can read it. First a header, then one line for each row, then the SHA-256 of every byte before
 * that last line. docs/backends/vgs.md describes it for users.
 */
const FORMAT = 'keyward-vgs-catalogue'
const VERSION = 1
const LF = 0x0a

const headerSchema = z.object({
  format: z.literal(FORMAT),
  version: z.number().int().positive(),
  vault: z.string(),
  epoch: z.number().int().positive(),
})
const trailerSchema = z.strictObject({ sha256: z.string() })

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Rows never change, so each is written out once, however often the file is. */
const lines = new WeakMap<object, string>()

function lineOf(row: CatalogueRow | Orphan): string {
  const known = lines.get(row)
  if (known !== undefined) return known
  const line = `${JSON.stringify(row)}\n`
  lines.set(row, line)
  return line
}

/** @param vault which vault the aliases belong to, e.g. `live/tntabc123`. */
export function encodeCatalogue({ epoch, rows, orphans }: CatalogueContent, vault: string): Buffer {
  const head = `${JSON.stringify({ format: FORMAT, version: VERSION, vault, epoch })}\n`
  const body = Buffer.from([head, ...[...rows.values()].map(lineOf), ...orphans.map(lineOf)].join(''))
  return Buffer.concat([body, Buffer.from(`${JSON.stringify({ sha256: hashOf(body) })}\n`)])
}

/**
 * @throws KeywardError STORE_DAMAGED for a torn or edited file; STORE_UNSUPPORTED for one of a later version, or no catalogue at all; CONFIG_INVALID for another
 * vault's. None of them knows the file's name.
 */
export function decodeCatalogue(bytes: Buffer, vault: string): CatalogueContent {
  const [head, ...texts] = intact(bytes).toString('utf8').split('\n')
  const header = headerSchema.safeParse(json(head))
  if (!header.success) throw new KeywardError('STORE_UNSUPPORTED', 'this is no catalogue of VGS aliases')
  if (header.data.version > VERSION) {
    throw new KeywardError('STORE_UNSUPPORTED', 'the catalogue was written by a later version of Keyward', {
      advice: 'Use that version. Nothing was changed.',
    })
  }
  if (header.data.vault !== vault) throw otherVault(header.data.vault, vault)
  return { epoch: header.data.epoch, ...readRows(texts.filter((text) => text !== '')) }
}

function readRows(texts: readonly string[]): Pick<CatalogueContent, 'rows' | 'orphans'> {
  const rows = new Map<SignatureId, CatalogueRow>()
  const orphans: Orphan[] = []
  texts.forEach((text, n) => {
    const line = lineSchema.safeParse(json(text))
    if (!line.success) throw damaged(`line ${n + 2} is no row`)
    if (line.data.state === 'orphan') orphans.push(line.data)
    else if (rows.has(line.data.id)) throw damaged(`wallet ${line.data.id} has two rows`)
    else rows.set(line.data.id, line.data)
  })
  return { rows, orphans }
}

/** The bytes before the checksum, if it is theirs. */
function intact(bytes: Buffer): Buffer {
  if (bytes.length === 0) throw damaged('it is empty')
  const start = bytes.at(-1) === LF ? bytes.lastIndexOf(LF, bytes.length - 2) + 1 : -1
  const trailer = trailerSchema.safeParse(start > 0 ? json(bytes.toString('utf8', start)) : undefined)
  if (!trailer.success) throw damaged('its end is missing')
  const body = bytes.subarray(0, start)
  if (hashOf(body) !== trailer.data.sha256) throw damaged('it was changed after it was written')
  return body
}

function json(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

const damaged = (how: string): KeywardError => new KeywardError('STORE_DAMAGED', `the catalogue is damaged: ${how}`)

const otherVault = (found: string, wanted: string): KeywardError =>
  new KeywardError('CONFIG_INVALID', `the catalogue belongs to the vault ${found.slice(0, 80)}, not to ${wanted}`, {
    advice: 'Each vault has a catalogue of its own: correct `catalogue.path`, or `environment` and `vaultId`.',
  })
