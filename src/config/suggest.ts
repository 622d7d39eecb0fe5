import { knownKeys } from './schema-walk.js'
import { configFileSchema } from './schema.js'
import { SETTING_ROWS } from './setting-rows.js'

/** Spelling without what people vary: case, hyphens, underscores. */
const bare = (word: string): string => word.toLowerCase().replace(/[-_]/g, '')

/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other: optimal string alignment, by its recurrence. */
function edits(from: string, to: string): number {
  const known = new Map<number, number>()
  const count = (i: number, j: number): number => {
    if (i === 0 || j === 0) return i + j
    const at = i * (to.length + 1) + j
    const found = known.get(at)
    if (found !== undefined) return found
    const replaced = count(i - 1, j - 1) + (from[i - 1] === to[j - 1] ? 0 : 1)
    const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
    const least = Math.min(
      replaced,
      count(i - 1, j) + 1,
      count(i, j - 1) + 1,
      swapped ? count(i - 2, j - 2) + 1 : Infinity,
    )
    known.set(at, least)
    return least
  }
  return count(from.length, to.length)
}

/** The known word that was most likely meant; `undefined` when none is near. Words longer than any name are not compared. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const typed = bare(word.slice(0, 64))
  const ranked = [...known]
    .map((candidate) => ({ candidate, distance: edits(typed, bare(candidate)) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance)
  return ranked[0]?.candidate
}

/** Completes "KEY is not a setting": what the writer of an unknown key may have meant. */
export function settingSuggestion(data: unknown, section: readonly PropertyKey[], key: string): string {
  const known = knownKeys(configFileSchema, data, section)
  const near = nearest(key, known)
  if (near !== undefined) return `; did you mean ${near}?`
  const elsewhere = SETTING_ROWS.find(
    (row) =>
      bare(row.path.split('.').at(-1) ?? '') === bare(key) || row.flags?.some((flag) => bare(flag.name) === bare(key)),
  )
  if (elsewhere !== undefined) return `; did you mean ${elsewhere.path}?`
  return known.length === 0 ? '' : `; known here: ${known.join(', ')}`
}
