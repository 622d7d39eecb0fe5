import { chmod, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { Environment } from '../../src/config/index.js'
import { ConfigRoom } from '../kit/config-room.js'

describe('config: variables and .env files', () => {
  let room: ConfigRoom

  beforeEach(async () => {
    room = await ConfigRoom.make()
  })
  afterEach(() => room.close())

  it('read a .env file as the reference tool does: quotes, comments, line ends, a byte order mark', async () => {
    const text =
      '\uFEFF# comment\r\nTESTNET_TYPE="quoted-1"\r\nTATUM_RETRIES = 7 # why\r\nTATUM_RETRY_DELAY=\'8\'\r\n\r\nnonsense\r\nexport KEYWARD_LOG_LEVEL=warn'
    await room.write('cwd/.env', text)
    const { settings } = await room.load()
    expect(settings.api).to.include({ testnetType: 'quoted-1', retries: 7, retryDelayMs: 8 })
    expect(settings.log.level).to.equal('warn')
  })

  it('give a secret byte for byte, from wherever it is strongest', async () => {
    await room.write('cwd/.env', "TATUM_KMS_PASSWORD=' a#b=\"c '\n")
    const file = (await room.load()).secretInputs.environment
    expect(file.get('TATUM_KMS_PASSWORD')).to.equal(' a#b="c ')
    const both = (await room.load({ env: { TATUM_KMS_PASSWORD: 'p' } })).secretInputs.environment
    expect(both.get('TATUM_KMS_PASSWORD')).to.equal('p')
  })

  it('count everywhere, also from a .env file: the address of the API is one for all calls', async () => {
    await room.write('home/.tatumrc/.env', 'TATUM_API_URL=https://one.example.com\n')
    const { settings, sources } = await room.load()
    expect(settings.api.url).to.equal('https://one.example.com')
    expect(sources.get('api.url')?.source).to.equal(`.env file ${join(room.home, '.tatumrc', '.env')}`)
  })

  it('do without files that are not there, and without a folder called .env', async () => {
    await mkdir(join(room.cwd, '.env'))
    expect((await room.load()).warnings).to.deep.equal([])
  })

  it('warn of a file that was named and is missing, and go on, as the reference tool does', async () => {
    const { warnings, envFiles } = await room.load({ flags: { envFile: 'missing.env' } })
    expect(envFiles).to.deep.equal([])
    expect(warnings).to.have.length(1)
    expect(warnings[0]).to.include(join(room.cwd, 'missing.env'))
  })

  it('refuse a file that is there and is no text, too large, or a circle of links', async () => {
    const file = join(room.cwd, '.env')
    await room.write('cwd/.env', Buffer.from([0x41, 0x3d, 0xff]))
    expect((await room.failure()).code).to.equal('FILE_UNREADABLE')
    await room.write('cwd/.env', Buffer.alloc(1_100_000, 'A'))
    expect((await room.failure()).message).to.include('larger than 1 MiB')
    await symlink(join(room.cwd, 'loop'), join(room.cwd, 'loop'))
    expect((await room.failure({ flags: { envFile: 'loop' } })).code).to.equal('FILE_UNREADABLE')
    expect(file).to.be.a('string')
  })

  it('warn of a .env file with secrets that others can read, and of one that others can change', async () => {
    const harmless = await room.write('cwd/.env', 'TATUM_RETRIES=1\n')
    await chmod(harmless, 0o644)
    expect((await room.load()).warnings).to.deep.equal([])
    const secret = await room.write('home/.keyward/.env', 'TATUM_API_KEY=k\n')
    await chmod(secret, 0o640)
    expect((await room.load()).warnings).to.deep.equal([
      `other users can read the secrets in ${secret}; take that right away: chmod 600`,
    ])
    await chmod(secret, 0o600)
    await chmod(harmless, 0o666)
    expect((await room.load()).warnings).to.deep.equal([
      `other users can change ${harmless}; take that right away: chmod go-w`,
    ])
  })

  it('warn of a misspelt variable of ours, and leave those alone that Kubernetes makes', async () => {
    const { warnings } = await room.load({
      env: {
        KEYWARD_APROVAL_URL: 'x',
        KEYWARD_SERVICE_HOST: '10.0.0.1',
        KEYWARD_PORT: 'tcp://10.0.0.1:80',
        KEYWARD_PORT_80_TCP_ADDR: '10.0.0.1',
        KEYWARD_OF_ANOTHER_KIND_ENTIRELY: 'x',
      },
    })
    expect(warnings).to.deep.equal([
      'the variable KEYWARD_APROVAL_URL is not known; did you mean KEYWARD_APPROVAL_URL?',
    ])
  })

  it('are never printed', () => {
    const environment = Environment.of({ TATUM_KMS_PASSWORD: 'canary' })
    expect(inspect({ environment }, { showHidden: true, depth: 9 })).not.to.include('canary')
    expect(JSON.stringify({ environment })).not.to.include('canary')
    expect(environment.find('TATUM_KMS_PASSWORD')).to.deep.include({ source: 'environment TATUM_KMS_PASSWORD' })
    expect(environment.get('OTHER')).to.equal(undefined)
  })
})
