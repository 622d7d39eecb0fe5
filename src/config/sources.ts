import { z } from 'zod'
import type { JsonValue } from '../core/json.js'
import type { Winners } from './given.js'
import { maskSecret } from './mask.js'
import { referenceParts } from './references.js'
import { isMapping, valueAt } from './schema-walk.js'
import type { ConfigFile } from './schema.js'
import { SETTING_ROWS } from './setting-rows.js'
import type { SettingSource } from './settings.js'

/** Every leaf of the settings with its source, in the order of the file. A backend's section is shown as its own schema reads it. */
export function sourcesOf(file: ConfigFile, winners: Winners): ReadonlyMap<string, SettingSource> {
  const paths = SETTING_ROWS.flatMap(({ path }) => {
    if (path === 'backend.type') return leafPaths(file.backend, 'backend')
    return path.startsWith('backend.') ? [] : [path]
  })
  return new Map(
    paths.map((path) => {
      const value = shown(valueAt(file, path.split('.')))
      return [path, { value, source: winners.get(path)?.source ?? 'default' }]
    }),
  )
}

function leafPaths(value: unknown, path: string): string[] {
  if (!isMapping(value)) return [path]
  return Object.entries(value).flatMap(([key, member]) => leafPaths(member, `${path}.${key}`))
}

/** References are public and shown. A secret that came as a flag is referred to as `flag:`, which nobody can write, and masked. */
function shown(value: unknown): JsonValue | undefined {
  if (typeof value === 'string' && referenceParts(value).scheme === 'flag') return maskSecret(value)
  return value === undefined ? undefined : z.json().parse(value)
}
