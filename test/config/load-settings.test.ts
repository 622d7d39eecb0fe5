import { chmod, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { checkDaemonSettings } from '../../src/config/index.js'
import type { Settings } from '../../src/config/index.js'
import { KeywardError } from '../../src/core/errors.js'
import { ConfigRoom } from '../kit/config-room.js'
import { chainsSchema } from '../../src/config/sections/chains.js'

const WALLET = '4057be77-70f3-4a1a-a0da-dfa083830513'
const PENDING = '6570a1f2c3d4e5f6a7b8c9d0'

describe('config: loading settings', () => {
  let room: ConfigRoom

  beforeEach(async () => {
    room = await ConfigRoom.make()
  })
  afterEach(() => room.close())

  it('has a default for everything when nothing is given', async () => {
    const { settings, warnings, configFile, envFiles } = await room.load()
    const store = join(room.home, '.keyward', 'wallet.dat')
    expect(settings).to.deep.equal({
      network: 'mainnet',
      chains: chainsSchema.parse({}),
      backend: { type: 'file', path: store, password: 'prompt:' },
      api: {
        url: 'https://api.tatum.io',
        testnetType: 'ethereum-sepolia',
        deadlineMs: 30_000,
        retries: 5,
        retryDelayMs: 1000,
        connections: 128,
      },
      references: {},
      daemon: { periodSeconds: 5, concurrency: 256, runOnce: false, relistSeconds: 60, shutdownSeconds: 20 },
      approval: { method: 'GET', reply: 'explicit', allowInsecure: false, deadlineMs: 10_000 },
      cache: { ttlSeconds: 300, keepSeconds: 3600, maxWallets: 25_000, warmUp: false },
      keyring: { cacheSeconds: 300, maxWallets: 1000 },
      journal: { path: `${store}.journal` },
      log: { level: 'info', format: 'auto' },
    })
    expect(warnings).to.deep.equal([])
    expect(configFile).to.equal(undefined)
    expect(envFiles).to.deep.equal([])
  })

  it('reads hosts and broadcast paths of single chains', async () => {
    const chains =
      'chains: {ETH_ARB: {broadcastPath: /v4/arb/broadcast, endpoints: {node: "https://node.example.com/"}}}'
    await room.write('cwd/keyward.yaml', chains)
    const { settings } = await room.load()
    const expected = { broadcastPath: '/v4/arb/broadcast', endpoints: { node: 'https://node.example.com' } }
    expect(settings.chains).to.deep.equal({ ...chainsSchema.parse({}), ETH_ARB: expected })
  })

  it('reads every setting from the file', async () => {
    await room.write(
      'cwd/keyward.yaml',
      [
        'testnet: true',
        'backend: {type: file, path: w.dat, password: "fd:3"}',
        'api: {url: "https://api.example.com/", key: "env:KEY", testnetType: other, deadlineMs: 100, retries: 0, retryDelayMs: 0, connections: 1}',
        `daemon: {chains: [btc, Ethereum], periodSeconds: 0.5, concurrency: 1, runOnce: true, wallets: [${WALLET.toUpperCase()}], transactionIds: [${PENDING}], relistSeconds: 1, shutdownSeconds: 0}`,
        'approval: {url: "https://a.example.com", method: POST, reply: status, allowInsecure: true, deadlineMs: 200}',
        'cache: {ttlSeconds: 0, keepSeconds: 0, maxWallets: 1, warmUp: true}',
        'keyring: {cacheSeconds: 0, maxWallets: 1}',
        'journal: {path: j.db}',
        'log: {level: debug, format: json}',
      ].join('\n'),
    )
    const { settings, sources } = await room.load()
    expect(settings).to.deep.equal({
      network: 'testnet',
      backend: { type: 'file', path: join(room.cwd, 'w.dat'), password: 'fd:3' },
      api: {
        url: 'https://api.example.com',
        key: 'env:KEY',
        testnetType: 'other',
        deadlineMs: 100,
        retries: 0,
        retryDelayMs: 0,
        connections: 1,
      },
      chains: chainsSchema.parse({}),
      daemon: {
        chains: ['btc', 'Ethereum'],
        periodSeconds: 0.5,
        concurrency: 1,
        runOnce: true,
        wallets: [WALLET],
        transactionIds: [PENDING],
        relistSeconds: 1,
        shutdownSeconds: 0,
      },
      approval: {
        url: 'https://a.example.com',
        method: 'POST',
        reply: 'status',
        allowInsecure: true,
        deadlineMs: 200,
      },
      references: {},
      cache: { ttlSeconds: 0, keepSeconds: 0, maxWallets: 1, warmUp: true },
      keyring: { cacheSeconds: 0, maxWallets: 1 },
      journal: { path: join(room.cwd, 'j.db') },
      log: { level: 'debug', format: 'json' },
    })
    for (const [path, { source }] of sources) {
      if (!path.startsWith('chains.')) expect(source, path).to.match(/keyward\.yaml:\d$/)
    }
  })

  describe('precedence', () => {
    /** One setting that every kind of source can give, weakest last. */
    const SOURCES = ['flag', 'process', 'cwd/.env', 'home/.keyward/.env', 'home/.tatumrc/.env', 'yaml'] as const

    it('is flag, environment, .env files in order, YAML, default, for any of them together', async () => {
      await fc.assert(
        fc.asyncProperty(fc.subarray([...SOURCES]), fc.boolean(), async (given, homeConfig) => {
          const own = await ConfigRoom.make()
          try {
            const periods = new Map(SOURCES.map((source, at) => [source, at + 10]))
            const yaml = homeConfig ? 'home/.keyward/config.yaml' : 'cwd/keyward.yaml'
            for (const source of given) {
              const period = periods.get(source)
              if (source === 'yaml') await own.write(yaml, `\ndaemon:\n  periodSeconds: ${period}\n`)
              else if (source.endsWith('.env')) await own.write(source, `KEYWARD_DAEMON_PERIOD_SECONDS=${period}\n`)
            }
            const { settings, sources } = await own.load({
              flags: given.includes('flag') ? { period: '10' } : {},
              env: given.includes('process') ? { KEYWARD_DAEMON_PERIOD_SECONDS: '11' } : {},
            })
            const strongest = SOURCES.find((source) => given.includes(source))
            const names = {
              flag: 'flag --period',
              process: 'environment KEYWARD_DAEMON_PERIOD_SECONDS',
              'cwd/.env': `.env file ${join(own.root, 'cwd/.env')}`,
              'home/.keyward/.env': `.env file ${join(own.root, 'home/.keyward/.env')}`,
              'home/.tatumrc/.env': `.env file ${join(own.root, 'home/.tatumrc/.env')}`,
              yaml: `${join(own.root, yaml)}:3`,
            }
            const expected = strongest === undefined ? 5 : periods.get(strongest)
            expect(settings.daemon.periodSeconds).to.equal(expected)
            expect(sources.get('daemon.periodSeconds')).to.deep.equal({
              value: expected,
              source: strongest === undefined ? 'default' : names[strongest],
            })
          } finally {
            await own.close()
          }
        }),
        { numRuns: 60 },
      )
    })

    it('counts each setting for itself', async () => {
      await room.write('cwd/keyward.yaml', 'daemon:\n  periodSeconds: 7\n  concurrency: 7\napi: {retries: 7}\n')
      await room.write('cwd/.env', 'TATUM_RETRIES=8\n')
      const { settings } = await room.load({ flags: { period: '9' } })
      expect(settings.daemon).to.include({ periodSeconds: 9, concurrency: 7 })
      expect(settings.api.retries).to.equal(8)
    })

    it('lets --env-file stand in for the files in the home directory, not for the one in the working directory', async () => {
      await room.write('cwd/.env', 'TATUM_RETRIES=1\n')
      await room.write('cwd/other.env', 'TATUM_RETRIES=2\nTATUM_RETRY_DELAY=2\n')
      await room.write('home/.tatumrc/.env', 'TATUM_RETRY_DELAY=3\nTESTNET_TYPE=three\n')
      const { settings, envFiles } = await room.load({ flags: { envFile: 'other.env' } })
      expect(settings.api).to.include({ retries: 1, retryDelayMs: 2, testnetType: 'ethereum-sepolia' })
      expect(envFiles).to.deep.equal([join(room.cwd, '.env'), join(room.cwd, 'other.env')])
    })

    it('takes a variable that is set to nothing for "not given", and hides weaker ones of its name', async () => {
      await room.write('cwd/.env', 'TATUM_RETRIES=1\n')
      await room.write('cwd/keyward.yaml', 'api: {retries: 2}\n')
      expect((await room.load({ env: { TATUM_RETRIES: '' } })).settings.api.retries).to.equal(2)
      expect((await room.load({ env: { TATUM_RETRIES: ' ' } })).settings.api.retries).to.equal(2)
      expect((await room.load()).settings.api.retries).to.equal(1)
    })

    it('lets a switch that is off override a file that is on', async () => {
      await room.write('cwd/keyward.yaml', 'testnet: true\n')
      const { settings, sources } = await room.load({ flags: { testnet: false } })
      expect(settings.network).to.equal('mainnet')
      expect(sources.get('testnet')).to.deep.equal({ value: false, source: 'flag --testnet' })
    })
  })

  describe('the configuration file', () => {
    it('is ./keyward.yaml, else ~/.keyward/config.yaml, and never both', async () => {
      const home = await room.write('home/.keyward/config.yaml', 'api: {retries: 1, retryDelayMs: 1}\n')
      expect(await room.load()).to.have.property('configFile', home)
      const cwd = await room.write('cwd/keyward.yaml', 'api: {retries: 2}\n')
      const { settings, configFile } = await room.load()
      expect(configFile).to.equal(cwd)
      expect(settings.api).to.include({ retries: 2, retryDelayMs: 1000 })
    })

    it('is the one that --config names, else the one of KEYWARD_CONFIG, also from a .env file', async () => {
      await room.write('cwd/keyward.yaml', 'api: {retries: 1}\n')
      await room.write('cwd/flag.yaml', 'api: {retries: 2}\n')
      await room.write('cwd/variable.yaml', 'api: {retries: 3}\n')
      await room.write('home/.keyward/variable.yaml', 'api: {retries: 4}\n')
      const env = { KEYWARD_CONFIG: 'variable.yaml' }
      expect((await room.load({ flags: { config: 'flag.yaml' }, env })).settings.api.retries).to.equal(2)
      expect((await room.load({ env })).settings.api.retries).to.equal(3)
      expect((await room.load({ env: { KEYWARD_CONFIG: '' } })).settings.api.retries).to.equal(1)
      await room.write('home/.keyward/.env', 'KEYWARD_CONFIG=variable.yaml\n')
      expect((await room.load()).settings.api.retries).to.equal(4)
      expect((await room.load({ flags: { config: '~/.keyward/variable.yaml' } })).settings.api.retries).to.equal(4)
    })

    it('must exist when it was named, by whatever source', async () => {
      for (const input of [{ flags: { config: 'missing.yaml' } }, { env: { KEYWARD_CONFIG: 'missing.yaml' } }]) {
        const error = await room.failure(input)
        expect(error.code).to.equal('FILE_UNREADABLE')
        expect(error.message).to.include(join(room.cwd, 'missing.yaml')).and.include('does not exist')
      }
      const variable = await room.failure({ env: { KEYWARD_CONFIG: 'missing.yaml' } })
      expect(variable.message).to.include('environment KEYWARD_CONFIG')
    })

    it('is not passed over when it is there and cannot be used', async () => {
      await room.write('cwd/keyward.yaml', Buffer.from([0x61, 0xff, 0xfe]))
      expect((await room.failure()).code).to.equal('FILE_UNREADABLE')
      await room.write('cwd/keyward.yaml', Buffer.alloc(2_000_000, ' '))
      expect((await room.failure()).message).to.include('larger than 1 MiB')
      const loop = join(room.cwd, 'loop.yaml')
      await symlink(loop, loop)
      expect((await room.failure({ flags: { config: 'loop.yaml' } })).message).to.include('ELOOP')
    })

    it('may be empty, start with a byte order mark, and have sections of which every line is commented out', async () => {
      for (const text of [
        '',
        '\n# nothing\n',
        '---\n',
        '\uFEFFapi: {retries: 5}\n',
        'daemon:\n  # periodSeconds: 5\nbackend:\nlog:\n',
      ]) {
        await room.write('cwd/keyward.yaml', text)
        expect((await room.load()).settings.api.retries, text).to.equal(5)
      }
    })

    it('that others can change is worth a warning', async () => {
      await room.write('cwd/keyward.yaml', '', 0o600)
      expect((await room.load()).warnings).to.deep.equal([])
      await room.write('cwd/open.yaml', '')
      await chmod(join(room.cwd, 'open.yaml'), 0o666)
      const { warnings } = await room.load({ flags: { config: 'open.yaml' } })
      expect(warnings).to.have.length(1)
      expect(warnings[0]).to.include('open.yaml').and.include('chmod')
    })
  })

  describe('paths', () => {
    it('start at the working directory from a flag or variable, and at the directory of the file that holds them', async () => {
      await room.write(
        'cwd/sub/k.yaml',
        'backend: {type: file, path: a/w.dat, password: "file:pw"}\napi: {key: "file:../key"}\n',
      )
      const file = await room.load({ flags: { config: 'sub/k.yaml' } })
      expect(file.settings.backend).to.deep.equal({
        type: 'file',
        path: join(room.cwd, 'sub/a/w.dat'),
        password: `file:${join(room.cwd, 'sub/pw')}`,
      })
      expect(file.settings.api.key).to.equal(`file:${join(room.cwd, 'key')}`)
      expect(file.settings.journal.path).to.equal(join(room.cwd, 'sub/a/w.dat.journal'))

      const flag = await room.load({ flags: { config: 'sub/k.yaml', path: 'b.dat', apiKey: 'file:key' } })
      expect(flag.settings.backend).to.include({ path: join(room.cwd, 'b.dat') })
      expect(flag.settings.api.key).to.equal(`file:${join(room.cwd, 'key')}`)
      expect(flag.settings.journal.path).to.equal(join(room.cwd, 'b.dat.journal'))

      await room.write('home/.keyward/.env', 'KEYWARD_JOURNAL_PATH=j.db\n')
      expect((await room.load()).settings.journal.path).to.equal(join(room.home, '.keyward', 'j.db'))
      const variable = await room.load({ env: { KEYWARD_JOURNAL_PATH: 'j.db' } })
      expect(variable.settings.journal.path).to.equal(join(room.cwd, 'j.db'))
    })

    it('may be absolute or start at the home directory', async () => {
      await room.write(
        'cwd/keyward.yaml',
        'journal: {path: ~/j.db}\nbackend: {type: file, path: /abs/w.dat, password: "file:~/pw"}\n',
      )
      const { settings } = await room.load()
      expect(settings.journal.path).to.equal(join(room.home, 'j.db'))
      expect(settings.backend).to.include({ path: '/abs/w.dat', password: `file:${join(room.home, 'pw')}` })
    })

    it('lead to the wallet file of Tatum KMS only while there is no other', async () => {
      const own = join(room.home, '.keyward', 'wallet.dat')
      const reference = await room.write('home/.tatumrc/wallet.dat', 'x')
      const { settings } = await room.load()
      expect(settings.backend).to.include({ path: reference })
      expect(settings.journal.path).to.equal(`${reference}.journal`)
      await room.write('home/.keyward/wallet.dat', 'x')
      expect((await room.load()).settings.backend).to.include({ path: own })
    })
  })

  describe('the daemon', () => {
    const settingsWith = async (flags: Record<string, string | boolean>): Promise<Settings> =>
      (await room.load({ flags })).settings

    it('needs an approval service on mainnet, and ends with the exit code of the reference without one', async () => {
      const settings = await settingsWith({})
      expect(() => checkDaemonSettings(settings))
        .to.throw(KeywardError)
        .that.includes({ code: 'APPROVAL_URL_REQUIRED', exitCode: 2 })
    })

    it('starts on testnet, or with an approval service', async () => {
      checkDaemonSettings(await settingsWith({ testnet: true }))
      checkDaemonSettings(await settingsWith({ externalUrl: 'https://a.example.com' }))
    })
  })

  it('never looks at NODE_ENV', async () => {
    await room.write('cwd/keyward.yaml', 'api: {url: "http://api.example.com"}\n')
    for (const NODE_ENV of ['test', 'development', 'production']) {
      expect((await room.failure({ env: { NODE_ENV } })).code).to.equal('CONFIG_INVALID')
    }
  })
})
