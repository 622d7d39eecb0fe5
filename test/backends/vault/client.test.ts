import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { SecretBackend } from '../../../src/core/secret-backend.js'
import { VaultClient } from '../../../src/backends/vault/client.js'
import { Secret } from '../../../src/core/secret.js'
import { failureOf } from '../../kit/failure-of.js'
import { LoopbackServer } from '../../kit/loopback-server.js'
import { plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'
import { FakeVault, ROOT } from '../../kit/vault/fake-vault.js'
import { HurriedClock, vaultBackend, vaultConfig, vaultTools } from '../../kit/vault/vault-kit.js'

const GONE = 'http://127.0.0.1:9'

describe('the client of Vault', () => {
  let fake: FakeVault
  let opened: SecretBackend[]

  beforeEach(async () => {
    fake = await FakeVault.start()
    opened = []
  })

  afterEach(async () => {
    for (const backend of opened) await backend.close()
    await fake.close()
  })

  const connect = (address: readonly string[]): SecretBackend => {
    const config = vaultConfig({ address, timeouts: { requestMs: 5000, totalMs: 20_000 } })
    const backend = vaultBackend(config, vaultTools({ TOKEN: ROOT }, new HurriedClock()))
    opened.push(backend)
    return backend
  }

  describe('with several addresses', () => {
    it('asks the next when one cannot be reached, and stays with it', async () => {
      const backend = connect([GONE, fake.url])
      await backend.open()
      const wallet = sampleWallet()
      await backend.create([wallet])
      expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
    })

    it('asks the next when one is sealed, and goes on when the one in use fails', async () => {
      const second = await FakeVault.start()
      second.mounts.set('|secret', fake.kv())
      try {
        fake.state = 'sealed'
        const backend = connect([fake.url, second.url])
        await backend.open()
        const wallet = sampleWallet()
        await backend.create([wallet])
        fake.state = 'active'
        second.before = () => ({ how: 'reset' })
        expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
      } finally {
        await second.close()
      }
    })

    it('says that one is sealed when the other cannot be reached', async () => {
      fake.state = 'sealed'
      expect((await failureOf(connect([fake.url, GONE]).open())).code).to.equal('BACKEND_SEALED')
    })

    it('follows a standby to the active server, with the token', async () => {
      const standby = await FakeVault.start()
      standby.state = 'standby'
      standby.activeAt = fake.url
      try {
        const backend = connect([standby.url, fake.url])
        await backend.open()
        const wallet = sampleWallet()
        await backend.create([wallet])
        expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
      } finally {
        await standby.close()
      }
    })

    it('takes the token to no server that is not in the configuration', async () => {
      const thief = await LoopbackServer.start(() => ({ status: 200, body: {} }))
      fake.state = 'standby'
      fake.activeAt = thief.url
      try {
        const error = await failureOf(connect([fake.url]).open())
        expect(error.code).to.equal('CONFIG_INVALID')
        expect(error.message).to.contain(thief.url)
        expect(thief.requests).to.deep.equal([])
      } finally {
        await thief.close()
      }
    })

    it('does not run in circles', async () => {
      fake.state = 'standby'
      fake.activeAt = fake.url
      expect((await failureOf(connect([fake.url]).open())).code).to.equal('BACKEND_UNREACHABLE')
    })
  })

  it('keeps its connections, and no more than it may', async () => {
    const backend = connect([fake.url])
    await backend.open()
    const wallets = Array.from({ length: 100 }, () => sampleWallet())
    await backend.create(wallets)
    for await (const result of backend.getMany(wallets.map(({ descriptor }) => descriptor.signatureId))) {
      expect(result).to.have.property('wallet')
    }
    expect(fake.requests.length).to.be.greaterThan(400)
    // On a busy machine a server may close idle connections in between; one for each request would be 400.
    expect(fake.connections).to.be.below(100)
  })

  it('encodes every part of a path', async () => {
    const server = await LoopbackServer.start(() => ({ body: {} }))
    const client = new VaultClient({ addresses: [`${server.url}/behind/`], tls: {}, connections: 1 })
    try {
      const { signal } = new AbortController()
      await client.send(
        { method: 'GET', path: ['kv', 'a b', '{{x}}', '#?&=%', 'é/..'], query: { list: 'true' } },
        signal,
      )
      expect(server.requests[0]?.target).to.equal(
        '/behind/v1/kv/a%20b/%7B%7Bx%7D%7D/%23%3F%26%3D%25/%C3%A9%2F..?list=true',
      )
    } finally {
      await client.close()
      await server.close()
    }
  })

  it('takes no token, namespace or prefix from the environment', async () => {
    const names = { VAULT_TOKEN: 'ambient', VAULT_NAMESPACE: 'ambient', VAULT_PREFIX: '/ambient' }
    Object.assign(process.env, names)
    const server = await LoopbackServer.start(() => ({ body: {} }))
    const client = new VaultClient({ addresses: [server.url], tls: {}, connections: 1 })
    try {
      await client.send({ method: 'GET', path: ['x'] }, new AbortController().signal)
      await client.send({ method: 'GET', path: ['x'], token: Secret.fromText('ours') }, new AbortController().signal)
      const [bare, ours] = server.requests
      expect([bare?.target, bare?.headers['x-vault-token'], bare?.headers['x-vault-namespace']]).to.deep.equal([
        ...['/v1/x', undefined, undefined],
      ])
      expect(ours?.headers['x-vault-token']).to.equal('ours')
    } finally {
      for (const name of Object.keys(names)) Reflect.deleteProperty(process.env, name)
      await client.close()
      await server.close()
    }
  })

  it('prints no secret and no token, whatever debugging is switched on', async () => {
    const child = fileURLToPath(new URL('../../kit/vault-debug-child.ts', import.meta.url))
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', child, fake.url, ROOT], {
      env: { ...process.env, DEBUG: '*', NODE_DEBUG: 'undici,http,https,tls,fetch' },
      maxBuffer: 2 ** 26,
    })
    expect(stdout).to.contain('read back')
    expect(stderr).to.contain('connecting to 127.0.0.1')
    for (const secret of ['canary-of-the-debug-child', 'canary-secret-id'])
      expect(stdout + stderr).not.to.contain(secret)
  })
})
