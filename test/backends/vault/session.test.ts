import { expect } from 'chai'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { SecretBackend } from '../../../src/core/secret-backend.js'
import { failureOf } from '../../kit/failure-of.js'
import { ManualClock, until } from '../../kit/manual-clock.js'
import { readPlain, sampleWallet } from '../../kit/sample-wallets.js'
import { FakeVault, walletGrants } from '../../kit/vault/fake-vault.js'
import type { VaultTools } from '../../kit/vault/vault-kit.js'
import { vaultBackend, vaultConfig, vaultTools } from '../../kit/vault/vault-kit.js'

const APPROLE = { method: 'approle', roleId: 'r', secretId: 'env:SID' }
const PROOF = { role_id: 'r', secret_id: 's' }

describe('the token of Vault', () => {
  let fake: FakeVault
  let clock: ManualClock
  let tools: VaultTools
  let backend: SecretBackend
  let folder: string

  beforeEach(async () => {
    fake = await FakeVault.start()
    clock = new ManualClock()
    tools = vaultTools({ SID: 's' }, clock)
    folder = await mkdtemp(path.join(tmpdir(), 'keyward-vault-'))
  })

  afterEach(async () => {
    await backend.close()
    await fake.close()
    await rm(folder, { recursive: true, force: true })
  })

  const open = async (auth: object, more: object = {}): Promise<void> => {
    backend = vaultBackend(vaultConfig({ address: fake.url, auth, ...more }), tools)
    await backend.open()
  }

  const allow = (facts: object): void => fake.tokens.allow('approle', PROOF, { grants: walletGrants(), ...facts })

  /** Time passes here and at the server. */
  const pass = (seconds: number): void => {
    fake.pass(seconds)
    clock.pass(seconds * 1000)
  }

  it('is renewed when two thirds of its lease are over, again and again, and lives on', async () => {
    allow({ ttl: 60, renewable: true })
    await open(APPROLE)
    for (let renewal = 1; renewal <= 5; renewal += 1) {
      pass(39)
      expect(fake.tokens.renewals).to.equal(renewal - 1)
      pass(1)
      await until(() => fake.tokens.renewals === renewal && clock.asleep === 1)
    }
    expect(fake.tokens.logins).to.equal(1)
    expect(await backend.health()).to.deep.equal({ ready: true })
  })

  it('is replaced when its last time has come and renewals get shorter', async () => {
    allow({ ttl: 60, maxTtl: 100, renewable: true })
    await open(APPROLE)
    pass(40)
    await until(() => fake.tokens.renewals === 1 && clock.asleep === 1)
    pass(40)
    await until(() => fake.tokens.logins === 2 && clock.asleep === 1)
    pass(30)
    expect(await backend.health()).to.deep.equal({ ready: true })
  })

  it('is replaced before it ends when it cannot be renewed', async () => {
    allow({ ttl: 60 })
    await open(APPROLE)
    pass(40)
    await until(() => fake.tokens.logins === 2 && clock.asleep === 1)
    expect(fake.tokens.renewals).to.equal(0)
  })

  it('is replaced when the renewal is refused', async () => {
    allow({ ttl: 60, renewable: true })
    await open(APPROLE)
    fake.tokens.revokeAll()
    pass(40)
    await until(() => fake.tokens.logins === 2 && clock.asleep === 1)
  })

  it('is renewed later when the server was away, and until then it is used', async () => {
    allow({ ttl: 600, renewable: true })
    await open(APPROLE, { timeouts: { totalMs: 100 } })
    fake.before = ({ path: asked }) => (asked.endsWith('/renew-self') ? { how: 'reset' } : undefined)
    pass(400)
    await until(() => {
      clock.pass(1) // The repeats of one call wait too.
      return tools.log.events('warn').includes('vault.renewal-failed') && clock.asleep === 1
    })
    expect(await backend.health()).to.deep.equal({ ready: true })
    fake.before = () => undefined
    pass(5)
    await until(() => fake.tokens.renewals === 1 && clock.asleep === 1)
    expect(fake.tokens.logins).to.equal(1)
  })

  it('is asked for once by however many requests find it dead, and none of them fails', async () => {
    allow({})
    await open(APPROLE)
    const wallets = Array.from({ length: 60 }, () => sampleWallet())
    await backend.create(wallets)
    fake.tokens.revokeAll()
    const read = await Promise.all(wallets.map(({ descriptor }) => readPlain(backend, descriptor.signatureId)))
    expect(read).to.have.length(60)
    expect(fake.tokens.logins).to.equal(2)
  })

  it('may die in the middle of a bulk read, which goes on', async () => {
    allow({})
    await open(APPROLE)
    const wallets = Array.from({ length: 120 }, () => sampleWallet())
    await backend.create(wallets)
    let reads = 0
    fake.before = ({ method, path: asked }) => {
      if (method === 'GET' && asked.includes('/data/') && [30, 100].includes(++reads)) fake.tokens.revokeAll()
      return undefined
    }
    let found = 0
    for await (const result of backend.getMany(wallets.map(({ descriptor }) => descriptor.signatureId))) {
      expect(result).to.have.property('wallet')
      found += 1
    }
    expect(found).to.equal(120)
    expect(fake.tokens.logins).to.equal(3)
  })

  it('that lacks a permission is not replaced: the error names path and capability', async () => {
    fake.tokens.allow('approle', PROOF, {
      grants: walletGrants().filter(({ path: at }) => at.includes('/data/')),
    })
    await open(APPROLE)
    const error = await failureOf(backend.remove(sampleWallet().descriptor.signatureId, 'permanent'))
    expect(error.code).to.equal('BACKEND_DENIED')
    expect(error.advice).to.contain('path "secret/metadata/keyward/wallets/*" { capabilities = ["read"] }')
    expect(fake.tokens.logins).to.equal(1)
    expect(tools.log.events('warn')).to.include('vault.permission-missing')
  })

  it('has lost its sign-in: health and reads say so, until it is back', async () => {
    allow({})
    await open(APPROLE)
    const wallet = sampleWallet()
    await backend.create([wallet])
    fake.tokens.forbid('approle', PROOF)
    fake.tokens.revokeAll()
    const error = await failureOf(backend.get(wallet.descriptor.signatureId))
    expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
    expect((await backend.health()).reason).to.contain('refused the sign-in by AppRole')
    allow({})
    await readPlain(backend, wallet.descriptor.signatureId)
    expect(await backend.health()).to.deep.equal({ ready: true })
  })

  describe('given by somebody else', () => {
    const TOKEN = { method: 'token', token: 'env:TOKEN' }

    it('is renewed as long as that is possible, and its end is announced', async () => {
      tools.secrets.values['TOKEN'] = fake.tokens.issue({
        grants: walletGrants(),
        ttl: 60,
        maxTtl: 100,
        renewable: true,
      })
      await open(TOKEN)
      pass(40)
      await until(() => fake.tokens.renewals === 1 && clock.asleep === 1)
      expect(tools.log.events('warn')).to.deep.equal([])
      pass(40)
      await until(() => tools.log.events('warn').includes('vault.token-ends'))
      const line = tools.log.lines.find(({ event }) => event === 'vault.token-ends')
      expect(line?.fields['leaseSeconds']).to.be.within(19, 20)
      expect(line?.fields['advice']).to.contain('new token')
    })

    it('is read again from its file when it has ended, by however many requests', async () => {
      const tokenFile = path.join(folder, 'sink')
      const first = fake.tokens.issue({ grants: walletGrants() })
      await writeFile(tokenFile, first)
      await open({ method: 'token', tokenFile })
      const wallets = Array.from({ length: 10 }, () => sampleWallet())
      await backend.create(wallets)
      await writeFile(tokenFile, fake.tokens.issue({ grants: walletGrants() }))
      fake.tokens.revoke(first)
      await Promise.all(wallets.map(({ descriptor }) => readPlain(backend, descriptor.signatureId)))
      const lookups = fake.requests.filter((request) => request.headers['x-vault-token'] === first)
      expect(lookups.length).to.be.greaterThan(0)
    })

    it('is taken up from its file before the old one ends', async () => {
      const tokenFile = path.join(folder, 'sink')
      await writeFile(tokenFile, fake.tokens.issue({ grants: walletGrants(), ttl: 60 }))
      await open({ method: 'token', tokenFile })
      const second = fake.tokens.issue({ grants: walletGrants(), ttl: 600 })
      await writeFile(tokenFile, second)
      pass(40)
      await until(() => clock.asleep === 1 && fake.requests.at(-1)?.headers['x-vault-token'] === second)
      expect(tools.log.events('warn')).to.deep.equal([])
    })

    it('warns when it may be used only so often', async () => {
      tools.secrets.values['TOKEN'] = fake.tokens.issue({ grants: walletGrants(), uses: 50 })
      await open(TOKEN)
      expect(tools.log.events('warn')).to.include('vault.token-uses-limited')
      const before = fake.requests.length
      await backend.health()
      const spent = fake.requests.slice(before).filter((request) => request.headers['x-vault-token'] !== undefined)
      expect(spent).to.deep.equal([])
    })

    it('without an end needs no timer', async () => {
      tools.secrets.values['TOKEN'] = fake.tokens.issue({ grants: walletGrants() })
      await open(TOKEN)
      expect(clock.asleep).to.equal(0)
    })

    it('with a lease of months never gives a timer more than it can hold', async () => {
      const days = 86_400
      tools.secrets.values['TOKEN'] = fake.tokens.issue({ grants: walletGrants(), ttl: 90 * days, renewable: true })
      await open(TOKEN)
      await until(() => clock.asleep === 1)
      expect(Math.max(...clock.sleeps)).to.equal(2 ** 31 - 1)
      for (let sleep = 2; sleep <= 3; sleep += 1) {
        pass((2 ** 31 - 1) / 1000)
        await until(() => clock.sleeps.length === sleep)
      }
      expect(fake.tokens.renewals).to.equal(0)
      pass(60 * days - (2 * (2 ** 31 - 1)) / 1000)
      await until(() => fake.tokens.renewals === 1)
    })
  })

  it('leaves no timer and no token behind after close', async () => {
    allow({ ttl: 60, renewable: true })
    await open(APPROLE)
    await backend.close()
    await until(() => clock.asleep === 0)
    const before = fake.requests.length
    pass(1000)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(fake.requests.length).to.equal(before)
  })
})
