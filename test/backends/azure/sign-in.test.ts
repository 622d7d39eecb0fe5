import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { authorityHostOf, azureConfigSchema } from '../../../src/backends/azure/config.js'
import { newSignatureId } from '../../../src/core/ids.js'
import { Secret } from '../../../src/core/secret.js'
import { AzurePlace } from '../../kit/azure/azure-place.js'
import { CLIENT, TENANT } from '../../kit/azure/fake-entra.js'
import { failureOf } from '../../kit/failure-of.js'

const IDENTITY = '9d1f0c5e-7a2b-4c3d-8e4f-5a6b7c8d9e0f'

/** Variables for one test. */
function variables(): { set(name: string, value: string): void; restore(): void } {
  const before = new Map<string, string | undefined>()
  return {
    set(name, value) {
      if (!before.has(name)) before.set(name, process.env[name])
      process.env[name] = value
    },
    restore() {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name)
        else process.env[name] = value
      }
    },
  }
}

/** A self-signed certificate with its key, as `openssl` makes them. */
async function certificateIn(folder: string, password?: string): Promise<{ both: string; certificate: string }> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'app.pem')]
  const protection = password === undefined ? ['-nodes'] : ['-passout', `pass:${password}`]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-days',
      '2',
      '-subj',
      '/CN=keyward',
      ...protection,
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  )
  const text = await readFile(certificate, 'utf8')
  return { both: `${await readFile(key, 'utf8')}${text}`, certificate: text }
}

