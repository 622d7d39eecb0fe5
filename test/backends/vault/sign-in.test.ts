import { expect } from 'chai'
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { SecretBackend } from '../../../src/core/secret-backend.js'
import { failureOf } from '../../kit/failure-of.js'
import { testCertificate } from '../../kit/test-certificate.js'
import { FakeVault, walletGrants } from '../../kit/vault/fake-vault.js'
import type { VaultTools } from '../../kit/vault/vault-kit.js'
import { vaultBackend, vaultConfig, vaultTools } from '../../kit/vault/vault-kit.js'

const may = { grants: walletGrants() }

describe('signing in to Vault', () => {
  let fake: FakeVault
  let folder: string
  let opened: SecretBackend[]

  beforeEach(async () => {
    fake = await FakeVault.start({ tls: true, clientCa: testCertificate.cert })
    folder = await mkdtemp(path.join(tmpdir(), 'keyward-vault-'))
    opened = []
    await writeFile(path.join(folder, 'ca.pem'), testCertificate.cert)
    await writeFile(path.join(folder, 'key.pem'), testCertificate.key)
  })

  afterEach(async () => {
    for (const backend of opened) await backend.close()
    await fake.close()
    await rm(folder, { recursive: true, force: true })
  })

  const file = (name: string): string => path.join(folder, name)

  const open = async (auth: object, tools: VaultTools = vaultTools(), more: object = {}): Promise<SecretBackend> => {
    const config = vaultConfig({ address: fake.url, tls: { caFile: file('ca.pem') }, auth, ...more })
    const backend = vaultBackend(config, tools)
    opened.push(backend)
    await backend.open()
    return backend
  }

  const bodies = (suffix: string): string[] =>
    fake.requests.filter((request) => request.path.endsWith(suffix)).map((request) => request.body)

  it('by token: from a reference or a file, and looks at it first', async () => {
    const token = fake.tokens.issue(may)
    await open({ method: 'token', token: 'env:TOKEN' }, vaultTools({ TOKEN: token }))
    expect(fake.requests[0]?.path).to.equal('/v1/auth/token/lookup-self')
    await writeFile(file('token'), token)
    await open({ method: 'token', tokenFile: file('token') })
  })

  it('by token: says that a dead one is dead', async () => {
    const opening = open({ method: 'token', token: 'env:TOKEN' }, vaultTools({ TOKEN: 'hvs.unknown' }))
    const error = await failureOf(opening)
    expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
    expect(error.advice).to.contain('expired or was revoked')
  })

  it('by AppRole, with the secret id from a reference, at any mount', async () => {
    fake.tokens.allow('team/approle', { role_id: 'r', secret_id: 's' }, may)
    const auth = { method: 'approle', mount: 'team/approle', roleId: 'r', secretId: 'env:SID' }
    await open(auth, vaultTools({ SID: 's' }))
    const error = await failureOf(open(auth, vaultTools({ SID: 'wrong' })))
    expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
    expect(error.advice).to.contain('secret id')
  })

  describe('by AppRole with a wrapped secret id', () => {
    const auth = { method: 'approle', roleId: 'r', secretId: 'env:SID', wrapped: true }
    const wrap = (secretId = 's', at = 'auth/approle/role/keyward/secret-id'): string =>
      fake.tokens.wrap(at, { secret_id: secretId })

    beforeEach(() => fake.tokens.allow('approle', { role_id: 'r', secret_id: 's' }, may))

    it('unwraps it once, and signs in again with what it found', async () => {
      const tools = vaultTools({ SID: wrap() })
      const backend = await open(auth, tools)
      fake.tokens.revokeAll()
      expect(await backend.health()).to.deep.equal({ ready: true })
      expect(fake.tokens.logins).to.equal(2)
      expect(bodies('/unwrap')).to.have.length(1)
    })

    it('signs in again when the wrapping token has been taken away since', async () => {
      const tools = vaultTools({ SID: wrap() })
      const backend = await open(auth, tools)
      delete tools.secrets.values['SID']
      fake.tokens.revokeAll()
      expect(await backend.health()).to.deep.equal({ ready: true })
    })

    it('takes up a newly wrapped secret id', async () => {
      const tools = vaultTools({ SID: wrap() })
      const backend = await open(auth, tools)
      fake.tokens.forbid('approle', { role_id: 'r', secret_id: 's' })
      fake.tokens.allow('approle', { role_id: 'r', secret_id: 'newer' }, may)
      tools.secrets.values['SID'] = wrap('newer')
      fake.tokens.revokeAll()
      expect(await backend.health()).to.deep.equal({ ready: true })
    })

    it('raises an alarm when somebody has unwrapped it before', async () => {
      const token = wrap()
      fake.tokens.unwrap(token)
      const tools = vaultTools({ SID: token })
      const error = await failureOf(open(auth, tools))
      expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
      expect(error.advice).to.contain('stolen')
      expect(tools.log.events('error')).to.deep.equal(['vault.wrapped-secret-id.refused'])
    })

    it('raises an alarm when it wraps something else, and does not unwrap it', async () => {
      const tools = vaultTools({ SID: wrap('s', 'cubbyhole/mine') })
      const error = await failureOf(open(auth, tools))
      expect(error.message).to.contain('something else')
      expect(bodies('/unwrap')).to.deep.equal([])
    })

    it('does not unwrap twice when the answer was lost', async () => {
      fake.after = (request, answer) => (request.path.endsWith('/unwrap') ? { how: 'reset' } : answer)
      const error = await failureOf(open(auth, vaultTools({ SID: wrap() })))
      expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
      expect(error.advice).to.contain('Wrap a new secret id')
      expect(bodies('/unwrap')).to.have.length(1)
    })
  })

  it('by the Kubernetes service account, whose file is read at each sign-in', async () => {
    fake.tokens.allow('kubernetes', { role: 'keyward', jwt: 'first' }, may)
    fake.tokens.allow('kubernetes', { role: 'keyward', jwt: 'second' }, may)
    await writeFile(file('sa'), 'first\n')
    const backend = await open({ method: 'kubernetes', role: 'keyward', tokenFile: file('sa') })
    await writeFile(file('sa'), 'second\n')
    fake.tokens.revokeAll()
    expect(await backend.health()).to.deep.equal({ ready: true })
    expect(bodies('/kubernetes/login')).to.deep.equal([
      '{"role":"keyward","jwt":"first"}',
      '{"role":"keyward","jwt":"second"}',
    ])
  })

  it('by Kubernetes: says which file is missing outside of a pod', async () => {
    const tools = vaultTools()
    const error = await failureOf(open({ method: 'kubernetes', role: 'keyward' }, tools))
    expect(error.code).to.equal('SECRET_REFERENCE_UNRESOLVED')
    expect(error.message).to.contain('/var/run/secrets/kubernetes.io/serviceaccount/token')
  })

  it('by JWT, with a role and with the default role', async () => {
    fake.tokens.allow('jwt', { role: 'keyward', jwt: 'j' }, may)
    fake.tokens.allow('ci/jwt', { jwt: 'j' }, may)
    await open({ method: 'jwt', role: 'keyward', jwt: 'env:JWT' }, vaultTools({ JWT: 'j' }))
    await open({ method: 'jwt', mount: 'ci/jwt', jwt: 'env:JWT' }, vaultTools({ JWT: 'j' }))
    const error = await failureOf(open({ method: 'jwt', jwt: 'env:JWT' }, vaultTools({ JWT: 'expired' })))
    expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
    expect(error.advice).to.contain('expired')
  })

  describe('by client certificate', () => {
    const auth = (): object => ({
      ...{ method: 'cert', role: 'keyward', certificateFile: file('ca.pem'), keyFile: file('key.pem') },
    })

    it('shows it on the connection, and reads it again at each sign-in', async () => {
      fake.tokens.allow('cert', { name: 'keyward', certificate: 'keyward test approver' }, may)
      const backend = await open(auth())
      fake.tokens.revokeAll()
      expect(await backend.health()).to.deep.equal({ ready: true })
      expect(fake.tokens.logins).to.equal(2)
      await unlink(file('key.pem'))
      fake.tokens.revokeAll()
      expect((await backend.health()).reason).to.contain('key.pem')
    })

    it('says that the server does not take it', async () => {
      const error = await failureOf(open(auth()))
      expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
      expect(error.advice).to.contain('client certificate')
    })
  })

  it('sends the namespace with every request, and everything else stays in it', async () => {
    fake.mount('secret', 2, 'team/payments')
    const token = fake.tokens.issue({ ...may, namespace: 'team/payments' })
    const backend = await open({ method: 'token', token: 'env:T' }, vaultTools({ T: token }), {
      namespace: 'team/payments',
    })
    await backend.health()
    for (const { path: asked, headers } of fake.requests) {
      const expected = asked === '/v1/sys/health' ? undefined : 'team/payments'
      expect(headers['x-vault-namespace'], asked).to.equal(expected)
    }
    const other = open({ method: 'token', token: 'env:T' }, vaultTools({ T: token }), { namespace: 'team/other' })
    const error = await failureOf(other)
    expect(error.code).to.equal('CONFIG_INVALID')
    expect(error.advice).to.contain('backend.namespace')
  })

  it('says that a sign-in method is not enabled there', async () => {
    fake.before = ({ path: asked }) =>
      asked.endsWith('/login')
        ? { status: 404, body: { errors: ['no handler for route "auth/jwt/login". route entry not found.'] } }
        : undefined
    const error = await failureOf(open({ method: 'jwt', jwt: 'env:J' }, vaultTools({ J: 'j' })))
    expect(error.code).to.equal('CONFIG_INVALID')
    expect(error.advice).to.contain('backend.auth.mount')
  })
})
