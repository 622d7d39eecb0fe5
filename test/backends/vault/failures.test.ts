import { expect } from 'chai'
import { inspect } from 'node:util'
import type { SecretBackend } from '../../../src/core/secret-backend.js'
import { KeywardError } from '../../../src/core/errors.js'
import { failureOf } from '../../kit/failure-of.js'
import type { Answer, Received } from '../../kit/loopback-server.js'
import { numberedId, plainWallet, readPlain, sampleWallet } from '../../kit/sample-wallets.js'
import { FakeVault, ROOT, walletGrants } from '../../kit/vault/fake-vault.js'
import type { VaultTools } from '../../kit/vault/vault-kit.js'
import { HurriedClock, vaultBackend, vaultConfig, vaultTools } from '../../kit/vault/vault-kit.js'

const CANARY = 'canary-mnemonic-abandon-zoo'
const TOKEN = 'hvs.canary-token'

describe('failures of Vault', () => {
  let fake: FakeVault
  let tools: VaultTools
  let backend: SecretBackend
  const wallet = sampleWallet({ signatureId: numberedId(1), material: { mnemonic: CANARY } })
  const id = wallet.descriptor.signatureId
  const entry = `keyward/wallets/${id}`

  beforeEach(async () => {
    fake = await FakeVault.start()
    fake.tokens.issue({ grants: walletGrants() }, TOKEN)
    tools = vaultTools({ TOKEN }, new HurriedClock())
    backend = connect()
    await backend.open()
    await backend.create([wallet])
  })

  afterEach(async () => {
    await backend.close()
    await fake.close()
  })

  const connect = (settings: object = {}, url = fake.url): SecretBackend =>
    vaultBackend(vaultConfig({ address: url, timeouts: { requestMs: 500, totalMs: 4000 }, ...settings }), tools)

  const onData = (answer: Answer): void => {
    fake.before = ({ path }) => (path.includes('/data/') ? answer : undefined)
  }

  /** Nobody finds the secret or the token in an error, a log or an address. */
  const secretsIn = (error: unknown): string[] => {
    const shown = [inspect(error, { depth: 9, showHidden: true }), inspect(tools.log.lines, { depth: 9 })]
    shown.push(...fake.requests.map(({ target }) => target))
    if (error instanceof KeywardError) shown.push(JSON.stringify(error), error.stack ?? '')
    return shown.filter((text) => text.includes(CANARY) || text.includes(TOKEN))
  }

  interface Row {
    readonly name: string
    readonly answer: Answer
    readonly code: string
    readonly advice: string
  }

  const echo = { errors: [`the request said ${CANARY} and ${TOKEN}`] }
  const rows: readonly Row[] = [
    {
      name: 'sealed',
      answer: { status: 503, body: { errors: ['Vault is sealed'] } },
      code: 'BACKEND_SEALED',
      advice: 'vault operator unseal',
    },
    {
      name: 'not initialised',
      answer: { status: 501, body: echo },
      code: 'BACKEND_SEALED',
      advice: 'vault operator init',
    },
    {
      name: 'out of service',
      answer: { status: 503, body: echo },
      code: 'BACKEND_UNREACHABLE',
      advice: 'vault status',
    },
    { name: 'failing', answer: { status: 500, body: echo }, code: 'BACKEND_UNREACHABLE', advice: 'log' },
    {
      name: 'behind a failing proxy',
      answer: { status: 502, body: '<html>bad gateway</html>' },
      code: 'BACKEND_UNREACHABLE',
      advice: 'proxy',
    },
    { name: 'throttling without end', answer: { status: 429, body: echo }, code: 'BACKEND_THROTTLED', advice: 'quota' },
    { name: 'lagging', answer: { status: 412, body: echo }, code: 'BACKEND_CONFLICT', advice: 'replication' },
    {
      name: 'a disaster recovery secondary',
      answer: { status: 472, body: echo },
      code: 'BACKEND_UNREACHABLE',
      advice: 'primary',
    },
    {
      name: 'a performance standby',
      answer: { status: 473, body: echo },
      code: 'BACKEND_UNREACHABLE',
      advice: 'active server',
    },
    {
      name: 'without that mount',
      answer: { status: 404, body: { errors: ['no handler for route "x"'] } },
      code: 'CONFIG_INVALID',
      advice: 'backend.mount',
    },
    {
      name: 'without that namespace',
      answer: { status: 404, body: { errors: ['namespace not found'] } },
      code: 'CONFIG_INVALID',
      advice: 'backend.namespace',
    },
    {
      name: 'https, asked in http',
      answer: { status: 400, body: 'Client sent an HTTP request to an HTTPS server.' },
      code: 'CONFIG_INVALID',
      advice: 'https://',
    },
    {
      name: 'a login page',
      answer: { status: 200, body: '<html>please log in</html>' },
      code: 'BACKEND_UNREACHABLE',
      advice: 'proxies',
    },
    {
      name: 'sending elsewhere',
      answer: { status: 307, headers: { location: 'https://evil.example/v1/x' } },
      code: 'CONFIG_INVALID',
      advice: 'backend.address',
    },
    {
      name: 'refusing the method',
      answer: { status: 405, body: echo },
      code: 'BACKEND_UNSUPPORTED',
      advice: 'version 2',
    },
    {
      name: 'answering something else',
      answer: { body: { data: { data: 7 } } },
      code: 'BACKEND_UNREACHABLE',
      advice: 'proxies',
    },
    { name: 'cutting connections', answer: { how: 'reset' }, code: 'BACKEND_UNREACHABLE', advice: 'firewalls' },
    {
      name: 'giving half an answer',
      answer: { how: 'half', body: { data: { data: { value: CANARY } } } },
      code: 'BACKEND_UNREACHABLE',
      advice: 'firewalls',
    },
    { name: 'silent', answer: { how: 'hang' }, code: 'BACKEND_UNREACHABLE', advice: 'network' },
    { name: 'dripping', answer: { how: 'drip' }, code: 'BACKEND_UNREACHABLE', advice: 'network' },
  ]

  for (const { name, answer, code, advice } of rows) {
    it(`says what is wrong when the server is ${name}, and tells no secret`, async () => {
      onData(answer)
      const error = await failureOf(backend.get(id))
      expect(error.code).to.equal(code)
      expect(error.advice).to.contain(advice)
      expect(secretsIn(error)).to.deep.equal([])
    })
  }

  it('goes on by itself after an outage', async () => {
    let failures = 3
    fake.before = ({ path }) => (path.includes('/data/') && failures-- > 0 ? { status: 503, body: {} } : undefined)
    expect(await readPlain(backend, id)).to.deep.equal(plainWallet(wallet))
  })

  it('waits as long as a throttling server asks, and loses nothing', async () => {
    fake.quota = { left: 0, retryAfter: 2 }
    const began = tools.clock.now()
    fake.before = () => {
      if (tools.clock.now() - began >= 2000) fake.quota = undefined
      return undefined
    }
    expect(await readPlain(backend, id)).to.deep.equal(plainWallet(wallet))
    expect(tools.clock.now() - began).to.be.at.least(2000)
  })

  it('says how to bring a deleted wallet back, also to whoever creates it again', async () => {
    await backend.remove(id, 'recoverable')
    for (const error of [await failureOf(backend.get(id)), await failureOf(backend.create([wallet]))]) {
      expect(error.code).to.be.oneOf(['WALLET_DELETED', 'WALLET_EXISTS'])
      expect(error.advice).to.contain(`vault kv undelete -mount=secret -versions=1 keyward/wallets/${id}`)
    }
    expect((await failureOf(backend.remove(id, 'recoverable'))).code).to.equal('WALLET_DELETED')
    fake.kv().undelete(entry, [1])
    expect(await readPlain(backend, id)).to.deep.equal(plainWallet(wallet))
  })

  it('says that a destroyed wallet is lost, and lets its name be freed', async () => {
    fake.kv().destroy(entry, [1])
    expect((await failureOf(backend.get(id))).advice).to.contain('backup')
    expect((await failureOf(backend.create([wallet]))).code).to.equal('WALLET_EXISTS')
    await backend.remove(id, 'permanent')
    await backend.create([wallet])
    expect(await readPlain(backend, id)).to.deep.equal(plainWallet(wallet))
  })

  it('refuses entries that are not its own, edited or of another wallet', async () => {
    const other = sampleWallet()
    await backend.create([other])
    const swapped = fake.kv().peek(`keyward/wallets/${other.descriptor.signatureId}`) ?? {}
    for (const data of [{ password: CANARY }, { value: `{"v":1,"mnemonic":"${CANARY}"}` }, { value: 'x' }, swapped]) {
      fake.kv().put(entry, data)
      const error = await failureOf(backend.get(id))
      expect(error.code).to.equal('WALLET_CORRUPT')
      expect(secretsIn(error)).to.deep.equal([])
    }
  })

  it('passes over other entries of the folder', async () => {
    fake.kv().put('keyward/wallets/readme', { text: 'x' })
    fake.kv().put('keyward/wallets/old/00000000-0000-4000-8000-000000000009', { text: 'x' })
    fake.kv().put('keyward/wallets/00000000-0000-4000-8000-00000000000A', { text: 'x' })
    const listed = []
    for await (const descriptor of backend.list()) listed.push(descriptor)
    expect(listed).to.deep.equal([wallet.descriptor])
  })

  it('describes a wallet without labels, left by a crash, from its value', async () => {
    fake.kv().label(entry, {})
    fake.kv().put(entry, fake.kv().peek(entry) ?? {})
    const again = connect()
    await again.open()
    const listed = []
    for await (const descriptor of again.list()) listed.push(descriptor)
    await again.close()
    expect(listed).to.deep.equal([wallet.descriptor])
  })

  describe('creating', () => {
    const another = sampleWallet({ signatureId: numberedId(2), material: { mnemonic: CANARY } })
    const its = another.descriptor.signatureId

    const lose = (part: string): void => {
      let lost = 0
      fake.after = (request: Received, answer) =>
        request.method === 'POST' && request.path.includes(part) && lost++ === 0 ? { how: 'reset' } : answer
    }

    it('once, with its labels, although the answer was lost', async () => {
      lose('/data/')
      await backend.create([another])
      expect(await readPlain(backend, its)).to.deep.equal(plainWallet(another))
      expect(fake.kv().custom(`keyward/wallets/${its}`)).to.include({ app: 'keyward', chain: 'BTC' })
    })

    it('with its labels although the answer to those was lost', async () => {
      lose('/metadata/')
      await backend.create([another])
      expect(fake.kv().custom(`keyward/wallets/${its}`)).to.include({ app: 'keyward' })
    })

    it('keeps a wallet whose labels could not be written: it is described from its value', async () => {
      fake.before = ({ method, path }) =>
        method === 'POST' && path.includes('/metadata/') ? { status: 500, body: echo } : undefined
      await backend.create([another])
      expect(await readPlain(backend, its)).to.deep.equal(plainWallet(another))
      const listed = []
      for await (const descriptor of backend.list()) listed.push(descriptor.signatureId)
      expect(listed).to.include(its)
    })

    it('leaves nothing of a batch in which one wallet fails', async () => {
      const third = sampleWallet()
      fake.before = ({ method, path }) =>
        method === 'POST' && path.endsWith(third.descriptor.signatureId) ? { status: 500, body: echo } : undefined
      const error = await failureOf(backend.create([another, third]))
      expect(error.code).to.equal('BACKEND_UNREACHABLE')
      expect(secretsIn(error)).to.deep.equal([])
      expect(fake.kv().has(`keyward/wallets/${its}`)).to.equal(false)
    })

    it('goes without labels where the policy forbids them, and says so once', async () => {
      fake.tokens.issue(
        {
          grants: walletGrants().map((grant) => ({
            ...grant,
            capabilities: grant.capabilities.filter((one) => one !== 'update'),
          })),
        },
        TOKEN,
      )
      await backend.create([another])
      await backend.create([sampleWallet()])
      expect(tools.log.events('warn').filter((event) => event === 'vault.labels-denied')).to.have.length(1)
      expect(await readPlain(backend, its)).to.deep.equal(plainWallet(another))
    })

    it('says that the name is taken when the policy forbids to overwrite', async () => {
      const rival = sampleWallet({ signatureId: id, material: { mnemonic: 'another' } })
      expect((await failureOf(backend.create([rival]))).code).to.equal('WALLET_EXISTS')
    })

    it('names the missing permission', async () => {
      fake.tokens.issue(
        { grants: walletGrants().map((grant) => ({ ...grant, capabilities: ['read', 'list'] })) },
        TOKEN,
      )
      const error = await failureOf(backend.create([another]))
      expect(error.code).to.equal('BACKEND_DENIED')
      expect(error.advice).to.contain('path "secret/data/keyward/wallets/*" { capabilities = ["create"] }')
    })
  })

  describe('opening', () => {
    const refusal = async (settings: object, url?: string): Promise<KeywardError> =>
      failureOf(connect(settings, url).open())

    it('refuses KV version 1, which overwrites', async () => {
      fake.mount('kv1', 1)
      fake.tokens.issue({ grants: walletGrants('kv1') }, TOKEN)
      const error = await refusal({ mount: 'kv1' })
      expect(error.code).to.equal('CONFIG_INVALID')
      expect(error.advice).to.contain('-version=2')
    })

    it('says that there is no such mount, or that the policy is missing', async () => {
      const error = await refusal({ mount: 'nowhere' })
      expect(error.code).to.equal('BACKEND_DENIED')
      expect(error.advice).to.contain('backend.mount')
    })

    it('finds out that a part of the mount belongs to the prefix', async () => {
      fake.tokens.issue({ grants: 'root' }, TOKEN)
      const error = await refusal({ mount: 'secret/keyward', prefix: 'wallets' })
      expect(error.code).to.equal('CONFIG_INVALID')
      expect(error.advice).to.contain('`backend.mount` to secret')
    })

    it('says at once that wallets cannot be read', async () => {
      fake.tokens.issue({ grants: walletGrants('secret', 'elsewhere') }, TOKEN)
      const error = await refusal({})
      expect(error.code).to.equal('BACKEND_DENIED')
      expect(error.advice).to.contain('"read"')
    })

    it('refuses plain http to another machine', async () => {
      const error = await failureOf((async () => connect({}, 'http://vault.example.com:8200').open())())
      expect(error.code).to.equal('CONFIG_INVALID')
      expect(error.advice).to.contain('allowInsecure')
    })

    it('says that nobody listens', async () => {
      await fake.close()
      const error = await refusal({})
      expect(error.code).to.equal('BACKEND_UNREACHABLE')
      expect(error.message).to.contain('ECONNREFUSED')
      expect(secretsIn(error)).to.deep.equal([])
    })

    it('ends when it is interrupted', async () => {
      fake.before = () => ({ how: 'hang' })
      const stop = new AbortController()
      const opening = failureOf(connect().open(stop.signal))
      stop.abort()
      expect((await opening).code).to.equal('INTERRUPTED')
    })
  })

  it('tells health by state: standbys are healthy, the others say why not', async () => {
    for (const state of ['standby', 'performance-standby'] as const) {
      fake.state = state
      expect(await backend.health()).to.deep.equal({ ready: true })
    }
    for (const [state, words] of [
      ['sealed', 'sealed'],
      ['uninitialised', 'not been initialised'],
      ['disaster-recovery', 'disaster recovery'],
    ] as const) {
      fake.state = state
      const { ready, reason } = await backend.health()
      expect(ready).to.equal(false)
      expect(reason).to.contain(words)
    }
    fake.state = 'active'
    expect(await backend.health()).to.deep.equal({ ready: true })
  })

  it('lists and reads 25,000 wallets', async function () {
    this.timeout(120_000)
    const labels = { app: 'keyward', chain: 'BTC', network: 'testnet', kind: 'mnemonic' }
    for (const flavour of ['vault', 'openbao'] as const) {
      const big = await FakeVault.start({ flavour })
      for (let n = 0; n < 25_000; n += 1) big.kv().put(`keyward/wallets/${numberedId(n)}`, { value: 'x' }, labels)
      tools.secrets.values['TOKEN'] = ROOT
      const store = connect({}, big.url)
      await store.open()
      const names = new Set<string>()
      if (store.names) for await (const name of store.names()) names.add(name)
      expect(names.size).to.equal(25_000)
      expect(big.requests.filter(({ path }) => path.includes('/data/'))).to.deep.equal([])
      await store.close()
      await big.close()
    }
  })
})
