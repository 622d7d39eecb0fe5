import { X509Certificate } from 'node:crypto'
import https from 'node:https'
import { expect } from 'chai'
import { asKeywardError } from '../../../src/core/errors.js'
import { Secret } from '../../../src/core/secret.js'
import type { AzureStore } from '../../../src/backends/azure/azure-store.js'
import { AzurePlace, hurriedClock } from '../../kit/azure/azure-place.js'
import { CLIENT, TENANT } from '../../kit/azure/fake-entra.js'
import { NUMBER, RECORDED } from '../../kit/azure/recorded.js'
import type { Drive, Exchange, Expected, Row } from '../../kit/azure/recorded.js'
import { LoopbackServer } from '../../kit/loopback-server.js'
import type { Answer, Received } from '../../kit/loopback-server.js'
import { numberedId } from '../../kit/sample-wallets.js'
import { testCertificate } from '../../kit/test-certificate.js'

const ID = numberedId(45)
const NAME = `keyward-${ID}`
const API = 'api-version=2025-07-01'

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** One request over a plain socket, without any library of Azure. */
function ask(
  url: string,
  { method, body }: Pick<Exchange, 'method' | 'body'>,
  token: string | undefined,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
    const request = https.request(url, { method, headers, ca: testCertificate.cert, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    request.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body))
  })
}

/** Compares an answer with what was recorded. */
function compare(actual: unknown, expected: Expected, filled: (text: string) => string, at = 'body'): void {
  if (typeof expected === 'string') expect(actual, at).to.equal(filled(expected))
  else if (expected === NUMBER) expect(Number.isInteger(actual), at).to.equal(true)
  else if (expected instanceof RegExp)
    expect(String(actual).replace(filled('{origin}'), '{origin}').replace(filled('{n}'), '{n}'), at).to.match(expected)
  else if (expected === null || typeof expected === 'boolean') expect(actual, at).to.equal(expected)
  else {
    expect(Object.keys(actual as object), at).to.have.members(Object.keys(expected))
    for (const [member, value] of Object.entries<Expected>(expected)) {
      compare((actual as Record<string, unknown>)[member], value, filled, `${at}.${member}`)
    }
  }
}

async function tokenOf(place: AzurePlace): Promise<string> {
  const form = new URLSearchParams({
    ...{ grant_type: 'client_credentials', client_id: CLIENT, client_secret: place.secrets.get('CLIENT_SECRET') ?? '' },
    scope: 'https://vault.azure.net/.default',
  })
  const url = `${place.entra.url}/${TENANT}/oauth2/v2.0/token`
  const text = await new Promise<string>((resolve, reject) => {
    const request = https.request(url, { method: 'POST', ca: testCertificate.cert, agent: false }, (response) => {
      let all = ''
      response.setEncoding('utf8').on('data', (part: string) => (all += part))
      response.on('end', () => resolve(all))
    })
    request.on('error', reject).end(form.toString())
  })
  return (JSON.parse(text) as { access_token: string }).access_token
}

/** Plays the requests of a row, and hands every answer over. */
async function play(place: AzurePlace, row: Row, heard: (exchange: Exchange, reply: Reply) => void): Promise<void> {
  row.arrange?.(place.vault.model, NAME)
  if (row.denial) place.vault.denied.set(row.denial.permission, row.denial.answer)
  const token = await tokenOf(place)
  let [next, version] = ['', '']
  for (const exchange of row.exchanges) {
    const path = exchange.target.replace('{n}', NAME).replace('{version}', version)
    const url = path === '{next}' ? next : `${place.vault.url}${path}${path.includes('?') ? '&' : '?'}${API}`
    const body =
      exchange.body &&
      (JSON.parse(
        JSON.stringify(exchange.body).replace('{blob}', Buffer.from(`blob-of-${NAME}`).toString('base64url')),
      ) as object)
    const reply = await ask(
      url,
      { ...exchange, ...(body ? { body } : {}) },
      exchange.token === false ? undefined : token,
    )
    heard(exchange, reply)
    const parsed = (reply.text === '' ? {} : JSON.parse(reply.text)) as { nextLink?: string; id?: string }
    next = parsed.nextLink ?? next
    version = parsed.id?.split('/').at(-1) ?? version
  }
}

async function drive(store: AzureStore, what: Drive['what']): Promise<void> {
  if (what === 'read') {
    const found = (await store.read([ID])).get(ID)
    if (!(found instanceof Secret)) throw found ?? new Error('no result')
    expect(found.text()).to.equal('v')
  } else if (what === 'names') {
    const names = []
    for await (const { signatureId } of store.names()) names.push(signatureId)
    expect(names).to.deep.equal([ID])
  } else if (what === 'create') await store.create(ID, Secret.fromText('another value'), { app: 'keyward' })
  else if (what === 'remove') await store.remove(ID, 'recoverable')
  else if (what === 'purge') await store.remove(ID, 'permanent')
}