describe('azure: ways to sign in', () => {
  let place: AzurePlace
  let env: ReturnType<typeof variables>

  beforeEach(async () => {
    place = await AzurePlace.make()
    env = variables()
    env.set('AZURE_POD_IDENTITY_AUTHORITY_HOST', place.entra.metadataUrl)
  })

  afterEach(async () => {
    env.restore()
    await place.dispose()
  })

  /** Signs in, writes and reads. */
  async function works(changes: Readonly<Record<string, unknown>>): Promise<void> {
    const store = place.store(changes)
    await store.open()
    const id = newSignatureId()
    await store.create(id, Secret.fromText('value'), {})
    const found = (await store.read([id])).get(id)
    expect(found).to.be.instanceOf(Secret)
    await store.close()
  }

  const refusal = async (
    changes: Readonly<Record<string, unknown>>,
  ): Promise<{ code: string; message: string; advice: string }> => {
    const { code, message, advice = '' } = await failureOf(place.store(changes).open())
    return { code, message, advice }
  }

  it('client-secret: an application with a secret, by reference', async () => {
    await works({})
    expect(place.entra.issued).to.equal(1)
  })

  it('client-secret: says that the secret is wrong, or that the application or the tenant is unknown', async () => {
    place.secrets.set('CLIENT_SECRET', 'wrong')
    const wrong = await refusal({})
    expect(wrong.code).to.equal('BACKEND_UNAUTHENTICATED')
    expect(wrong.message).to.contain('AADSTS7000215')
    expect(wrong.advice).to.contain('secret is wrong')
    const auth = { method: 'client-secret', tenantId: TENANT, clientId: IDENTITY, clientSecret: 'env:CLIENT_SECRET' }
    expect(await refusal({ auth })).to.include({ code: 'BACKEND_UNAUTHENTICATED' })
    expect((await refusal({ auth })).advice).to.contain('auth.clientId')
    const other = await refusal({ auth: { ...auth, tenantId: '00000000-0000-4000-8000-000000000001' } })
    expect(other.code).to.equal('BACKEND_UNAUTHENTICATED')
    expect(other.advice).to.match(/tenant/)
  })

  it('client-certificate: an assertion signed with its key', async () => {
    const { both, certificate } = await certificateIn(place.folder)
    place.secrets.set('CERTIFICATE', both)
    place.entra.applications.set(CLIENT, { certificate })
    const auth = { method: 'client-certificate', tenantId: TENANT, clientId: CLIENT, certificate: 'file:CERTIFICATE' }
    await works({ auth })
    await works({ auth: { ...auth, sendCertificateChain: true } })
    expect(place.entra.requests.some(({ body }) => body.includes('PRIVATE'))).to.equal(false)
  })

  it('client-certificate: a key with a password, and the wrong password', async () => {
    const { both, certificate } = await certificateIn(place.folder, 'canary-key-password')
    place.secrets.set('CERTIFICATE', both)
    place.secrets.set('PASSWORD', 'canary-key-password')
    place.entra.applications.set(CLIENT, { certificate })
    const auth = {
      ...{ method: 'client-certificate', tenantId: TENANT, clientId: CLIENT },
      ...{ certificate: 'file:CERTIFICATE', certificatePassword: 'env:PASSWORD' },
    }
    await works({ auth })
    place.secrets.set('PASSWORD', 'another')
    const wrong = await refusal({ auth })
    expect(wrong.code).to.equal('BACKEND_UNAUTHENTICATED')
    expect(wrong.advice).to.contain('certificatePassword')
    place.secrets.set('CERTIFICATE', 'no certificate at all')
    expect((await refusal({ auth })).advice).to.contain('PEM')
  })

  it('workload-identity: the token of a service account, from settings or from the variables of AKS', async () => {
    place.entra.applications.set(IDENTITY, { federatedToken: 'service-account-token' })
    const tokenFile = join(place.folder, 'token')
    await writeFile(tokenFile, 'service-account-token\n')
    await works({ auth: { method: 'workload-identity', tenantId: TENANT, clientId: IDENTITY, tokenFile } })
    env.set('AZURE_TENANT_ID', TENANT)
    env.set('AZURE_CLIENT_ID', IDENTITY)
    env.set('AZURE_FEDERATED_TOKEN_FILE', tokenFile)
    await works({ auth: { method: 'workload-identity' } })
  })

  it('workload-identity: says what is missing, and what does not match', async () => {
    const auth = { method: 'workload-identity', tenantId: TENANT, clientId: IDENTITY }
    expect((await refusal({ auth: { method: 'workload-identity' } })).advice).to.contain('AZURE_FEDERATED_TOKEN_FILE')
    const gone = await refusal({ auth: { ...auth, tokenFile: join(place.folder, 'absent') } })
    expect(gone).to.include({ code: 'BACKEND_UNAUTHENTICATED' })
    expect(gone.advice).to.contain('token')
    place.entra.applications.set(IDENTITY, { federatedToken: 'that of another subject' })
    await writeFile(join(place.folder, 'token'), 'service-account-token')
    const mismatch = await refusal({ auth: { ...auth, tokenFile: join(place.folder, 'token') } })
    expect(mismatch.advice).to.contain('system:serviceaccount')
  })

  it('managed-identity: of the machine itself, or named by client, object or resource id', async () => {
    // The identity library keeps tokens of managed identities for the whole process, so each has a name of its own; the system-assigned one is used here alone.
    await works({ auth: { method: 'managed-identity' } })
    const id = randomUUID()
    const resourceId = `/subscriptions/${id}/resourceGroups/pay/providers/Microsoft.ManagedIdentity/userAssignedIdentities/keyward`
    for (const known of [`client_id=${id}`, `object_id=${id}`, `msi_res_id=${resourceId}`])
      place.entra.identities.add(known)
    for (const named of [{ clientId: id }, { objectId: id }, { resourceId }]) {
      await works({ auth: { method: 'managed-identity', ...named } })
    }
    expect(place.entra.issued).to.equal(4)
  })

  it('managed-identity: says that the machine does not have the identity, or has none at all', async () => {
    const other = await refusal({ auth: { method: 'managed-identity', clientId: randomUUID() } })
    expect(other.code).to.equal('BACKEND_UNAUTHENTICATED')
    expect(other.advice).to.contain('identity')
    env.set('AZURE_POD_IDENTITY_AUTHORITY_HOST', 'http://127.0.0.1:1')
    const none = await refusal({
      auth: { method: 'managed-identity', clientId: randomUUID() },
      timeouts: { requestMs: 2000, totalMs: 2000 },
    })
    expect(none.code).to.equal('BACKEND_UNREACHABLE')
    expect(none.advice).to.contain('no managed identity')
  })

  it('azure-cli: whoever is signed in; says that nobody is, or that there is no az', async () => {
    const bin = join(place.folder, 'bin')
    await mkdir(bin)
    const path = process.env['PATH'] ?? ''
    const auth = { method: 'azure-cli', tenantId: TENANT }
    env.set('PATH', bin)
    expect((await refusal({ auth })).advice).to.match(/Install the Azure CLI|az login/)
    const az = async (script: string): Promise<void> => {
      await writeFile(join(bin, 'az'), `#!/bin/sh\n${script}\n`)
      await chmod(join(bin, 'az'), 0o755)
    }
    env.set('PATH', `${bin}:${path}`)
    await az(`echo "ERROR: Please run 'az login' to setup account." >&2; exit 1`)
    expect((await refusal({ auth })).advice).to.contain('az login')
    const token = await tokenOf(place)
    await az(`echo '{"accessToken":"${token}","expiresOn":"2099-01-01 00:00:00.000000","expires_on":4070908800}'`)
    await works({ auth })
  })

  it('default: the chain of the identity library, when it is asked for', async () => {
    env.set('AZURE_TOKEN_CREDENTIALS', 'ManagedIdentityCredential')
    const managedIdentityClientId = randomUUID()
    place.entra.identities.add(`client_id=${managedIdentityClientId}`)
    await works({ auth: { method: 'default', managedIdentityClientId } })
  })

  it('fetches one token for many requests at once, and never a second client', async () => {
    const store = place.store()
    await store.open()
    const before = place.vault.requests.length
    const ids = Array.from({ length: 40 }, () => newSignatureId())
    await Promise.all(ids.map((id) => store.read([id])))
    expect(place.entra.issued).to.equal(1)
    // One look at the secret and one at the deleted ones for each; none twice for want of a token.
    expect(place.vault.requests.length - before).to.equal(80)
  })

  it('signs in anew when the vault refuses a token that has not expired, without failing anybody', async () => {
    const store = place.store()
    await store.open()
    const ids = Array.from({ length: 30 }, () => newSignatureId())
    for (const id of ids) await store.create(id, Secret.fromText(`value of ${id}`), {})
    place.entra.revokeAll()
    const results = await Promise.all(ids.map(async (id) => (await store.read([id])).get(id)))
    for (const result of results) expect(result).to.be.instanceOf(Secret)
    expect(place.entra.issued).to.equal(2)
  })

  it('renews a token that expires in the middle of a bulk read', async () => {
    place.entra.lifetimeSeconds = 2
    const store = place.store()
    await store.open()
    const id = newSignatureId()
    await store.create(id, Secret.fromText('value'), {})
    const until = Date.now() + 4500
    while (Date.now() < until) {
      expect((await store.read([id])).get(id)).to.be.instanceOf(Secret)
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    expect(place.entra.issued).to.be.greaterThan(1)
  })

  it('waits while the identity service is unwell, and says so in the end', async () => {
    place.entra.trouble = {
      status: 503,
      body: { error: 'temporarily_unavailable', error_description: 'AADSTS90033: later' },
    }
    const store = place.store({ timeouts: { requestMs: 2000, totalMs: 2000 } })
    expect((await failureOf(store.open())).code).to.equal('BACKEND_UNREACHABLE')
    place.entra.trouble = undefined
    await store.open()
  })

  it('never sends a body without a token, also when the first attempts to sign in failed', async () => {
    place.entra.trouble = {
      status: 400,
      body: { error: 'invalid_client', error_description: 'AADSTS7000222: expired' },
    }
    const store = place.store()
    expect((await failureOf(store.open())).advice).to.contain('expired')
    const create = (): Promise<void> => store.create(newSignatureId(), Secret.fromText('canary-value'), {})
    await Promise.allSettled([create(), create(), create()])
    place.entra.trouble = undefined
    await Promise.all([create(), create(), create()])
    const bare = place.vault.requests.filter(({ headers }) => headers.authorization === undefined)
    expect(bare.length).to.be.greaterThan(0)
    for (const { body } of bare) expect(body).to.equal('')
  })
})

describe('azure: configuration', () => {
  const base = { type: 'azure', vaultUrl: 'https://payments.vault.azure.net', auth: { method: 'managed-identity' } }

  it('knows the identity service of each cloud', () => {
    const of = (vaultUrl: string): string => authorityHostOf({ vaultUrl, authorityHost: undefined })
    expect(of('https://a.vault.azure.net')).to.equal('https://login.microsoftonline.com')
    expect(of('https://a.vault.usgovcloudapi.net')).to.equal('https://login.microsoftonline.us')
    expect(of('https://a.vault.azure.cn')).to.equal('https://login.chinacloudapi.cn')
    expect(authorityHostOf({ vaultUrl: 'https://a.vault.azure.cn', authorityHost: 'https://login.corp' })).to.equal(
      'https://login.corp',
    )
  })

  it('takes an address with or without a slash, and refuses http, paths, credentials and names alone', () => {
    expect(azureConfigSchema.parse({ ...base, vaultUrl: 'https://Payments.vault.azure.net/' }).vaultUrl).to.equal(
      'https://payments.vault.azure.net',
    )
    for (const vaultUrl of [
      'payments',
      'http://payments.vault.azure.net',
      'https://u:p@x.vault.azure.net',
      'https://x.vault.azure.net/secrets',
    ]) {
      expect(azureConfigSchema.safeParse({ ...base, vaultUrl }).success, vaultUrl).to.equal(false)
    }
  })

  it('refuses an identity that is named twice, secrets in plain text, and names that do not fit', () => {
    const wrong = [
      { auth: { method: 'managed-identity', clientId: IDENTITY, objectId: IDENTITY } },
      { auth: { method: 'client-secret', tenantId: TENANT, clientId: CLIENT, clientSecret: 'plain' } },
      { auth: {} },
      { prefix: 'with_underscore' },
      { prefix: 'x'.repeat(91) },
      { nonsense: 1 },
    ]
    for (const changes of wrong) {
      expect(azureConfigSchema.safeParse({ ...base, ...changes }).success, JSON.stringify(changes)).to.equal(false)
    }
  })
})

/** A token from the metadata endpoint, as the CLI would have one. */
async function tokenOf(place: AzurePlace): Promise<string> {
  const address = `${place.entra.metadataUrl}/metadata/identity/oauth2/token?resource=https%3A%2F%2Fvault.azure.net`
  const reply = (await (await fetch(address, { headers: { metadata: 'true' } })).json()) as { access_token: string }
  return reply.access_token
}
