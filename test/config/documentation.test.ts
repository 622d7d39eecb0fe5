import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { parse } from 'yaml'
import { z } from 'zod'
import { DAEMON_FLAGS } from '../../src/cli/flags.js'
import { withCurrentTables } from '../../src/config/documentation.js'
import { FLAG_HELP } from '../../src/config/help.js'
import { configJsonSchema } from '../../src/config/json-schema.js'
import { isSecretReference, leavesOf } from '../../src/config/schema-walk.js'
import { configFileSchema } from '../../src/config/schema.js'
import { rowOf, SETTING_ROWS } from '../../src/config/setting-rows.js'
import { VARIABLE_ROWS } from '../../src/config/variables.js'
import { ConfigRoom } from '../kit/config-room.js'

const pathOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const textOf = (name: string): string => readFileSync(pathOf(name), 'utf8')
const EXAMPLES = readdirSync(pathOf('config')).flatMap((file) => (file.endsWith('.yaml') ? [`config/${file}`] : []))
const REMEDY = 'run: node --import tsx scripts/write-config-schema.ts'

describe('config: what is written down about it', () => {
  it('has a page whose tables are those of the code', () => {
    const page = textOf('docs/configuration.md')
    expect(page === withCurrentTables(page), REMEDY).to.equal(true)
    for (const { path, description } of SETTING_ROWS) expect(page).to.include(`\`${path}\``).and.include(description)
    for (const { name } of VARIABLE_ROWS) expect(page).to.include(`\`${name}\``)
    for (const { usage } of FLAG_HELP) expect(page).to.include(`\`${usage}\``)
  })

  it('notices a page that is out of date, or has no place for a table', () => {
    const page = textOf('docs/configuration.md')
    const stale = page.replace('| `api.retries` | `5` |', '| `api.retries` | `6` |')
    expect(stale).not.to.equal(page)
    expect(withCurrentTables(stale)).to.equal(page)
    expect(() => withCurrentTables(page.replace('<!-- flags:end -->', ''))).to.throw('flags')
  })

  it('has a JSON Schema that is the one of the code', () => {
    expect(textOf('config/keyward.schema.json') === configJsonSchema(), REMEDY).to.equal(true)
  })

  it('has one row for each setting of the schema, and no other', async () => {
    const room = await ConfigRoom.make()
    try {
      const { sources } = await room.load()
      expect([...sources.keys()]).to.have.members(SETTING_ROWS.map(({ path }) => path))
    } finally {
      await room.close()
    }
  })

  it('names each flag and each variable once, and keeps secrets out of variables that are shown', () => {
    const flags = FLAG_HELP.map(({ name }) => name)
    const variables = VARIABLE_ROWS.map(({ name }) => name)
    expect(new Set(flags).size).to.equal(flags.length)
    expect(new Set(variables).size).to.equal(variables.length)
    for (const { name, path, secret } of VARIABLE_ROWS) {
      if (path !== undefined && rowOf(path)?.kind === 'secret') expect(secret, name).to.equal(true)
    }
  })

  it('knows which members of the backend hold secrets', () => {
    const data = { backend: { type: 'file', password: 'env:X', path: 'x' }, api: { key: 'env:X' } }
    const secrets = leavesOf(configFileSchema, data).filter((leaf) => isSecretReference(leaf.schema))
    expect(secrets.map(({ path }) => path)).to.deep.equal(['backend.password', 'api.key'])
  })

  it('is what the command line offers: every flag of a setting is a flag of the daemon, of the same form', () => {
    const camel = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
    const offered = new Map(DAEMON_FLAGS.map((flag) => [camel(flag.name), flag.value !== undefined]))
    for (const { name, takesValue } of FLAG_HELP) expect(offered.get(name), name).to.equal(takesValue)
  })

  describe('the examples', () => {
    /** An independent reader of the published schema: zod's own, which knows nothing of ours. */
    const published = z.fromJSONSchema(JSON.parse(textOf('config/keyward.schema.json')) as z.core.JSONSchema.JSONSchema)

    for (const example of EXAMPLES) {
      it(`load without a warning and fit the published schema: ${example}`, async () => {
        const room = await ConfigRoom.make()
        try {
          const copy = await room.write('cwd/keyward.yaml', textOf(example))
          const { warnings, settings } = await room.load({ flags: { config: copy } })
          expect(warnings).to.deep.equal([])
          expect(settings.approval.url).to.match(/^https:/)
          expect(published.safeParse(parse(textOf(example))).error).to.equal(undefined)
        } finally {
          await room.close()
        }
      })

      it(`name the published schema for editors: ${example}`, () => {
        expect(textOf(example)).to.match(/^# yaml-language-server: \$schema=\.\/keyward\.schema\.json\n/)
      })
    }

    it('show every setting, and are valid with every commented line put into effect', async () => {
      const names = new Set(SETTING_ROWS.map(({ path }) => path.split('.').at(-1)))
      const all = textOf('config/file.yaml').replace(
        /^( *)# (\w+)(: \S.*)$/gm,
        (line, indent: string, key: string, value: string) => (names.has(key) ? `${indent}${key}${value}` : line),
      )
      const shown = leavesOf(configFileSchema, parse(all)).map(({ path }) => path)
      // The settings of single chains come from the chains; the page lists them, the example shows their form.
      const general = SETTING_ROWS.map(({ path }) => path).filter((path) => !path.startsWith('chains.'))
      expect(shown).to.have.members(general)
      expect(published.safeParse(parse(all)).error).to.equal(undefined)
      const room = await ConfigRoom.make()
      try {
        await room.write('cwd/keyward.yaml', all)
        const before = await room.load({
          flags: { config: await room.write('cwd/as-it-is.yaml', textOf('config/file.yaml')) },
        })
        const after = await room.load()
        const { chains, wallets, transactionIds, ...daemon } = after.settings.daemon
        expect(wallets).to.have.length(1)
        expect(transactionIds).to.have.length(1)
        // The commented values are the defaults, so putting them into effect changes nothing else.
        expect(chains).to.deep.equal(['BTC', 'ETH'])
        expect({ ...after.settings, daemon }).to.deep.equal(before.settings)
      } finally {
        await room.close()
      }
    })

    it('are not all that the schema accepts or refuses', () => {
      expect(published.safeParse({}).success).to.equal(true)
      for (const wrong of [
        { nonsense: 1 },
        { api: { ulr: 'x' } },
        { testnet: 'yes' },
        { daemon: { periodSeconds: 0 } },
        { backend: { type: 'other' } },
        { log: { level: 'loud' } },
      ]) {
        expect(published.safeParse(wrong).success, JSON.stringify(wrong)).to.equal(false)
      }
    })
  })
})
