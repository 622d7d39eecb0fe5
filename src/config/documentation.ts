import { FLAG_HELP } from './help.js'
import { SETTING_ROWS } from './setting-rows.js'
import type { SettingRow } from './setting-rows.js'
import { VARIABLE_ROWS } from './variables.js'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const code = (text: string): string => `\`${text}\``
const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

const defaultCell = ({ defaultText, defaultIsValue }: SettingRow): string =>
  defaultIsValue ? code(defaultText) : defaultText

function settingsTable(): string {
  return table(
    ['setting', 'default', 'flag', 'variable', 'meaning'],
    SETTING_ROWS.map((row) => [
      code(row.path),
      defaultCell(row),
      FLAG_HELP.filter((flag) => flag.path === row.path)
        .map((flag) => code(flag.usage))
        .join(', '),
      (row.variables ?? []).map((variable) => code(variable.name)).join(', '),
      row.description,
    ]),
  )
}

/** Does a flag or variable mean more than "this is the value of the setting"? Otherwise the table of settings has said it all. */
const saysMore = (summary: string): boolean => SETTING_ROWS.every((row) => row.description !== summary)

function flagsTable(): string {
  const own = FLAG_HELP.filter((flag) => saysMore(flag.summary))
  return table(
    ['flag', 'meaning'],
    own.map((flag) => [code(flag.usage), flag.summary]),
  )
}

function variablesTable(): string {
  const own = VARIABLE_ROWS.filter((variable) => saysMore(variable.summary))
  return table(
    ['variable', 'setting', 'meaning'],
    own.map(({ name, path, summary }) => [code(name), path === undefined ? '' : code(path), summary]),
  )
}

/** The generated parts of docs/configuration.md, by the name in their markers. */
export const DOCUMENTED_TABLES: Readonly<Record<string, () => string>> = {
  settings: settingsTable,
  flags: flagsTable,
  variables: variablesTable,
}

const marker = (name: string, end: 'begin' | 'end'): string => `<!-- ${name}:${end} -->`

/** A page with its generated tables brought up to date; the text between them is written by hand. @throws Error when a marker is missing. */
export function withCurrentTables(page: string): string {
  let updated = page
  for (const [name, make] of Object.entries(DOCUMENTED_TABLES)) {
    const begin = updated.indexOf(marker(name, 'begin'))
    const end = updated.indexOf(marker(name, 'end'))
    if (begin < 0 || end < begin) throw new Error(`the page has no place for the table of ${name}`)
    const head = updated.slice(0, begin + marker(name, 'begin').length)
    updated = `${head}\n\n${make()}\n\n${updated.slice(end)}`
  }
  return updated
}
