import { expect } from 'chai'
import { FakeHost } from './support/fake-terminal.js'
import { cli, errorOf } from './support/run.js'
import { runCli } from '../../src/cli/run-cli.js'

describe('keyward sandbox', () => {
  it('runs only the chains that are asked for', async () => {
    const host = new FakeHost()
    const stop = new AbortController()
    const ended = runCli(['sandbox', '--chain', 'btc'], host, { signal: stop.signal })
    while (!host.out.includes('\n}\n')) await new Promise((resolve) => setTimeout(resolve, 10))
    const { url } = JSON.parse(host.out) as { url: string }
    const state = (await (await fetch(`${url}/sandbox/state`)).json()) as { chains: Record<string, unknown> }
    expect(JSON.stringify(state.chains)).to.include('BTC').and.not.include('ETH')
    stop.abort()
    expect(await ended).to.equal(0)
  })

  it('refuses a chain that it does not have, and names those that it has', async () => {
    const result = await cli(['sandbox', '--chain', 'BTC,XRP'])
    expect(result.code).to.equal(2)
    expect(errorOf(result).advice).to.include('BTC, ETH')
  })
})