describe('azure: recorded answers of the real service', () => {
  it('are all here, each once', () => {
    const facts = RECORDED.flatMap(({ facts: numbers }) => numbers).sort((a, b) => a - b)
    expect(facts).to.deep.equal(Array.from({ length: 45 }, (_, n) => n + 1))
    expect(new X509Certificate(testCertificate.cert).ca).to.equal(true)
  })

  for (const row of RECORDED) {
    const label = `${row.facts.join(', ')}: ${row.title}`

    it(`the fake answers so: ${label}`, async () => {
      const place = await AzurePlace.make(row.options)
      try {
        const filled = (text: string): string => text.replace('{origin}', place.vault.url).replace('{n}', NAME)
        await play(place, row, ({ status, answer, headers }, reply) => {
          expect(reply.status, reply.text).to.equal(status)
          expect(reply.headers, 'no recorded answer has one').not.to.have.property('retry-after')
          if (answer === undefined) expect(reply.text).to.equal('')
          else compare(JSON.parse(reply.text), answer, filled)
          for (const [name, pattern] of Object.entries(headers ?? {}))
            expect(String(reply.headers[name]), name).to.match(pattern)
        })
      } finally {
        await place.dispose()
      }
    })

    const { drive: driven } = row
    if (driven === undefined) continue
    it(`the backend copes: ${label}`, async () => {
      const place = await AzurePlace.make(row.options, hurriedClock())
      try {
        const store = place.store({ timeouts: { requestMs: 5000, totalMs: 8000 } })
        // What is refused later must not be refused at start, where the permissions are probed.
        await store.open()
        await play(place, row, () => undefined)
        const error = await drive(store, driven.what).then(
          () => undefined,
          (thrown: unknown) => asKeywardError(thrown),
        )
        expect(error?.code, error?.message).to.equal(driven.code)
        if (driven.advice) expect(error?.advice).to.match(driven.advice)
      } finally {
        await place.dispose()
      }
    })
  }
})

/** Answers in the order in which they were recorded, whatever the request; the last one stands. */
async function player(place: AzurePlace, answers: readonly Answer[]): Promise<LoopbackServer> {
  const left = [...answers]
  return LoopbackServer.start((request: Received) => {
    if (request.headers.authorization === undefined) {
      const challenge = `Bearer authorization="${place.entra.authority}", resource="https://vault.azure.net"`
      return {
        status: 401,
        headers: { 'www-authenticate': challenge },
        body: { error: { code: 'Unauthorized', message: 'AKV10000' } },
      }
    }
    if (request.path.includes('keyward-probe'))
      return { status: 404, body: { error: { code: 'SecretNotFound', message: '' } } }
    const answer = left.length > 1 ? left.shift() : left[0]
    return answer ?? { status: 500 }
  }, testCertificate)
}

interface Refused {
  readonly facts: readonly number[]
  readonly title: string
  readonly status: number
  readonly answer: Expected
}

describe('azure: recorded answers, played to the backend', () => {
  /** Every refusal of the table, as the real service wrote it: codes and words that the fake may never have a reason for. */
  const refusals = RECORDED.flatMap(({ facts, title, exchanges }) =>
    exchanges
      .filter(({ status, token, answer }) => status >= 400 && token !== false && answer !== undefined)
      .map(({ status, answer }): Refused => ({ facts, title, status, answer: answer ?? null })),
  )

  const concrete = (expected: Expected): unknown => {
    if (expected instanceof RegExp) return expected.source.replace(/[\\^$]/g, '')
    if (expected === NUMBER) return 1_700_000_000
    if (typeof expected === 'string') return expected.replace('{n}', NAME)
    if (expected === null || typeof expected !== 'object') return expected
    if (Array.isArray(expected)) return expected.map((one: Expected) => concrete(one))
    return Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, concrete(value)]))
  }

  for (const { facts, title, status, answer } of refusals) {
    it(`${facts.join(', ')}: ${status}, ${title}`, async () => {
      const place = await AzurePlace.make({}, hurriedClock())
      const recorded = await player(place, [{ status, body: concrete(answer) }])
      try {
        const store = place.store({ vaultUrl: recorded.url, timeouts: { requestMs: 5000, totalMs: 5000 } })
        const found = await store.read([ID]).then((results) => results.get(ID), asKeywardError)
        const error = asKeywardError(found)
        expect(error.code).to.not.equal('INTERNAL')
        expect(error.advice, error.message).to.be.a('string').and.not.equal('')
        // Words of the service are never passed on: they name people, addresses and tenants.
        expect(JSON.stringify(error)).not.to.match(/appid|198\.51|sts\.windows/)
      } finally {
        await recorded.close()
        await place.dispose()
      }
    })
  }
})
