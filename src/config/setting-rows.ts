import { z } from 'zod'
import { configFileSchema } from './schema.js'
import { BACKEND_SETTINGS } from './sections/backend.js'
import { settingFacts } from './setting.js'
import type { SettingFacts } from './setting.js'
import { unwrapped } from './schema-walk.js'

/** A line of the table of settings: what the loader, `config show`, the help texts and the documentation are made from. */
export interface SettingRow extends SettingFacts {
  /** Dotted path in the configuration file, e.g. `daemon.periodSeconds`. */
  readonly path: string
  /** Checks a value as the file would give it; `undefined` where only the whole section can be checked. */
  readonly schema: z.ZodType | undefined
  readonly defaultText: string
  /** Is `defaultText` the value itself, and not words about it? */
  readonly defaultIsValue: boolean
}

function rowsOf(shape: Readonly<Record<string, unknown>>, path: readonly string[]): SettingRow[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const at = [...path, key]
    const facts = schema instanceof z.ZodType ? settingFacts(schema) : undefined
    if (schema instanceof z.ZodType && facts !== undefined) {
      return [{ ...facts, path: at.join('.'), schema, ...defaultOf(schema, facts) }]
    }
    if (at.join('.') === 'backend') return backendRows()
    const section = unwrapped(schema)
    return section instanceof z.ZodObject ? rowsOf(section.shape, at) : []
  })
}

/** The backend's section is a union that belongs to the backends; these are the members that flags and variables can give. */
function backendRows(): SettingRow[] {
  return Object.entries(BACKEND_SETTINGS).map(([path, facts]) => ({
    ...facts,
    path,
    schema: undefined,
    defaultText: facts.defaultText ?? 'none',
    defaultIsValue: false,
  }))
}

function defaultOf(schema: z.ZodType, facts: SettingFacts): Pick<SettingRow, 'defaultText' | 'defaultIsValue'> {
  if (!(schema instanceof z.ZodDefault)) return { defaultText: facts.defaultText ?? 'none', defaultIsValue: false }
  const value: unknown = schema.def.defaultValue
  return { defaultText: String(value), defaultIsValue: true }
}

/** Every setting, in the order of the file. */
export const SETTING_ROWS: readonly SettingRow[] = rowsOf(configFileSchema.shape, [])

export const rowOf = (path: string): SettingRow | undefined => SETTING_ROWS.find((row) => row.path === path)
