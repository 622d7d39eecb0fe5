import { mkdirSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { kebabCase } from '../../src/cli/command.js'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { DAEMON_FLAGS } from '../../src/cli/flags.js'
import { allFlags } from '../../src/cli/parse.js'
import { FLAG_HELP } from '../../src/config/help.js'
import { VARIABLE_ROWS } from '../../src/config/index.js'
import { errorOf } from './support/run.js'
import { STORE_PASSWORD, TempHome } from './support/temp-home.js'

const API_KEY = 't-64f1c0ffee64f1c0ffee64f1-canary'

interface ConfigShow {
  readonly configFile: string | null
  readonly settings: Readonly<Record<string, { readonly value: unknown; readonly source: string }>>
  readonly warnings: readonly string[]
}

describe('the flags of the settings', () => {
  it('are taken by the daemon and by config show: every one, as a switch or with a value alike', () => {
    const daemon = new Map(DAEMON_FLAGS.map((flag) => [flag.name, flag]))
    for (const { name, takesValue } of FLAG_HELP) {
      const flag = daemon.get(kebabCase(name))
      expect(flag, `--${kebabCase(name)}`).to.not.equal(undefined)
      expect(flag?.value !== undefined, `--${kebabCase(name)} takes a value`).to.equal(takesValue)
    }
    expect([...daemon.keys()]).to.have.members(FLAG_HELP.map(({ name }) => kebabCase(name)))
  })

  it('mean the same in every command', () => {
    const settings = new Map(FLAG_HELP.map(({ name, takesValue }) => [kebabCase(name), takesValue]))
    for (const [name, flag] of allFlags(COMMANDS)) {
      const takesValue = settings.get(name)
      if (takesValue !== undefined) expect(flag.value !== undefined, `--${name}`).to.equal(takesValue)
    }
  })
})

describe('config show', () => {
  const home = new TempHome()
  before(() => {
    writeFileSync(home.file('keyward.yaml'), 'testnet: true\ndaemon:\n  periodSeconds: 2\n', { mode: 0o600 })
  })
  after(() => home.remove())

  it('tells the value of every setting and where it comes from; flags beat variables, variables the file', async () => {
    const env = { KEYWARD_DAEMON_PERIOD_SECONDS: '3', TATUM_RETRIES: '7' }
    const { code, out, err } = await home.run(['config', 'show', '--period=4', '--chain', 'eth'], { env })
    expect({ code, err }).to.deep.equal({ code: 0, err: '' })
    const shown = JSON.parse(out) as ConfigShow
    expect(shown.configFile).to.equal(home.file('keyward.yaml'))
    expect(shown.settings['daemon.periodSeconds']).to.deep.equal({ value: 4, source: 'flag --period' })
    expect(shown.settings['api.retries']).to.deep.equal({ value: 7, source: 'environment TATUM_RETRIES' })
    expect(shown.settings['testnet']).to.deep.include({ value: true }).and.have.property('source').that.includes(':1')
    expect(shown.settings['keyring.maxWallets']).to.deep.include({ source: 'default' })
  })

  it('shows no secret, wherever it was given', async () => {
    const env = { TATUM_KMS_PASSWORD: STORE_PASSWORD, TATUM_API_KEY: API_KEY }
    for (const argv of [['config', 'show'], ['config', 'check'], ['checkconfig'], ['report']]) {
      for (const flags of [[], argv[0] === 'config' ? ['--api-key', API_KEY] : []]) {
        const { out, err } = await home.run([...argv, ...flags], { env })
        expect(out + err, argv.join(' '))
          .to.not.include(API_KEY.slice(0, 6))
          .and.not.include('canary')
        expect(out + err, argv.join(' ')).to.not.include(STORE_PASSWORD.slice(0, 6))
      }
    }
  })
})

describe('config check', () => {
  const home = new TempHome()
  after(() => home.remove())

  it('says that all is well, for which network and chains', async () => {
    const { code, out } = await home.run(['config', 'check', '--testnet', '--chain=ethereum, BTC'], { env: {} })
    expect(code).to.equal(0)
    expect(JSON.parse(out)).to.deep.include({ ok: true, network: 'testnet', chains: ['ETH', 'BTC'], backend: 'file' })
  })

  it('warns of what only the daemon refuses', async () => {
    const { code, out } = await home.run(['config', 'check', '--chain=BTC'], { env: {} })
    expect(code).to.equal(0)
    expect((JSON.parse(out) as { warnings: string[] }).warnings.at(-1))
      .to.include('would not start')
      .and.include('--external-url')
  })

  it('lists everything that is wrong, with exit code 3', async () => {
    writeFileSync(home.file('wrong.yaml'), 'testnet: maybe\ndeamon:\n  periodSeconds: 0\n', { mode: 0o600 })
    const result = await home.run(['config', 'check', '--config', home.file('wrong.yaml')])
    expect({ code: result.code, out: result.out }).to.deep.equal({ code: 3, out: '' })
    expect(errorOf(result).error).to.include('testnet').and.include('deamon')
  })

  it('knows which chains there are, with exit code 40', async () => {
    const result = await home.run(['config', 'check', '--chain=BTX'], { env: {} })
    expect({ code: result.code, out: result.out }).to.deep.equal({ code: 40, out: '' })
  })

  it('refuses a configuration file that is not there', async () => {
    expect((await home.run(['config', 'check', '--config', home.file('absent.yaml')])).code).to.equal(7)
  })
})

describe('checkconfig', () => {
  const home = new TempHome()
  before(() => {
    mkdirSync(home.file('.tatumrc'))
    writeFileSync(home.file('.tatumrc/.env'), 'TATUM_KMS_AWS_REGION=eu-west-1\n', { mode: 0o600 })
  })
  after(() => home.remove())

  it('prints aligned lines: version, places, and every variable in clear, masked or N/A', async () => {
    const env = { TATUM_KMS_PASSWORD: STORE_PASSWORD, TATUM_API_KEY: API_KEY }
    const { code, out, err } = await home.run(['checkconfig'], { env })
    expect({ code, err }).to.deep.equal({ code: 0, err: '' })
    const lines = out.trimEnd().split('\n')
    const columns = new Set(lines.map((line) => line.indexOf(' : ')))
    expect([...columns])
      .to.have.length(1)
      .and.not.include(-1)
    const shown = new Map(lines.map((line) => line.split(/ +: /, 2) as [string, string]))
    expect(shown.get('Store exists')).to.equal('false')
    expect(shown.get('Store path')).to.equal(home.file('.keyward/wallet.dat'))
    expect(shown.get('Env file path')).to.equal(home.file('.tatumrc/.env'))
    expect(shown.get('TATUM_KMS_AWS_REGION')).to.equal('eu-west-1')
    expect(shown.get('TATUM_KMS_PASSWORD')).to.match(/^\*+$/)
    expect(shown.get('TATUM_API_KEY')).to.equal(shown.get('TATUM_KMS_PASSWORD'))
    expect(shown.get('TATUM_KMS_VGS_PASSWORD')).to.equal('N/A')
    for (const { name } of VARIABLE_ROWS) expect(shown.has(name), name).to.equal(true)
  })
})
