import { nearest } from '../core/nearest.js'
import { knownKeys } from './schema-walk.js'
import { configFileSchema } from './schema.js'
import { SETTING_ROWS } from './setting-rows.js'

/** Spelling without what people vary: case, hyphens, underscores. */
const bare = (word: string): string => word.toLowerCase().replace(/[-_]/g, '')

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
