import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { expect } from 'chai'
import type { ErrorCode, KeywardError } from '../../../src/core/errors.js'
import { asKeywardError } from '../../../src/core/errors.js'
import { newSignatureId } from '../../../src/core/ids.js'
import { Secret } from '../../../src/core/secret.js'
import type { VgsStore } from '../../../src/backends/vgs/vgs-store.js'
import { failureOf } from '../../kit/failure-of.js'
import type { Answer, Received } from '../../kit/loopback-server.js'
import { sampleWallet } from '../../kit/sample-wallets.js'
import { CREDENTIALS } from '../../kit/vgs/fake-vgs.js'
import { FakeCredentials, VgsPlace } from '../../kit/vgs/vgs-place.js'

const CANARY = 'canary-value-legal-winner-thank-year'
const SECRETS = /canary-(value|password|client-secret|token)|US-canary-user|ACcanary|Y2FuYXJ5/
const method = (wanted: string) => (request: Received) =>
  request.method === wanted && request.path.startsWith('/aliases')

interface Row {
  readonly answer: Partial<Answer>
  readonly code: ErrorCode
  readonly advice: RegExp
  /** Requests that are made for it; absent: repeated as often as the policy says. */
  readonly asked?: number
}

const READS: Readonly<Record<string, Row>> = {
  '401': { answer: { status: 401 }, code: 'BACKEND_UNAUTHENTICATED', advice: /Grant the service account/, asked: 2 },
  '403': { answer: { status: 403 }, code: 'BACKEND_DENIED', advice: /ask VGS support to enable it/, asked: 1 },
  '405': { answer: { status: 405 }, code: 'BACKEND_DENIED', advice: /ask VGS support to enable it/, asked: 1 },
  '404': { answer: { status: 404 }, code: 'WALLET_NOT_FOUND', advice: /dashboard of VGS/, asked: 1 },
  '302': {
    answer: { status: 302, headers: { location: 'https://elsewhere.test/' } },
    code: 'CONFIG_INVALID',
    advice: /environment/,
    asked: 1,
  },
  '418': { answer: { status: 418 }, code: 'BACKEND_UNSUPPORTED', advice: /format/, asked: 1 },
  '500': { answer: { status: 500 }, code: 'BACKEND_UNREACHABLE', advice: /status page/ },
  '408': { answer: { status: 408 }, code: 'BACKEND_UNREACHABLE', advice: /status page/ },
  'a reset connection': { answer: { how: 'reset' }, code: 'BACKEND_UNREACHABLE', advice: /network to 127\.0\.0\.1/ },
  'half an answer': { answer: { how: 'half' }, code: 'BACKEND_UNREACHABLE', advice: /network to/ },
  'no answer': { answer: { how: 'hang' }, code: 'BACKEND_UNREACHABLE', advice: /network between/ },
  'an answer without end': { answer: { how: 'drip' }, code: 'BACKEND_UNREACHABLE', advice: /network between/ },
  'a page of a proxy': { answer: { body: `<html>${CANARY}</html>` }, code: 'BACKEND_UNREACHABLE', advice: /proxies/ },
  'an empty answer': { answer: { body: '' }, code: 'BACKEND_UNREACHABLE', advice: /proxies/ },
  'JSON of another form': { answer: { body: { data: CANARY } }, code: 'BACKEND_UNREACHABLE', advice: /proxies/ },
  'a number for a value': {
    answer: { body: { data: [{ value: 7 }] } },
    code: 'BACKEND_UNREACHABLE',
    advice: /proxies/,
  },
}

const WRITES: Readonly<Record<string, Row>> = {
  '403': { answer: { status: 403 }, code: 'BACKEND_DENIED', advice: /aliases:write/, asked: 1 },
  '404': { answer: { status: 404 }, code: 'CONFIG_INVALID', advice: /vaultId/, asked: 1 },
  '409': { answer: { status: 409 }, code: 'BACKEND_CONFLICT', advice: /another program/, asked: 1 },
  '413': { answer: { status: 413 }, code: 'BACKEND_UNSUPPORTED', advice: /Nothing was stored/, asked: 1 },
  '400': { answer: { status: 400 }, code: 'BACKEND_UNSUPPORTED', advice: /format/, asked: 1 },
  '503': { answer: { status: 503 }, code: 'BACKEND_UNREACHABLE', advice: /status page/ },
}

