import { request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { networkInterfaces } from 'node:os'
import { createConnection } from 'node:net'
import { expect } from 'chai'
import type { LogFields } from '../../../src/core/log.js'
import { startSandbox } from '../../../src/sandbox/index.js'
import type { Sandbox } from '../../../src/sandbox/index.js'
import { ApiClient } from '../../kit/api-client.js'
import { failureOf } from '../../kit/failure-of.js'

/** A request with headers of our choice, which fetch does not allow. */
function raw(url: string, headers: Record<string, string>, method = 'GET', body?: string) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const outgoing = request(url, { method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const connects = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host, port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

describe('the HTTP side of the sandbox', () => {
  let sandbox: Sandbox
  let client: ApiClient
  const logged: [string, LogFields | undefined][] = []
  const keep = (event: string, fields?: LogFields): void => void logged.push([event, fields])

  before(async () => {
    sandbox = await startSandbox({ chains: ['BTC'], log: { debug: keep, info: keep, warn: keep, error: keep } })
    client = new ApiClient(sandbox.url)
  })
  after(() => sandbox.close())

  it('listens on the loopback address only', async () => {
    const port = Number(new URL(sandbox.url).port)
    expect(await connects('127.0.0.1', port)).to.equal(true)
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
    for (const { address, internal, family } of others) {
      if (!internal && family === 'IPv4') expect(await connects(address, port), address).to.equal(false)
    }
  })

  it('refuses a request under another host name, so that a web page cannot rebind its name to it', async () => {
    for (const host of ['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '192.168.0.1', '0.0.0.0']) {
      const { status, text } = await raw(`${sandbox.url}/v3/bitcoin/info`, { host })
      expect(status, host).to.equal(403)
      expect(JSON.parse(text).errorCode).to.equal('sandbox.host.refused')
    }
    for (const host of ['localhost:1234', '127.0.0.1', 'LOCALHOST', '[::1]:80']) {
      expect((await raw(`${sandbox.url}/v3/bitcoin/info`, { host })).status, host).to.equal(200)
    }
  })

  it('refuses requests that a browser makes for a page, and allows no page to read an answer', async () => {
    const fromPage = await raw(`${sandbox.url}/sandbox/reset`, { origin: 'http://localhost:3000' }, 'POST')
    expect(JSON.parse(fromPage.text).errorCode).to.equal('sandbox.origin.refused')
    const image = await raw(`${sandbox.url}/v3/bitcoin/info`, { 'sec-fetch-site': 'cross-site' })
    expect(image.status).to.equal(403)
    const preflight = await raw(`${sandbox.url}/v3/kms/x`, { origin: 'https://evil.example' }, 'OPTIONS')
    expect(preflight.headers['access-control-allow-origin']).to.equal(undefined)
  })

  it('refuses a body above 2 MiB, announced or not, and goes on', async () => {
    const big = `{"signatureIds":["${'x'.repeat(2 * 1024 * 1024)}"]}`
    const path = `${sandbox.url}/v3/kms/pending/BTC`
    const type = { 'content-type': 'application/json' }
    const announced = await raw(path, { ...type, 'content-length': String(Buffer.byteLength(big)) }, 'POST', big)
    const chunked = await raw(path, { ...type, 'transfer-encoding': 'chunked' }, 'POST', big)
    for (const { status, text } of [announced, chunked]) {
      expect(status).to.equal(413)
      expect(JSON.parse(text).errorCode).to.equal('sandbox.body.too.large')
    }
    expect(await client.ok('GET', '/v3/bitcoin/info')).to.have.property('blocks')
  })

  it('accepts a poll for 25,000 wallets, the most there can be, and refuses one more', async () => {
    const ids = (count: number) => Array.from({ length: count }, () => '4fa279d4-a364-4344-bd1a-c2f0edb3f545')
    expect(await client.ok('POST', '/v3/kms/pending/BTC', { signatureIds: ids(25_000) })).to.deep.equal([])
    const refusal = await client.refusal('POST', '/v3/kms/pending/BTC', { signatureIds: ids(25_001) })
    expect(refusal).to.deep.equal({ status: 400, errorCode: 'validation.failed' })
  })

  it('refuses a body that is not JSON, or not called JSON', async () => {
    const path = `${sandbox.url}/v3/kms/pending/BTC`
    expect((await raw(path, { 'content-type': 'text/plain' }, 'POST', '{}')).status).to.equal(415)
    const broken = await raw(path, { 'content-type': 'application/json; charset=utf-8' }, 'POST', '{"a":')
    expect(JSON.parse(broken.text)).to.include({ statusCode: 400, errorCode: 'validation.failed' })
    expect((await raw(path, {}, 'POST')).status).to.equal(400)
  })

  it('answers 501 to a call it does not have, and names it', async () => {
    for (const [method, path] of [
      ['POST', '/v3/litecoin/transaction'],
      ['GET', '/v3/bitcoin/wallet'],
      ['GET', '/v3/blockchain/fee/ETH'],
      ['DELETE', '/v3/ledger/account'],
    ] as const) {
      const { status, body } = await client.call(method, path)
      expect(status, path).to.equal(501)
      expect(body.errorCode).to.equal('sandbox.not.served')
      expect(body.message).to.contain(`${method} ${path}`)
    }
  })

  it('does not repeat what may be a secret in the name of a call', async () => {
    const phrase = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
    const key = 'cNAk3XjS6aqv93G9wd4yp15ZfKevzoW26xEiimcAchWxdNRmytYX'
    for (const path of [
      `/v3/egld/address/${encodeURIComponent(phrase)}/0?mnemonic=${encodeURIComponent(phrase)}`,
      `/v3/algorand/address/${key}`,
      `/v3/bitcoin/web3/${'0123456789abcdef'.repeat(4)}`,
    ]) {
      const { status, body } = await client.call('GET', path)
      expect(status).to.equal(501)
      expect(body.message)
        .to.contain('{…}')
        .and.not.match(/winner|cNAk3|0123456789/)
    }
    expect(JSON.stringify(logged)).to.not.match(/winner|cNAk3|0123456789/)
  })

  it('refuses a secret anywhere in a body with 400, and repeats it nowhere', async () => {
    const key = 'cNAk3XjS6aqv93G9wd4yp15ZfKevzoW26xEiimcAchWxdNRmytYX'
    const to = [{ address: 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', value: 0.1 }]
    for (const body of [
      { fromAddress: [{ address: to[0]!.address, privateKey: key }], to },
      { fromUTXO: [{ txHash: 'a'.repeat(64), index: 0, privateKey: key, signatureId: key }], to },
      { to, deep: { er: [{ MNEMONIC: key }] } },
    ]) {
      const reply = await client.call('POST', '/v3/bitcoin/transaction', body)
      expect(reply.status).to.equal(400)
      expect(reply.body.errorCode).to.equal('validation.failed')
      expect(reply.body.data[0]?.property).to.match(/privateKey$|MNEMONIC$/)
      expect(JSON.stringify(reply.body)).to.not.contain(key)
    }
    expect(JSON.stringify(logged)).to.not.contain(key)
  })

  it('does not repeat a value that was wrong: it may be a key in the wrong field', async () => {
    const key = 'cNAk3XjS6aqv93G9wd4yp15ZfKevzoW26xEiimcAchWxdNRmytYX'
    const reply = await client.call('POST', '/v3/bitcoin/transaction', {
      fromAddress: [{ address: 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', signatureId: key }],
      to: [{ address: 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', value: 0.1 }],
    })
    expect(reply.body).to.include({ statusCode: 400, errorCode: 'validation.failed' })
    expect(reply.body.data).to.have.length(1)
    expect(reply.body.data[0]?.property).to.equal('fromAddress.0.signatureId')
    expect(reply.body.data[0]?.constraints).to.be.an('object')
    expect(JSON.stringify(reply.body)).to.not.contain(key)
  })

  it('survives a body nested deeper than any stack', async () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const { status } = await raw(
      `${sandbox.url}/v3/kms/pending/BTC`,
      { 'content-type': 'application/json' },
      'POST',
      deep,
    )
    expect(status).to.equal(400)
    expect(await client.ok('GET', '/v3/bitcoin/info')).to.have.property('blocks')
  })

  it('answers an address that is none with 501 instead of ending', async () => {
    for (const target of ['//', '/%E0%A4%A', '/v3/kms/%E0%A4%A', '/v3//kms', '/../../etc/passwd']) {
      expect((await raw(sandbox.url, { host: '127.0.0.1' }, 'GET')).status).to.equal(501)
      const { status } = await new Promise<{ status: number }>((resolve, reject) => {
        const outgoing = request({ host: '127.0.0.1', port: new URL(sandbox.url).port, path: target }, (response) => {
          response.resume()
          resolve({ status: response.statusCode ?? 0 })
        })
        outgoing.on('error', reject).end()
      })
      expect(status, target).to.equal(501)
    }
  })

  it('logs each call by its pattern', () => {
    const calls = logged.map(([, fields]) => fields?.['call'])
    expect(calls).to.include('POST /v3/kms/pending/:chain')
    expect(calls.join()).to.not.contain('mipcBbFg9')
  })
})

describe('a sandbox with an API key', () => {
  it('answers 401 without it, and takes it as a header or in the path', async () => {
    const sandbox = await startSandbox({ chains: ['BTC'], apiKey: 't-key' })
    try {
      const refusal = await new ApiClient(sandbox.url, { 'x-api-key': 'other' }).call('GET', '/v3/bitcoin/info')
      expect(refusal.body).to.include({ statusCode: 401, errorCode: 'subscription.invalid' })
      expect(JSON.stringify(refusal.body)).to.not.contain('other')
      expect((await new ApiClient(sandbox.url).call('GET', '/v3/bitcoin/info')).status).to.equal(401)
      expect(
        (await new ApiClient(sandbox.url, { 'x-api-key': 't-key' }).call('GET', '/v3/bitcoin/info')).status,
      ).to.equal(200)
      expect((await new ApiClient(sandbox.url).call('GET', '/sandbox/state')).status).to.equal(200)
    } finally {
      await sandbox.close()
    }
  })
})

describe('starting the sandbox', () => {
  it('fails with advice when the port is taken, and leaves nothing running', async () => {
    const first = await startSandbox({ chains: ['BTC'] })
    try {
      const port = Number(new URL(first.url).port)
      const failure = await failureOf(startSandbox({ chains: ['BTC'], port }))
      expect(failure.code).to.equal('SANDBOX_UNAVAILABLE')
      expect(failure.advice).to.contain('port')
    } finally {
      await first.close()
    }
  })

  it('fails with advice when anvil is not where it should be, but not for Bitcoin alone', async () => {
    const failure = await failureOf(startSandbox({ anvilPath: '/nowhere/anvil' }))
    expect(failure.code).to.equal('SANDBOX_UNAVAILABLE')
    const sandbox = await startSandbox({ chains: ['BTC'], anvilPath: '/nowhere/anvil' })
    const reply = await new ApiClient(sandbox.url).call('GET', '/v3/ethereum/block/current')
    expect(reply.status).to.equal(501)
    await sandbox.close()
  })

  it('refuses a time between blocks that no timer can keep', async () => {
    for (const blockSeconds of [0, -1, Number.NaN, 86_401]) {
      expect((await failureOf(startSandbox({ chains: ['BTC'], blockSeconds }))).code).to.equal('USAGE')
    }
  })

  it('answers a mistake of the program that started it with a usage error', async () => {
    const sandbox = await startSandbox({ chains: ['BTC'] })
    try {
      expect((await failureOf(sandbox.fund('BTC', 'nowhere', '1'))).code).to.equal('USAGE')
      expect((await failureOf(sandbox.fund('BTC', 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn', '1,5'))).code).to.equal('USAGE')
      expect((await failureOf(sandbox.mine('ETH'))).code).to.equal('USAGE')
    } finally {
      await sandbox.close()
    }
  })

  it('makes blocks by itself when they take time', async () => {
    const sandbox = await startSandbox({ chains: ['BTC'], blockSeconds: 0.01 })
    try {
      while ((await sandbox.state()).chains.BTC?.height === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    } finally {
      await sandbox.close()
    }
  })

  it('closes twice without harm and frees its port', async () => {
    const sandbox = await startSandbox({ chains: ['BTC'] })
    await sandbox.close()
    await sandbox.close()
    const again = await startSandbox({ chains: ['BTC'], port: Number(new URL(sandbox.url).port) })
    await again.close()
  })
})
