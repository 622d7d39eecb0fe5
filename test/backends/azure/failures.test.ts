import { writeFile } from 'node:fs/promises'
import http from 'node:http'
import net from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { inspect } from 'node:util'
import { expect } from 'chai'
import type { AzureStore } from '../../../src/backends/azure/azure-store.js'
import { createAzureSecretScheme } from '../../../src/backends/azure/secret-scheme.js'
import type { AzureSecretScheme } from '../../../src/backends/azure/secret-scheme.js'
import { azureConnectionSchema } from '../../../src/backends/azure/config.js'
import { KeywardError } from '../../../src/core/errors.js'
import { newSignatureId } from '../../../src/core/ids.js'
import { Secret } from '../../../src/core/secret.js'
import { AzurePlace, CANARY_CLIENT_SECRET, hurriedClock } from '../../kit/azure/azure-place.js'
import { errorAnswer, throttled } from '../../kit/azure/vault-answers.js'
import { failureOf } from '../../kit/failure-of.js'
import type { Answer } from '../../kit/loopback-server.js'
import { numberedId } from '../../kit/sample-wallets.js'

const CANARY = 'canary-mnemonic-abandon-zoo'
const SECRETS = /^\/secrets\/keyward-[0-9a-f]{8}-/

/** The error of one wallet. */
async function readFailure(store: AzureStore, id = newSignatureId()): Promise<KeywardError> {
  const found = await store.read([id]).then(
    (results) => results.get(id),
    (thrown: unknown) => thrown,
  )
  if (found instanceof KeywardError) return found
  throw new Error('it was read, and should have failed')
}

const instead = (answer: Answer, times = 1000): { path: RegExp; times: number; when: 'instead'; answer: Answer } => ({
  ...{ path: SECRETS, times, when: 'instead' },
  answer,
})

