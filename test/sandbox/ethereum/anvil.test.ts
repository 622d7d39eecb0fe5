import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { Anvil } from '../../../src/sandbox/ethereum/anvil.js'
import { findAnvil } from '../../../src/sandbox/ethereum/anvil-binary.js'
import { startSandbox } from '../../../src/sandbox/index.js'
import { ApiClient } from '../../kit/api-client.js'
import { failureOf } from '../../kit/failure-of.js'
import { runChild } from '../../kit/child.js'

interface Process {
  readonly pid: number
  readonly command: string
}

/** Everything below a process, parents before children. */
function descendants(pid: number): Process[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' })
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/))
  const below = (parent: number): Process[] =>
    rows
      .filter(([, ppid]) => Number(ppid) === parent)
      .map(([child, , command = '']) => ({ pid: Number(child), command }))
      .flatMap((child) => [child, ...below(child.pid)])
  return below(pid)
}

const nodesBelow = (pid: number): number[] =>
  descendants(pid).flatMap((child) => (child.command.endsWith('anvil') ? [child.pid] : []))

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function eventuallyGone(pids: readonly number[]): Promise<boolean> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (!pids.some(isAlive)) return true
    await delay(25)
  }
  return false
}

describe('the node process of the sandbox', () => {
  it('listens, has no accounts of its own, and is gone after stop, which may be called twice', async () => {
    const anvil = await Anvil.start({ binary: findAnvil(), chainId: 11155111 })
    const call = async (method: string) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: [] })
      const response = await fetch(anvil.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      return (await response.json()) as { result: unknown }
    }
    expect((await call('eth_chainId')).result).to.equal('0xaa36a7')
    expect((await call('eth_accounts')).result).to.deep.equal([])
    await anvil.stop()
    await anvil.stop()
    expect(await call('eth_chainId').catch(() => 'gone')).to.equal('gone')
  })

  it('dies with its parent, even when the parent is killed', async () => {
    const child = runChild('sandbox-child.ts', [])
    await child.said(1)
    const below = descendants(child.pid)
    expect(nodesBelow(child.pid)).to.have.length(1)
    await child.kill()
    expect(await eventuallyGone(below.map(({ pid }) => pid))).to.equal(true)
  })

  it('is missed with an error that says so when it dies, and is back after a reset', async () => {
    const before = nodesBelow(process.pid)
    const sandbox = await startSandbox({ chains: ['ETH'] })
    try {
      const own = nodesBelow(process.pid).filter((pid) => !before.includes(pid))
      expect(own).to.have.length(1)
      for (const pid of own) process.kill(pid, 'SIGKILL')
      expect(await eventuallyGone(own)).to.equal(true)
      const { status, body } = await new ApiClient(sandbox.url).call('GET', '/v3/ethereum/block/current')
      expect(status).to.equal(500)
      expect(body).to.deep.equal({
        statusCode: 500,
        message: 'The sandbox failed: the local Ethereum node does not answer',
      })
      await sandbox.reset()
      expect((await sandbox.state()).chains.ETH).to.deep.equal({ height: 0, waiting: 0 })
    } finally {
      await sandbox.close()
    }
  })

  it('is reported with advice when it cannot be run', async () => {
    for (const binary of ['/bin/false', '/nowhere/anvil']) {
      const failure = await failureOf(Anvil.start({ binary, chainId: 1 }))
      expect(failure.code).to.equal('SANDBOX_UNAVAILABLE')
      expect(failure.advice).to.be.a('string')
    }
  })
})
