import { join } from 'node:path'
import { expect } from 'chai'
import { VARIABLE_ROWS } from '../../src/config/index.js'
import type { Settings } from '../../src/config/index.js'
import { ConfigRoom } from '../kit/config-room.js'
import { fileSection } from '../kit/file-section.js'

const WALLETS = ['4057be77-70f3-4a1a-a0da-dfa083830513', 'b1fa85a4-0aba-4f2a-88f9-6c5f4dd3ddcb']
const PENDING = ['6570a1f2c3d4e5f6a7b8c9d0', '6570a1f2c3d4e5f6a7b8c9d1']

interface Expectation {
  readonly given: Readonly<Record<string, string | boolean>>
  readonly read: (settings: Settings) => unknown
  readonly expected: unknown
}

const password = (settings: Settings): unknown => fileSection(settings).password

/** Every flag of the reference tool, as its users write it. */
const FLAGS: readonly Expectation[] = [
  { given: { apiKey: 't-64f' }, read: (s) => s.api.key, expected: 'flag:apiKey' },
  { given: { testnet: true }, read: (s) => s.network, expected: 'testnet' },
  { given: { path: '/data/wallet.dat' }, read: (s) => fileSection(s).path, expected: '/data/wallet.dat' },
  { given: { period: '0.5' }, read: (s) => s.daemon.periodSeconds, expected: 0.5 },
  { given: { chain: 'BTC,LTC, eth ,' }, read: (s) => s.daemon.chains, expected: ['BTC', 'LTC', 'eth'] },
  { given: { envFile: '/nowhere/.env' }, read: (s) => s.network, expected: 'mainnet' },
  { given: { aws: true }, read: password, expected: 'aws:' },
  { given: { vgs: true }, read: password, expected: 'vgs:' },
  { given: { azure: true }, read: password, expected: 'azure:' },
  {
    given: { externalUrl: 'http://localhost:8080/check/' },
    read: (s) => s.approval.url,
    expected: 'http://localhost:8080/check',
  },
  { given: { externalUrlMethod: 'POST' }, read: (s) => s.approval.method, expected: 'POST' },
  { given: { runOnce: true }, read: (s) => s.daemon.runOnce, expected: true },
  { given: { wallets: WALLETS.join(',') }, read: (s) => s.daemon.wallets, expected: WALLETS },
  { given: { transactionIds: PENDING.join(', ') }, read: (s) => s.daemon.transactionIds, expected: PENDING },
]

/** Every variable of the reference tool. */
const VARIABLES: readonly (Expectation & {
  readonly given: Readonly<Record<string, string>>
  readonly flags?: Record<string, boolean>
})[] = [
  { given: { TATUM_API_KEY: 'k' }, read: (s) => s.api.key, expected: 'env:TATUM_API_KEY' },
  { given: { TATUM_KMS_PASSWORD: 'p' }, read: password, expected: 'env:TATUM_KMS_PASSWORD' },
  { given: { TATUM_API_URL: 'https://eu.example.com/' }, read: (s) => s.api.url, expected: 'https://eu.example.com' },
  { given: { TATUM_RETRIES: '9' }, read: (s) => s.api.retries, expected: 9 },
  { given: { TATUM_RETRY_DELAY: '250' }, read: (s) => s.api.retryDelayMs, expected: 250 },
  { given: { TESTNET_TYPE: 'ethereum-holesky' }, read: (s) => s.api.testnetType, expected: 'ethereum-holesky' },
  { given: { TATUM_KMS_DEBUG_MODE: 'true' }, read: (s) => s.log.level, expected: 'debug' },
  { given: { TATUM_KMS_DEBUG_MODE: '1' }, read: (s) => s.log.level, expected: 'debug' },
  { given: { TATUM_KMS_DEBUG_MODE: 'false' }, read: (s) => s.log.level, expected: 'info' },
  {
    given: {
      TATUM_KMS_AWS_REGION: 'eu-west-1',
      TATUM_KMS_AWS_ACCESS_KEY_ID: 'a',
      TATUM_KMS_AWS_SECRET_ACCESS_KEY: 'b',
      TATUM_KMS_AWS_SECRET_NAME: 'kms/prod',
      TATUM_KMS_AWS_SECRET_KEY: 'password',
    },
    flags: { aws: true },
    read: password,
    expected: 'aws:kms/prod#password',
  },
  {
    given: {
      TATUM_KMS_AZURE_VAULTURL: 'https://v.vault.azure.net/',
      TATUM_KMS_AZURE_SECRETNAME: 'kms',
      TATUM_KMS_AZURE_SECRETVERSION: '0a1b',
    },
    flags: { azure: true },
    read: password,
    expected: 'azure:https://v.vault.azure.net/secrets/kms/0a1b',
  },
  {
    given: { TATUM_KMS_VGS_ALIAS: 'tok_live_1', TATUM_KMS_VGS_USERNAME: 'u', TATUM_KMS_VGS_PASSWORD: 'p' },
    flags: { vgs: true },
    read: password,
    expected: 'vgs:tok_live_1',
  },
]

