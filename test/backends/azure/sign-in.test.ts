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

interface Refusal {
  readonly code: string
  readonly message: string
  readonly advice: string
}

type Changes = Readonly<Record<string, unknown>>

/** Signs in, writes and reads. */
async function worksAt(place: AzurePlace, changes: Changes): Promise<void> {
  const store = place.store(changes)
  await store.open()
  const id = newSignatureId()
  await store.create(id, Secret.fromText('value'), {})
  expect((await store.read([id])).get(id)).to.be.instanceOf(Secret)
  await store.close()
}

async function refusalAt(place: AzurePlace, changes: Changes): Promise<Refusal> {
  const { code, message, advice = '' } = await failureOf(place.store(changes).open())
  return { code, message, advice }
}

describe('azure: ways to sign in', () => {
  let place: AzurePlace
  let env: ReturnType<typeof variables>

  beforeEach(async () => {
    place = await AzurePlace.make()
    env = variables()
  })

  afterEach(async () => {
    env.restore()
    await place.dispose()
  })

  const works = (changes: Changes): Promise<void> => worksAt(place, changes)
  const refusal = (changes: Changes): Promise<Refusal> => refusalAt(place, changes)

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

/** The identity library keeps the address and the tokens of the metadata endpoint for the whole process, so these share one place. */
describe('azure: managed identities', () => {
  let place: AzurePlace
  const env = variables()

  before(async () => {
    place = await AzurePlace.make()
    env.set('AZURE_POD_IDENTITY_AUTHORITY_HOST', place.entra.metadataUrl)
  })

  after(async () => {
    env.restore()
    await place.dispose()
  })

  const named = (id: Changes): Changes => ({ auth: { method: 'managed-identity', ...id } })

  it('sign in as the machine itself, or as an identity named by client, object or resource id', async () => {
    const [clientId, objectId] = [randomUUID(), randomUUID()]
    const resourceId = `/subscriptions/${randomUUID()}/resourceGroups/pay/providers/Microsoft.ManagedIdentity/userAssignedIdentities/keyward`
    for (const known of [`client_id=${clientId}`, `object_id=${objectId}`, `msi_res_id=${resourceId}`]) {
      place.entra.identities.add(known)
    }
    for (const id of [{}, { clientId }, { objectId }, { resourceId }]) await worksAt(place, named(id))
    expect(place.entra.issued).to.equal(4)
  })

  it('are also what the default chain finds, when it is asked for', async () => {
    const managedIdentityClientId = randomUUID()
    place.entra.identities.add(`client_id=${managedIdentityClientId}`)
    env.set('AZURE_TOKEN_CREDENTIALS', 'ManagedIdentityCredential')
    await worksAt(place, { auth: { method: 'default', managedIdentityClientId } })
  })

  it('say that the machine does not have the identity', async () => {
    const other = await refusalAt(place, named({ clientId: randomUUID() }))
    expect(other.code).to.equal('BACKEND_UNAUTHENTICATED')
    expect(other.advice).to.contain('user-assigned')
  })

  it('wait while the metadata endpoint is being updated or busy', async () => {
    for (const [status, code] of [
      [404, 'BACKEND_UNREACHABLE'],
      [410, 'BACKEND_UNREACHABLE'],
      [500, 'BACKEND_UNREACHABLE'],
      [429, 'BACKEND_THROTTLED'],
    ] as const) {
      place.entra.trouble = { status, body: { error: 'later' } }
      const timeouts = { requestMs: 500, totalMs: 500 }
      expect(await refusalAt(place, { ...named({ clientId: randomUUID() }), timeouts })).to.include({ code })
    }
    place.entra.trouble = undefined
  })

  it('say that this machine has none when nobody answers', async () => {
    await place.entra.close()
    const timeouts = { requestMs: 1000, totalMs: 1000 }
    const none = await refusalAt(place, { ...named({ clientId: randomUUID() }), timeouts })
    expect(none.code).to.equal('BACKEND_UNREACHABLE')
    expect(none.advice).to.contain('no managed identity')
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
