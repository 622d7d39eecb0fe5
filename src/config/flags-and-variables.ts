import type { Environment } from './environment.js'
import type { Given } from './given.js'
import type { Problems } from './problems.js'
import { SETTING_ROWS } from './setting-rows.js'
import type { FlagFacts, SettingKind } from './setting.js'
import { valueOfText } from './text-values.js'

/** Flags in camelCase, as the command line parser hands them over. */
export type Flags = Readonly<Record<string, string | boolean | undefined>>

/** A flag that leads to settings without being one. */
export const FILE_FLAGS: readonly FlagFacts[] = [
  {
    name: 'config',
    value: 'file',
    summary: 'The configuration file, instead of `./keyward.yaml` or `~/.keyward/config.yaml`.',
  },
  {
    name: 'envFile',
    value: 'file',
    summary: 'A file of variables, instead of `~/.keyward/.env` and `~/.tatumrc/.env`.',
  },
]

export const kebabCase = (camel: string): string => camel.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Text of a flag; an empty one is a mistake and never means "off" or "not given". */
export function flagText(flags: Flags, name: string, problems: Problems): string | undefined {
  const value = flags[name]
  if (value === undefined) return undefined
  const text = typeof value === 'string' ? value.trim() : ''
  if (text !== '') return text
  problems.add({
    place: { text: `flag --${kebabCase(name)}` },
    message: 'needs a value; an empty one is not taken as "none"',
  })
  return undefined
}

/** What flags say about settings. Flags that are no settings belong to the commands and are passed over. */
export function flagGivens(flags: Flags, environment: Environment, cwd: string, problems: Problems): Given[] {
  const lookup = (name: string): string | undefined => environment.get(name)
  return SETTING_ROWS.flatMap((row) =>
    (row.flags ?? []).flatMap((flag) => {
      const text = flag.value === undefined ? switchText(flags[flag.name]) : flagText(flags, flag.name, problems)
      if (text === undefined) return []
      const source = `flag --${kebabCase(flag.name)}`
      const value = meaning(flag, row.kind, text, lookup)
      return value === undefined ? [] : [{ path: row.path, value, source, place: { text: source }, baseDir: cwd }]
    }),
  )
}

function switchText(value: string | boolean | undefined): string | undefined {
  return typeof value === 'boolean' ? String(value) : value
}

/** A switch that stands for another value, such as `--aws`, says nothing when it is off. */
function meaning(
  flag: FlagFacts,
  kind: SettingKind,
  text: string,
  lookup: (name: string) => string | undefined,
): unknown {
  if (flag.read === undefined) return valueOfText(kind, text)
  if (flag.value === undefined && valueOfText('boolean', text) === false) return undefined
  return flag.read(text, lookup)
}

/** What variables say about settings. A variable that is set to nothing says nothing, unless that could switch off a protection. */
export function variableGivens(environment: Environment, problems: Problems): Given[] {
  return SETTING_ROWS.flatMap((row) =>
    environment.variablesOf(row).flatMap(({ name, text, source, baseDir }) => {
      const variable = row.variables?.find((known) => known.name === name)
      // Blanks may well be a password.
      if ((variable?.secret === true ? text : text.trim()) === '') {
        if (row.emptyIsError === true) {
          problems.add({
            place: { text: source },
            path: row.path,
            message: 'is set to nothing; give it a value or unset the variable',
          })
        }
        return []
      }
      const value = variable?.read === undefined ? valueOfText(row.kind, text) : variable.read(text)
      return value === undefined ? [] : [{ path: row.path, value, source, place: { text: source }, baseDir }]
    }),
  )
}
