import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { Anvil } from '../../../src/sandbox/ethereum/anvil.js'
import { findAnvil } from '../../../src/sandbox/ethereum/anvil-binary.js'
import { failureOf } from '../../kit/failure-of.js'
import { runChild } from '../../kit/child.js'

/** Process ids of everything below a process. */
function descendants(pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const rows = table.split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] =>
    rows.filter(([, ppid]) => ppid === parent).flatMap(([child = 0]) => [child, ...below(child)])
  return below(pid)
}

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
    expect(below, 'guard and node').to.have.length.of.at.least(2)
    await child.kill()
    expect(await eventuallyGone(below)).to.equal(true)
  })

  it('is reported with advice when it cannot be run', async () => {
    for (const binary of ['/bin/false', '/nowhere/anvil']) {
      const failure = await failureOf(Anvil.start({ binary, chainId: 1 }))
      expect(failure.code).to.equal('SANDBOX_UNAVAILABLE')
      expect(failure.advice).to.be.a('string')
    }
  })
})
