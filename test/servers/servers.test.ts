import { expect } from 'chai'
import { get } from 'node:http'
import { get as getSecurely } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { describeWithServers, startMoto, startOpenBao } from './servers.js'

const statusOf = (url: string, ca?: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const answer = (response: IncomingMessage): void => {
      response.resume()
      resolve(response.statusCode)
    }
    const request = url.startsWith('https')
      ? getSecurely(url, ca === undefined ? {} : { ca }, answer)
      : get(url, answer)
    request.on('error', reject)
  })

const ended = (url: string): Promise<unknown> =>
  statusOf(url).catch((error: unknown) => (error instanceof Error && 'code' in error ? error.code : error))

describeWithServers('real servers for tests', () => {
  for (const tls of [false, true]) {
    it(`start OpenBao ${tls ? 'with' : 'without'} TLS, unsealed, and end it`, async () => {
      const server = await startOpenBao({ tls })
      try {
        expect(await statusOf(`${server.url}/v1/sys/health`, server.ca)).to.equal(200)
        expect(server.unsealKey).to.match(/^[\w+/]+=*$/)
      } finally {
        await server.stop()
        await server.stop()
      }
      expect(await ended(server.url)).to.equal('ECONNREFUSED')
    })
  }

  it('start moto and end it', async () => {
    const server = await startMoto()
    try {
      expect(await statusOf(`${server.url}/moto-api/data.json`)).to.equal(200)
    } finally {
      await server.stop()
    }
    expect(await ended(server.url)).to.equal('ECONNREFUSED')
  })
})