/** A proxy as enterprises have them: it hears the target's name, and then passes bytes on. */
async function connectProxy(): Promise<{ url: string; targets: string[]; close(): Promise<void> }> {
  const targets: string[] = []
  const sockets = new Set<Duplex>()
  const server = http.createServer()
  server.on('connect', (request, client) => {
    targets.push(request.url ?? '')
    const { hostname, port } = new URL(`http://${request.url ?? ''}`)
    const target = net.connect(Number(port), hostname, () =>
      client.write('HTTP/1.1 200 Connection established\r\n\r\n'),
    )
    for (const socket of [client, target]) sockets.add(socket.on('error', () => target.destroy()))
    target.pipe(client).pipe(target)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    targets,
    close: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

describe('azure: failures', () => {
  let place: AzurePlace
  let store: AzureStore

  beforeEach(async () => {
    place = await AzurePlace.make({}, hurriedClock())
    store = place.store({ timeouts: { requestMs: 1000, totalMs: 20_000 } })
    await store.open()
  })

  afterEach(async () => {
    await place.dispose()
  })

  const stored = async (text = 'value'): Promise<ReturnType<typeof newSignatureId>> => {
    const id = newSignatureId()
    await store.create(id, Secret.fromText(text), { app: 'keyward' })
    return id
  }

  it('passes over a few refusals for the rate, with and without a word on how long to wait', async () => {
    const id = await stored()
    for (const headers of [{}, { 'retry-after': '1' }, { 'x-ms-retry-after-ms': '300' }]) {
      place.vault.fault(instead({ ...throttled(), headers }, 3))
      expect((await store.read([id])).get(id)).to.be.instanceOf(Secret)
    }
    place.vault.fault(instead({ ...throttled(), headers: { 'retry-after': 'Wed, 21 Oct 2099 07:28:00 GMT' } }, 1))
    expect((await failureOf(store.read([id]))).code).to.equal('BACKEND_THROTTLED')
    // Not silent until 2099: a minute later the vault is asked again.
    await place.clock.sleep(60_000)
    expect((await store.read([id])).get(id)).to.be.instanceOf(Secret)
  }).timeout(30_000)

  for (const [title, answer] of [
    ['a connection that is reset', { how: 'reset' }],
    ['half an answer', { how: 'half', body: { value: 'x'.repeat(500) } }],
    ['an answer of somebody else', { status: 200, body: '<html>please sign in to the hotel network</html>' }],
    ['an empty answer', { status: 200, body: '' }],
    ['JSON that is none', { status: 200, body: '{"value":' }],
    ['an answer without a value', { status: 200, body: { id: 'https://v/secrets/n/aa', attributes: {} } }],
    ['an outage with a body that is no JSON', { status: 503, body: '<h1>Service Unavailable</h1>' }],
    ['an outage without a body', { status: 500 }],
    ['a gateway that gives up', { status: 504, body: 'upstream' }],
  ] as const) {
    it(`asks again after ${title}, and says that the vault is unreachable in the end`, async () => {
      const id = await stored()
      place.vault.fault(instead(answer, 2))
      expect((await store.read([id])).get(id)).to.be.instanceOf(Secret)
      place.vault.fault(instead(answer))
      const error = await failureOf(store.read([id]))
      expect(error.code).to.equal('BACKEND_UNREACHABLE')
      expect(error.advice).to.be.a('string')
    })
  }

  it('gives up on a vault that does not answer at all', async () => {
    const quick = place.store({ timeouts: { requestMs: 200, totalMs: 600 } })
    await quick.open()
    place.vault.fault(instead({ how: 'hang' }))
    expect((await failureOf(quick.read([newSignatureId()]))).code).to.equal('BACKEND_UNREACHABLE')
  })

  it('creates a wallet once when the answers to its creation are lost at every step', async () => {
    for (const method of ['PUT', 'PATCH', 'GET']) {
      const id = newSignatureId()
      place.vault.fault({ method, path: SECRETS, times: 2, when: 'after', answer: { how: 'reset' } })
      await store.create(id, Secret.fromText(`value of ${id}`), {})
      const found = (await store.read([id])).get(id)
      expect(found).to.be.instanceOf(Secret)
      expect((found as Secret).text()).to.equal(`value of ${id}`)
    }
  })

  it('tells a wrong host name, a closed port and an untrusted certificate apart', async () => {
    const timeouts = { requestMs: 1000, totalMs: 1000 }
    const unknown = await failureOf(place.store({ vaultUrl: 'https://absent.invalid', timeouts }).open())
    expect(unknown.code).to.equal('BACKEND_UNREACHABLE')
    expect(unknown.advice).to.match(/vaultUrl|network/)
    const closed = await failureOf(place.store({ vaultUrl: 'https://127.0.0.1:1', timeouts }).open())
    expect(closed.message).to.contain('ECONNREFUSED')
    // A place that nobody has a connection to yet: an open one is used again.
    const fresh = await AzurePlace.make()
    try {
      const untrusted = await failureOf(fresh.store({ tls: {}, timeouts }).open())
      expect(untrusted.code).to.equal('BACKEND_UNREACHABLE')
      expect(untrusted.advice).to.contain('tls.caFile')
    } finally {
      await fresh.dispose()
    }
  })

  it('says when the file of the own authority is missing, or is something else', async () => {
    const other = join(place.folder, 'other.pem')
    await writeFile(other, 'no certificate')
    for (const caFile of [other, join(place.folder, 'absent.pem')]) {
      const error = await failureOf(place.store({ tls: { caFile } }).open())
      expect(error.code).to.equal('CONFIG_INVALID')
      expect(error.advice).to.contain('tls.caFile')
    }
  })

  it('sends no token to a host that is none of Azure, unless that is allowed', async () => {
    const issued = place.entra.issued
    const error = await failureOf(place.store({ disableChallengeResourceVerification: false }).open())
    expect(error.code).to.equal('CONFIG_INVALID')
    expect(error.advice).to.contain('disableChallengeResourceVerification')
    expect(place.entra.issued).to.equal(issued)
  })

  it('finds missing permissions at start, and names them', async () => {
    const refused = errorAnswer(403, 'Forbidden', 'x', 'ForbiddenByRbac')
    for (const permission of ['get', 'list']) {
      place.vault.denied.set(permission, refused)
      const error = await failureOf(place.store().open())
      expect(error.code).to.equal('BACKEND_DENIED')
      expect(error.message).to.contain(`to ${permission} secrets`)
      place.vault.denied.delete(permission)
    }
  })

  it('works without the right to look at deleted secrets', async () => {
    place.vault.denied.set('deleted', errorAnswer(403, 'Forbidden', 'x', 'AccessDenied'))
    store = place.store()
    await store.open()
    const [first, second] = [await stored(), await stored()]
    await store.remove(first, 'recoverable')
    await store.remove(second, 'permanent')
    for (const id of [first, second]) expect((await readFailure(store, id)).code).to.equal('WALLET_NOT_FOUND')
    expect(place.vault.model.find(`keyward-${second}`)).to.equal(undefined)
  })

  it('says that a wallet is deleted, and until when it can be recovered, when it may not be purged', async () => {
    place.vault.denied.set('purge', errorAnswer(403, 'Forbidden', 'x', 'AccessDenied'))
    const id = await stored()
    const error = await failureOf(store.remove(id, 'permanent'))
    expect(error.code).to.equal('BACKEND_DENIED')
    const until = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10)
    expect(error.message).to.contain('is deleted').and.contain(`recovered until ${until}`)
    expect((await readFailure(store, id)).code).to.equal('WALLET_DELETED')
    expect((await failureOf(store.remove(id, 'recoverable'))).code).to.equal('WALLET_DELETED')
    place.vault.denied.delete('purge')
    await store.remove(id, 'permanent')
    expect((await readFailure(store, id)).code).to.equal('WALLET_NOT_FOUND')
  })

  it('goes through a proxy, and trusts the own authority there too', async () => {
    const proxy = await connectProxy()
    process.env['HTTPS_PROXY'] = proxy.url
    try {
      // The proxy agent checks the certificates of bare addresses against the name `localhost`, which is as far as a test on the loopback gets: what matters is that
      // the authority is trusted with the file, and is not without it.
      const known = await failureOf(place.store().open())
      expect(known.context['reason']).to.equal('ERR_TLS_CERT_ALTNAME_INVALID')
      const unknown = await failureOf(place.store({ tls: {} }).open())
      expect(unknown.context['reason']).to.equal('DEPTH_ZERO_SELF_SIGNED_CERT')
      expect(proxy.targets).to.include(new URL(place.vault.url).host)
    } finally {
      Reflect.deleteProperty(process.env, 'HTTPS_PROXY')
      await proxy.close()
    }
  })

  it('lists 25,000 names by pages, and yields the first ones before the last are listed', async () => {
    const fast = place.store({ limits: { readsPerSecond: 100_000 } })
    await fast.open()
    for (let n = 0; n < 25_000; n += 1) {
      place.vault.model.put(`keyward-${numberedId(n)}`, { value: 'v', tags: { app: 'keyward' } })
    }
    for (const name of ['keyward-notes', 'other-secret', 'KEYWARD-00000000-0000-4000-8000-FFFFFFFFFFFF']) {
      place.vault.model.put(name, { value: 'v' })
    }
    const before = place.vault.requests.length
    const ids = new Set<string>()
    for await (const { signatureId } of fast.names()) {
      if (ids.size === 0) expect(place.vault.requests.length - before).to.equal(1)
      ids.add(signatureId)
    }
    expect(ids.size).to.equal(25_001)
    expect(ids.has('00000000-0000-4000-8000-ffffffffffff'), 'names are compared without regard to case').to.equal(true)
  }).timeout(60_000)

  it('goes on with a listing where a page failed, and never takes a part for the whole', async () => {
    for (let n = 0; n < 60; n += 1) place.vault.model.put(`keyward-${numberedId(n)}`, { value: 'v' })
    place.vault.fault({ path: /^\/secrets$/, times: 2, when: 'instead', answer: { how: 'reset' } })
    let [seen, pages] = [0, 0]
    for await (const name of store.names()) {
      seen += name.signatureId.length > 0 ? 1 : 0
      if (seen % 25 === 0 && pages++ < 2) {
        place.vault.fault({ path: /^\/secrets$/, times: 1, when: 'instead', answer: { status: 503 } })
      }
    }
    expect(seen).to.equal(60)
    place.vault.fault({ path: /^\/secrets$/, times: 1000, when: 'instead', answer: { status: 503 } })
    const error = await failureOf(
      (async () => {
        for await (const name of store.names()) expect(name).to.equal(undefined)
      })(),
    )
    expect(error.code).to.equal('BACKEND_UNREACHABLE')
  })

  it('keeps to the rates of a vault, so that it is never refused for them', async () => {
    const limited = await AzurePlace.make({ limits: true })
    try {
      const steady = limited.store()
      await steady.open()
      await Promise.all(Array.from({ length: 60 }, () => steady.create(newSignatureId(), Secret.fromText('v'), {})))
      expect(limited.log.lines.filter(({ event }) => event === 'backend.retry')).to.deep.equal([])
    } finally {
      await limited.dispose()
    }
  }).timeout(30_000)

  it('shows no secret in any error, log line or address', async () => {
    const answers: Answer[] = [
      ...[401, 403, 404, 405, 409, 429, 500].map((status) => errorAnswer(status, 'X', `${CANARY} was refused`, 'Y')),
      { status: 200, body: { value: CANARY, id: CANARY } },
      { status: 200, body: `${CANARY} is no JSON` },
      { status: 400, body: `{"error":{"code":"${CANARY} ${'x'.repeat(80)}","message":"${CANARY}"}}` },
      { how: 'half', body: { value: CANARY.repeat(50) } },
      { how: 'reset' },
    ]
    const told: unknown[] = []
    for (const answer of answers) {
      const target = place.store({ timeouts: { requestMs: 1000, totalMs: 1500 } })
      await target.open()
      const id = newSignatureId()
      place.vault.fault(instead(answer))
      const create = target.create(id, Secret.fromText(`${CANARY} ${id}`), { app: 'keyward' })
      told.push(await create.catch((thrown: unknown) => thrown))
      told.push(await target.read([id]).catch((thrown: unknown) => thrown))
      told.push(await target.remove(id, 'permanent').catch((thrown: unknown) => thrown))
      await target.close()
      place.vault.heal()
    }
    place.entra.trouble = {
      status: 400,
      body: { error: 'invalid_client', error_description: `AADSTS7000215 ${CANARY}` },
    }
    told.push(await failureOf(place.store().open()))
    const shown = [
      ...told.map((one) => `${inspect(one, { depth: 9, showHidden: true })} ${JSON.stringify(one)} ${String(one)}`),
      inspect(place.log.lines, { depth: 9 }),
      ...place.vault.requests.map(
        ({ target, headers }) => `${target} ${JSON.stringify({ ...headers, authorization: '' })}`,
      ),
      ...place.entra.requests.map(({ target }) => target),
    ].join('\n')
    expect(shown).to.contain('Key Vault')
    for (const canary of [CANARY, CANARY_CLIENT_SECRET, 'token-1.']) expect(shown).not.to.contain(canary)
  }).timeout(60_000)
})

describe('azure: secrets of the program itself', () => {
  let place: AzurePlace
  let open: AzureSecretScheme

  beforeEach(async () => {
    place = await AzurePlace.make()
    const { type: _type, prefix: _prefix, ...connection } = place.config()
    open = createAzureSecretScheme(azureConnectionSchema.parse(connection), place.dependencies)
  })

  afterEach(async () => {
    await place.dispose()
  })

  const context = (variables: Readonly<Record<string, string>> = {}): Parameters<AzureSecretScheme>[1] => ({
    purpose: { what: 'the password of the wallet file' },
    environment: {
      find: (name) => {
        const text = variables[name]
        return text === undefined ? undefined : { text }
      },
    },
  })

  it('are read by address, with or without scheme, version and member, with one token for all', async () => {
    const first = place.vault.model.put('wallet-password', { value: 'older' })
    place.vault.model.put('wallet-password', { value: '{"password":"newer","n":1}' })
    const host = place.vault.url.slice('https://'.length)
    const text = async (rest: string): Promise<string> => (await open(rest, context())).text()
    expect(await text(`${place.vault.url}/secrets/wallet-password`)).to.contain('newer')
    expect(await text(`${host}/secrets/wallet-password/${first.id}`)).to.equal('older')
    expect(await text(`${host}/secrets/wallet-password#password`)).to.equal('newer')
    expect(place.entra.issued).to.equal(1)
  })

  it('say what is wrong: no address, no secret, switched off, no such member, variables that are not set', async () => {
    place.vault.model.put('plain', { value: CANARY })
    place.vault.model.put('object', { value: JSON.stringify({ other: CANARY }) })
    place.vault.model.put('off', { value: CANARY, enabled: false })
    const cases: readonly (readonly [string, RegExp])[] = [
      ['nonsense', /not the address/],
      [`${place.vault.url}/keys/x`, /not the address/],
      [`${place.vault.url}/secrets/absent`, /no such secret/],
      [`${place.vault.url}/secrets/off`, /switched off/],
      [`${place.vault.url}/secrets/plain#password`, /not JSON/],
      [`${place.vault.url}/secrets/object#password`, /no such member/],
      ['', /TATUM_KMS_AZURE_SECRETNAME not set/],
    ]
    for (const [rest, message] of cases) {
      const error = await failureOf(open(rest, context({ TATUM_KMS_AZURE_VAULTURL: 'x.vault.azure.net' })))
      expect(error.code, rest).to.equal('SECRET_REFERENCE_UNRESOLVED')
      expect(error.message).to.match(message)
      expect(inspect(error, { depth: 9 })).not.to.contain(CANARY)
    }
  })
})