describe('VGS: what goes wrong, and what is said about it', () => {
  let place: VgsPlace
  let store: VgsStore
  const said: string[] = []

  /** Everything that anybody could see of an error. */
  const show = (error: KeywardError): void => {
    said.push(JSON.stringify(error), inspect(error, { depth: 9, showHidden: true }), error.stack ?? '')
  }

  const open = async (): Promise<VgsStore> => place.openStore({ config: { timeouts: { requestMs: 300 } } })

  beforeEach(async () => {
    place = await VgsPlace.make()
    said.length = 0
    store = await open()
  })
  afterEach(async () => {
    said.push(JSON.stringify(place.log.lines), place.fake.server.requests.map(({ target }) => target).join('\n'))
    await place.dispose()
    for (const text of said) expect(text).not.to.match(SECRETS)
  })

  for (const [what, { answer, code, advice, asked }] of Object.entries(READS)) {
    it(`a reveal that gets ${what} is ${code}`, async () => {
      const id = newSignatureId()
      await store.create(id, Secret.fromText(CANARY), {})
      const before = place.fake.requests.length
      place.fake.fault = (request) => (method('GET')(request) ? { when: 'after', answer } : undefined)
      const result = await store.read([id]).then(
        (found) => found.get(id),
        (thrown: unknown) => asKeywardError(thrown),
      )
      if (result === undefined || result instanceof Secret) return expect.fail('it was read')
      show(result)
      expect(result.code).to.equal(code)
      expect(result.advice).to.match(advice)
      expect(place.fake.requests.length - before).to.equal(asked ?? 5)
    })
  }

  for (const [what, { answer, code, advice, asked }] of Object.entries(WRITES)) {
    it(`a value that gets ${what} is ${code}`, async () => {
      const before = place.fake.requests.length
      place.fake.fault = (request) =>
        method('POST')(request) ? { when: 'before', answer: { body: CANARY, ...answer } } : undefined
      const error = await failureOf(store.create(newSignatureId(), Secret.fromText(CANARY), {}))
      show(error)
      expect(error.code).to.equal(code)
      expect(error.advice).to.match(advice)
      expect(place.fake.requests.length - before).to.equal(asked ?? 5)
      expect(store.catalogue.content.rows.size).to.equal(0)
    })
  }

  it('reveal that is switched off is found at the start, whatever status VGS gives it', async () => {
    for (const status of [403, 405] as const) {
      place.fake.behaviour.revealDisabled = status
      const error = await failureOf(open())
      show(error)
      expect(error.code).to.equal('BACKEND_DENIED')
      expect(error.advice).to.contain('reveal')
    }
  })

  it('a wallet that VGS keeps but does not reveal is not acknowledged, and is taken away again', async () => {
    const backend = await place.openBackend()
    place.fake.behaviour.revealDisabled = 404
    const error = await failureOf(backend.create([sampleWallet({ material: { mnemonic: CANARY } })]))
    show(error)
    expect(error.code).to.equal('BACKEND_DENIED')
    expect(error.advice).to.contain('ask VGS support')
    expect(place.fake.vault.aliases).to.deep.equal([])
    for await (const wallet of backend.list()) expect.fail(`listed: ${wallet.signatureId}`)
  })

  it('a wallet that can be neither revealed nor taken away is remembered by its alias, and not as a wallet', async () => {
    place.fake.behaviour.revealDisabled = 404
    place.fake.spoilNext(method('DELETE'), { when: 'before', answer: { status: 403 } }, 99)
    show(await failureOf(store.create(newSignatureId(), Secret.fromText(CANARY), {})))
    expect(store.catalogue.content.rows.size).to.equal(0)
    expect(store.catalogue.content.orphans.map(({ alias }) => alias)).to.deep.equal(place.fake.vault.aliases)
    place.fake.behaviour.revealDisabled = false
    place.fake.fault = () => undefined
    const later = await open()
    expect(later.catalogue.content.orphans).to.deep.equal([])
    expect(place.fake.vault.aliases).to.deep.equal([])
  })

  it('a value that was swapped for that of another wallet is refused', async () => {
    const backend = await place.openBackend()
    const [left, right] = [sampleWallet(), sampleWallet()]
    await backend.create([left, right])
    const [first, second] = place.fake.vault.aliases
    const text = place.fake.vault.textOf(second!)
    place.fake.vault.put(text!, first)
    const errors = []
    for (const { descriptor } of [left, right])
      errors.push(await backend.get(descriptor.signatureId).catch(asKeywardError))
    const corrupt = errors.filter((one) => 'code' in one && one.code === 'WALLET_CORRUPT')
    expect(corrupt).to.have.length(1)
  })

  it('a certificate of an unknown authority is said to be that, and is not asked again', async () => {
    const before = place.fake.server.connections
    const error = await failureOf(place.openStore({ config: { tls: {}, auth: BASIC } }))
    show(error)
    expect(error.code).to.equal('BACKEND_UNREACHABLE')
    expect(error.advice).to.contain('tls.caFile')
    expect(place.fake.server.connections - before).to.equal(1)
  })

  it('a certificate file that cannot be read is named', async () => {
    const error = await failureOf(place.openStore({ config: { tls: { caFile: '/nowhere/ca.pem' } } }))
    show(error)
    expect(error.code).to.equal('FILE_UNREADABLE')
    expect(error.message).to.contain('/nowhere/ca.pem')
  })

  it('an answer that is too long is not read to its end', async () => {
    place.fake.fault = (request) =>
      method('GET')(request) ? { when: 'before', answer: { body: Buffer.alloc(17 * 1024 * 1024, CANARY) } } : undefined
    const error = await failureOf(
      place.openStore({ config: { timeouts: { requestMs: 10_000 }, limits: { concurrency: 1 } } }),
    )
    show(error)
    expect(error.context['reason']).to.equal('OVERSIZED')
  }).timeout(60_000)

  it('wrong credentials of both kinds stand in no text', async () => {
    for (const [generation, wrong] of [
      ['v1', { ...CREDENTIALS, password: 'canary-password-wrong' }],
      ['v2', { ...CREDENTIALS, clientSecret: 'canary-client-secret-wrong' }],
    ] as const) {
      place.fake.behaviour.generation = generation
      show(await failureOf(place.openStore({ secrets: new FakeCredentials(wrong) })))
    }
    expect(said.length).to.equal(6)
  })

  it('keeps the id of a request for the support of VGS', async () => {
    const id = '0f3dd1c2-74a6-4f0e-9d0a-7d3a0c1d6d10'
    const answer = { status: 403, headers: { 'vgs-request-id': id } }
    place.fake.spoilNext(method('POST'), { when: 'before', answer })
    expect(
      (await failureOf(store.create(newSignatureId(), Secret.fromText(CANARY), {}))).context['requestId'],
    ).to.equal(id)
    const odd = { status: 403, headers: { 'vgs-request-id': CANARY } }
    place.fake.spoilNext(method('POST'), { when: 'before', answer: odd })
    const error = await failureOf(store.create(newSignatureId(), Secret.fromText(CANARY), {}))
    show(error)
    expect(error.context['requestId']).to.equal(undefined)
  })

  it('no value is in the catalogue, its copies, or anything else in its folder', async () => {
    const backend = await place.openBackend()
    await backend.create([sampleWallet({ material: { mnemonic: CANARY }, extra: `{"x":"${CANARY}"}` })])
    const folder = dirname(place.path)
    const names = await readdir(folder)
    expect(names).to.include('catalogue.jsonl')
    for (const name of names) expect(await readFile(join(folder, name), 'latin1')).not.to.match(SECRETS)
  })
})

const BASIC = { method: 'basic', username: 'env:username', password: 'env:password' }
