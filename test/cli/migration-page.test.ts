import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { REFERENCE_FLAGS } from '../../src/cli/flags.js'
import { allFlags } from '../../src/cli/parse.js'
import { VARIABLE_ROWS } from '../../src/config/index.js'
import { ERRORS } from '../../src/core/errors.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(ROOT, 'docs/migration-from-tatum-kms.md'), 'utf8')

/** Variables of the reference tool, by its manual. */
const REFERENCE_VARIABLES = [
  'TATUM_API_KEY',
  'TATUM_KMS_PASSWORD',
  'TATUM_KMS_VGS_ALIAS',
  'TATUM_KMS_VGS_USERNAME',
  'TATUM_KMS_VGS_PASSWORD',
  'TATUM_KMS_AZURE_SECRETVERSION',
  'TATUM_KMS_AZURE_SECRETNAME',
  'TATUM_KMS_AZURE_VAULTURL',
  'TATUM_KMS_AWS_REGION',
  'TATUM_KMS_AWS_ACCESS_KEY_ID',
  'TATUM_KMS_AWS_SECRET_ACCESS_KEY',
  'TATUM_KMS_AWS_SECRET_NAME',
  'TATUM_KMS_AWS_SECRET_KEY',
  'TATUM_KMS_DEBUG_MODE',
  'TATUM_API_URL',
  'TATUM_RETRIES',
  'TATUM_RETRY_DELAY',
  'TESTNET_TYPE',
]
/** Handed to a process that Keyward starts; it reads nothing from it. */
const HANDED_ON = ['PATH', 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED']
/** Ended by a signal, or well: no error has these. */
const OTHER_EXIT_CODES = ['0', '129', '143']

/** Cells of the table below a heading, without the two rows of its head. */
function table(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}

const name = (cell = ''): string => cell.replaceAll('`', '')

/** Each thing once, compared, and with a reason wherever it is not the same. */
function comparedOf(rows: readonly string[][], column = 1): Map<string, string> {
  const compared = new Map<string, string>()
  for (const row of rows) {
    const [key, word = '', why = ''] = [name(row[0]), row[column], row[column + 1]]
    expect(compared.has(key), `${key} twice`).to.equal(false)
    expect(['same', 'changed', 'new'], key).to.include(word)
    if (word === 'changed') expect(why, `why ${key} has changed`).to.match(/\w{3}.*\.$/)
    compared.set(key, word)
  }
  return compared
}

const known = (compared: ReadonlyMap<string, string>): string[] =>
  [...compared].filter(([, word]) => word !== 'new').map(([key]) => key)

/** Variables that the source reads directly, e.g. `env['NO_COLOR']`. */
function directlyRead(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/env(?:\[['"]|\.)([A-Z][A-Z_]{2,})/g)])
    .map(([, variable]) => variable ?? '')
    .filter((variable) => !HANDED_ON.includes(variable))
}

describe('docs/migration-from-tatum-kms.md', () => {
  it('compares every command, and no other; those of the reference tool are none of them new', () => {
    const compared = comparedOf(table('Commands'))
    expect([...compared.keys()]).to.have.members(COMMANDS.map((command) => command.name))
    expect(known(compared)).to.have.members(
      COMMANDS.filter(({ reference }) => reference).map((command) => command.name),
    )
  })

  it('compares every flag', () => {
    const compared = comparedOf(table('Flags'))
    const flags = [...allFlags(COMMANDS).keys()].filter((flag) => flag !== 'help' && flag !== 'version')
    expect([...compared.keys()]).to.have.members(flags.map((flag) => `--${flag}`))
    expect(known(compared)).to.have.members(Object.values(REFERENCE_FLAGS).map((flag) => `--${flag.name}`))
    for (const builtIn of ['--help', '--version']) expect(page).to.include(builtIn)
  })

  it('compares every variable', () => {
    const compared = comparedOf(table('Variables'))
    const read = new Set([...VARIABLE_ROWS.map((variable) => variable.name), ...directlyRead(join(ROOT, 'src'))])
    expect([...compared.keys()]).to.have.members([...read])
    expect(known(compared)).to.have.members(REFERENCE_VARIABLES)
  })

  it('compares every exit code, with the errors that end with it', () => {
    const rows = table('Exit codes')
    comparedOf(rows, 2)
    const codes = new Map<string, string[]>(OTHER_EXIT_CODES.map((code) => [code, []]))
    for (const [error, { exitCode }] of Object.entries(ERRORS)) {
      codes.set(String(exitCode), [...(codes.get(String(exitCode)) ?? []), error])
    }
    const written = rows.map(([code = '', errors = '']) => [
      code,
      name(errors)
        .split(', ')
        .filter((error) => error !== ''),
    ])
    expect(written).to.have.deep.members([...codes].map(([code, errors]) => [code, errors]))
  })
})
