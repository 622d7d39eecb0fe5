import { expect } from 'chai'
import { readFile } from 'node:fs/promises'
import { Secret } from '../../src/core/secret.js'
import { makeClient } from '../tatum/client-kit.js'
import type { ClientUnderTest } from '../tatum/client-kit.js'
import { ReplayServer } from './replay-server.js'
import type { RecordedExchange } from './replay-server.js'

interface Vectors {
  readonly apiKey: string
  readonly signing: readonly { readonly name: string; readonly http: readonly RecordedExchange[] }[]
}

describe('replaying recorded exchanges', () => {
  let server: ReplayServer | undefined
  let client: ClientUnderTest | undefined

  afterEach(async () => {
    await client?.api.close()
    await server?.close()
  })

  it('answers the requests of our client with what the API answered the reference, for every golden vector', async () => {
    const vectors = JSON.parse(await readFile(new URL('../vectors/eth.json', import.meta.url), 'utf8')) as Vectors
    let asked = 0
    for (const { http } of vectors.signing) {
      server = await ReplayServer.start(http)
      client = makeClient(server.url, { key: Secret.fromText(vectors.apiKey) })
      for (const { method, url, body, response } of [...http].reverse()) {
        const path = url.replace('{TATUM_API_URL}', '').replace(vectors.apiKey, '{apiKey}')
        const call = body as { method: string; params: unknown[] }
        const answer =
          method === 'GET' ? await client.api.get(path) : await client.api.rpc(path, call.method, call.params)
        const expected = method === 'GET' ? response.body : (response.body as { result: unknown }).result
        expect(answer).to.deep.equal(expected)
        asked += 1
      }
      expect(server.unused).to.be.empty
      expect(server.unexpected).to.be.empty
      expect(server.requests).to.have.length(http.length)
      await client.api.close()
      await server.close()
    }
    expect(asked).to.be.above(20)
  })

  it('answers nothing that was not recorded, and remembers that it was asked', async () => {
    const recorded = { method: 'GET', url: '{TATUM_API_URL}/v3/x', response: { status: 200, body: 15 } }
    server = await ReplayServer.start([recorded], ({ path }) => (path === '/v3/z' ? { body: [] } : undefined))
    client = makeClient(server.url, { retries: 0 })
    await client.api.get('/v3/y').catch(() => undefined)
    expect(server.unexpected.map(({ target }) => target)).to.deep.equal(['/v3/y'])
    expect(server.unused).to.deep.equal([recorded])
    expect(await client.api.get('/v3/z')).to.deep.equal([])
    expect(await client.api.get('/v3/x')).to.equal(15)
    expect(server.unused).to.be.empty
  })
})
