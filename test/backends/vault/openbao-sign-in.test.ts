import { expect } from 'chai'
import { generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { SecretBackend } from '../../../src/core/secret-backend.js'
import { wipeWallet } from '../../../src/core/wallet.js'
import { failureOf } from '../../kit/failure-of.js'
import { LoopbackServer } from '../../kit/loopback-server.js'
import { until } from '../../kit/manual-clock.js'
import { readPlain, plainWallet, sampleWallet } from '../../kit/sample-wallets.js'
import { testCertificate } from '../../kit/test-certificate.js'
import { Admin, textAt, walletPolicy } from '../../kit/vault/admin.js'
import type { VaultTools } from '../../kit/vault/vault-kit.js'
import { vaultBackend, vaultConfig, vaultTools } from '../../kit/vault/vault-kit.js'
import { describeWithServers, startOpenBao } from '../../servers/servers.js'

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function jwtOf(claims: object, key: KeyObject): string {
  const text = `${part({ alg: 'ES256', typ: 'JWT' })}.${part(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

describeWithServers('Vault backend and a real OpenBao: signing in, sealing, load', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const claims = { iss: 'test', sub: 'keyward', aud: 'vault', iat: 1_700_000_000, exp: 4_000_000_000 }
  let admin: Admin
  let folder: string
  let opened: SecretBackend[]

  before(async () => {
    admin = new Admin(await startOpenBao({ tls: true }))
    folder = await mkdtemp(path.join(tmpdir(), 'keyward-vault-'))
    await writeFile(path.join(folder, 'ca.pem'), admin.server.ca ?? '')
    await writeFile(path.join(folder, 'client.pem'), testCertificate.cert)
    await writeFile(path.join(folder, 'client-key.pem'), testCertificate.key)
    await admin.policy('wallets', walletPolicy('secret', 'keyward/wallets'))
    for (const type of ['approle', 'jwt', 'cert', 'kubernetes']) await admin.ask('POST', `sys/auth/${type}`, { type })
    await admin.ask('POST', 'auth/approle/role/keyward', {
      token_policies: 'wallets',
      token_ttl: '3s',
      token_max_ttl: '7s',
    })
  })

  after(async () => {
    await admin.close()
    await admin.server.stop()
    await rm(folder, { recursive: true, force: true })
  })

  beforeEach(() => (opened = []))

  afterEach(async () => {
    for (const backend of opened) await backend.close()
  })

  const open = async (auth: object, tools: VaultTools): Promise<SecretBackend> => {
    const tls = { caFile: path.join(folder, 'ca.pem') }
    const backend = vaultBackend(vaultConfig({ address: admin.server.url, tls, auth }), tools)
    opened.push(backend)
    await backend.open()
    return backend
  }

  const works = async (backend: SecretBackend): Promise<void> => {
    const wallet = sampleWallet()
    await backend.create([wallet])
    expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
    await backend.remove(wallet.descriptor.signatureId, 'permanent')
  }

  const appRole = async (): Promise<{
    roleId: string
    secretId: () => Promise<string>
    wrapped: () => Promise<string>
  }> => {
    const roleId = textAt(await admin.ask('GET', 'auth/approle/role/keyward/role-id'), 'data', 'role_id')
    const issue = 'auth/approle/role/keyward/secret-id'
    return {
      roleId,
      secretId: async () => textAt(await admin.ask('POST', issue), 'data', 'secret_id'),
      wrapped: async () => {
        const headers = { 'x-vault-token': admin.server.rootToken, 'x-vault-wrap-ttl': '60s' }
        return textAt((await admin.try('POST', issue, undefined, headers)).body, 'wrap_info', 'token')
      },
    }
  }

  it('by AppRole, with a lease that is renewed, and a new sign-in when its last time has come', async () => {
    const { roleId, secretId } = await appRole()
    const tools = vaultTools({ SID: await secretId() })
    const backend = await open({ method: 'approle', roleId, secretId: 'env:SID' }, tools)
    const events = (name: string): number => tools.log.lines.filter(({ event }) => event === name).length
    await until(() => events('vault.token-renewed') >= 1 && events('vault.signed-in') >= 2)
    await works(backend)
    expect(tools.log.events('warn')).to.deep.equal([])
  })

  it('by AppRole with a wrapped secret id, once', async () => {
    const { roleId, wrapped } = await appRole()
    const tools = vaultTools({ SID: await wrapped() })
    const auth = { method: 'approle', roleId, secretId: 'env:SID', wrapped: true }
    await works(await open(auth, tools))
    const error = await failureOf(open(auth, vaultTools({ ...tools.secrets.values })))
    expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
    expect(error.advice).to.contain('stolen')
  })

  it('by JWT of a key that the server knows', async () => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' })
    await admin.ask('POST', 'auth/jwt/config', { jwt_validation_pubkeys: [pem] })
    const role = { role_type: 'jwt', user_claim: 'sub', bound_audiences: ['vault'], token_policies: ['wallets'] }
    await admin.ask('POST', 'auth/jwt/role/keyward', role)
    const auth = { method: 'jwt', role: 'keyward', jwt: 'env:JWT' }
    await works(await open(auth, vaultTools({ JWT: jwtOf(claims, privateKey) })))
    const expired = jwtOf({ ...claims, exp: 1_000_000_000 }, privateKey)
    expect((await failureOf(open(auth, vaultTools({ JWT: expired })))).code).to.equal('BACKEND_UNAUTHENTICATED')
  })

  it('by the service account of Kubernetes, whose API server is played here', async () => {
    const user = { username: 'system:serviceaccount:payments:keyward', uid: 'u-1', groups: [] }
    const api = await LoopbackServer.start(
      () => ({
        status: 201,
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', status: { authenticated: true, user } },
      }),
      testCertificate,
    )
    try {
      const config = {
        kubernetes_host: api.url,
        kubernetes_ca_cert: testCertificate.cert,
        disable_local_ca_jwt: true,
        token_reviewer_jwt: jwtOf(claims, privateKey),
      }
      await admin.ask('POST', 'auth/kubernetes/config', config)
      const bound = { bound_service_account_names: 'keyward', bound_service_account_namespaces: 'payments' }
      await admin.ask('POST', 'auth/kubernetes/role/keyward', { ...bound, token_policies: 'wallets' })
      const account = {
        ...{ iss: 'kubernetes/serviceaccount', sub: user.username },
        'kubernetes.io/serviceaccount/namespace': 'payments',
        'kubernetes.io/serviceaccount/service-account.name': 'keyward',
        'kubernetes.io/serviceaccount/service-account.uid': 'u-1',
      }
      const tokenFile = path.join(folder, 'service-account')
      await writeFile(tokenFile, jwtOf(account, privateKey))
      await works(await open({ method: 'kubernetes', role: 'keyward', tokenFile }, vaultTools()))
      expect(api.requests[0]?.path).to.equal('/apis/authentication.k8s.io/v1/tokenreviews')
    } finally {
      await api.close()
    }
  })

  it('by client certificate', async () => {
    await admin.ask('POST', 'auth/cert/certs/keyward', { certificate: testCertificate.cert, token_policies: 'wallets' })
    const files = { certificateFile: path.join(folder, 'client.pem'), keyFile: path.join(folder, 'client-key.pem') }
    await works(await open({ method: 'cert', role: 'keyward', ...files }, vaultTools()))
    const error = await failureOf(open({ method: 'cert', role: 'nobody', ...files }, vaultTools()))
    expect(error.code).to.equal('BACKEND_UNAUTHENTICATED')
  })

  it('says which certificate it does not trust', async () => {
    const token = await admin.token(['wallets'])
    const backend = vaultBackend(vaultConfig({ address: admin.server.url }), vaultTools({ TOKEN: token }))
    const error = await failureOf(backend.open())
    expect(error.code).to.equal('BACKEND_UNREACHABLE')
    expect(error.advice).to.contain('backend.tls.caFile')
  })

  it('with a token: a revoked one is unauthenticated, a denied path is denied', async () => {
    const token = await admin.token(['wallets'])
    const backend = await open({ method: 'token', token: 'env:TOKEN' }, vaultTools({ TOKEN: token }))
    await works(backend)
    await admin.ask('POST', 'auth/token/revoke', { token })
    expect((await failureOf(backend.get(sampleWallet().descriptor.signatureId))).code).to.equal(
      'BACKEND_UNAUTHENTICATED',
    )
    const other = await admin.token(['default'])
    const denied = await failureOf(open({ method: 'token', token: 'env:TOKEN' }, vaultTools({ TOKEN: other })))
    expect(denied.code).to.equal('BACKEND_DENIED')
  })

  it('refuses a mount of version 1, a missing mount and a missing namespace', async () => {
    await admin.mount('kv1', '1')
    const refusal = async (more: object): Promise<string> => {
      const config = vaultConfig({ address: admin.server.url, tls: { caFile: path.join(folder, 'ca.pem') }, ...more })
      return (await failureOf(vaultBackend(config, vaultTools({ TOKEN: admin.server.rootToken })).open())).code
    }
    expect(await refusal({ mount: 'kv1' })).to.equal('CONFIG_INVALID')
    expect(await refusal({ mount: 'nowhere' })).to.equal('BACKEND_DENIED')
    expect(await refusal({ namespace: 'nowhere' })).to.equal('CONFIG_INVALID')
  })

  it('goes on after an undelete with the very command that the advice names', async () => {
    const tools = vaultTools({ TOKEN: admin.server.rootToken })
    const backend = await open({ method: 'token', token: 'env:TOKEN' }, tools)
    const wallet = sampleWallet()
    const { signatureId } = wallet.descriptor
    await backend.create([wallet])
    await backend.remove(signatureId, 'recoverable')
    const { advice = '' } = await failureOf(backend.get(signatureId))
    const [, mount, versions, name] = /vault kv undelete -mount=(\S+) -versions=(\d+) (\S+)$/.exec(advice) ?? []
    await admin.ask('POST', `${mount ?? ''}/undelete/${name ?? ''}`, { versions: [Number(versions)] })
    expect(await readPlain(backend, signatureId)).to.deep.equal(plainWallet(wallet))
    await backend.remove(signatureId, 'permanent')
  })

  it('creates, lists and reads 2,000 wallets', async function () {
    this.timeout(300_000)
    const backend = await open(
      { method: 'token', token: 'env:TOKEN' },
      vaultTools({ TOKEN: await admin.token(['wallets']) }),
    )
    const wallets = Array.from({ length: 2000 }, () => sampleWallet())
    await backend.create(wallets)
    let listed = 0
    for await (const { chain } of backend.list()) listed += chain === 'BTC' ? 1 : 0
    expect(listed).to.equal(2000)
    let read = 0
    for await (const result of backend.getMany(wallets.map(({ descriptor }) => descriptor.signatureId))) {
      if (!('wallet' in result)) throw result.error
      wipeWallet(result.wallet)
      read += 1
    }
    expect(read).to.equal(2000)
  })

  it('is not ready while sealed, says who has to unseal, and goes on afterwards', async () => {
    const backend = await open({ method: 'token', token: 'env:TOKEN' }, vaultTools({ TOKEN: admin.server.rootToken }))
    const wallet = sampleWallet()
    await backend.create([wallet])
    await admin.ask('PUT', 'sys/seal')
    const error = await failureOf(backend.get(wallet.descriptor.signatureId))
    expect(error.code).to.equal('BACKEND_SEALED')
    expect(error.advice).to.contain('vault operator unseal')
    expect((await backend.health()).reason).to.contain('sealed')
    await admin.ask('PUT', 'sys/unseal', { key: admin.server.unsealKey })
    expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
    expect(await backend.health()).to.deep.equal({ ready: true })
  })
})