describe('config: what the reference tool understands', () => {
  let room: ConfigRoom

  beforeEach(async () => {
    room = await ConfigRoom.make()
  })
  afterEach(() => room.close())

  for (const { given, read, expected } of FLAGS) {
    it(`is understood: ${Object.keys(given)
      .map((name) => `--${name}`)
      .join()}`, async () => {
      expect(read((await room.load({ flags: given })).settings)).to.deep.equal(expected)
    })
  }

  for (const { given, flags, read, expected } of VARIABLES) {
    it(`is understood: ${Object.entries(given)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`, async () => {
      const process = await room.load({ flags: flags ?? {}, env: given })
      expect(read(process.settings)).to.deep.equal(expected)
      await room.write(
        'home/.tatumrc/.env',
        Object.entries(given)
          .map(([name, value]) => `${name}='${value}'\n`)
          .join(''),
      )
      const file = await room.load({ flags: flags ?? {} })
      expect(read(file.settings), 'from ~/.tatumrc/.env').to.deep.equal(expected)
    })
  }

  it('is known to checkconfig, variable by variable, and passwords and keys among them are masked there', () => {
    const known = new Map(VARIABLE_ROWS.map(({ name, secret }) => [name, secret]))
    for (const name of VARIABLES.flatMap(({ given }) => Object.keys(given)))
      expect(known.has(name), name).to.equal(true)
    const secret = [...known].filter(([, isSecret]) => isSecret).map(([name]) => name)
    expect(secret).to.have.members([
      'TATUM_API_KEY',
      'TATUM_KMS_PASSWORD',
      'TATUM_KMS_AWS_ACCESS_KEY_ID',
      'TATUM_KMS_AWS_SECRET_ACCESS_KEY',
      'TATUM_KMS_VGS_USERNAME',
      'TATUM_KMS_VGS_PASSWORD',
    ])
  })

  it('takes the password from the first of --aws, --azure and --vgs, before the variable and the file', async () => {
    await room.write('cwd/keyward.yaml', 'backend: {type: file, password: "file:pw"}\n')
    const env = { TATUM_KMS_PASSWORD: 'p' }
    const from = async (flags: Record<string, boolean>): Promise<unknown> =>
      password((await room.load({ flags, env })).settings)
    expect(await from({ aws: true, azure: true, vgs: true })).to.equal('aws:')
    expect(await from({ azure: true, vgs: true })).to.equal('azure:')
    expect(await from({ vgs: true })).to.equal('vgs:')
    expect(await from({ vgs: false })).to.equal('env:TATUM_KMS_PASSWORD')
    expect(password((await room.load()).settings)).to.equal(`file:${join(room.cwd, 'pw')}`)
  })

  it('lets --apiKey win over TATUM_API_KEY, which wins over the file', async () => {
    await room.write('cwd/keyward.yaml', 'api: {key: "file:key"}\n')
    const env = { TATUM_API_KEY: 'k' }
    const keyOf = async (input: Parameters<ConfigRoom['load']>[0]): Promise<unknown> =>
      (await room.load(input)).settings.api.key
    expect(await keyOf({ flags: { apiKey: 'x' }, env })).to.equal('flag:apiKey')
    expect(await keyOf({ env })).to.equal('env:TATUM_API_KEY')
    expect(await keyOf({})).to.equal(`file:${join(room.cwd, 'key')}`)
  })

  it('takes a reference in --apiKey for a reference, and warns only of a key', async () => {
    const reference = await room.load({ flags: { apiKey: 'env:OTHER' } })
    expect(reference.settings.api.key).to.equal('env:OTHER')
    expect(reference.warnings).to.deep.equal([])
    const key = await room.load({ flags: { apiKey: 'flag:apiKey' } })
    expect(key.warnings.join()).to.include('process list')
    expect(key.secretInputs.flags.get('apiKey')?.text()).to.equal('flag:apiKey')
  })
})
