import { existsSync } from 'node:fs'
import { expect } from 'chai'
import { systemClock } from '../../src/core/clock.js'
import type { Claim, Journal, TransactionState } from '../../src/core/journal.js'
import { createJournal } from '../../src/journal/index.js'
import { BTC, bringTo, newClaim, newPendingId, SIGNED } from '../kit/journal-fixtures.js'
import { errorOf } from './support/run.js'
import { TempHome } from './support/temp-home.js'

interface Shown {
  readonly id: string
  readonly state: TransactionState
  readonly history?: readonly { readonly state: TransactionState; readonly reason?: { readonly code: string } }[]
  readonly [member: string]: unknown
}

describe('transactions', () => {
  const home = new TempHome()
  const path = home.file('journal.db')
  const run = (...argv: string[]) => home.run(['transactions', ...argv, '--journal', path])
  const claims = {
    claimed: newClaim({ chain: BTC }),
    prepared: newClaim(),
    broadcasting: newClaim({ network: 'mainnet' }),
    completed: newClaim(),
    refused: newClaim(),
    failed: newClaim(),
  }
  let journal: Journal

  before(async () => {
    journal = await createJournal({ path, role: 'daemon', clock: systemClock })
    await journal.open()
    for (const [state, claim] of Object.entries(claims)) await bringTo(journal, state as TransactionState, claim)
    // The daemon stays: an operator looks while it works.
  })
  after(async () => {
    await journal.close()
    home.remove()
  })

  async function list(...flags: string[]): Promise<Shown[]> {
    const { code, out, err } = await run('list', ...flags)
    expect({ code, err }).to.deep.equal({ code: 0, err: '' })
    return JSON.parse(out) as Shown[]
  }
  const ids = (...wanted: Claim[]): string[] => wanted.map(({ pendingId }) => pendingId)

  it('list shows every transaction with its state, beside a running daemon', async () => {
    const all = await list()
    expect(Object.fromEntries(all.map(({ id, state }) => [state, id]))).to.deep.equal(
      Object.fromEntries(Object.entries(claims).map(([state, { pendingId }]) => [state, pendingId])),
    )
    expect(all.find(({ state }) => state === 'refused')).to.have.nested.property('reason.code', 'WALLET_NOT_FOUND')
    expect(all.find(({ state }) => state === 'completed')).to.have.property('txId')
    expect(JSON.stringify(all)).to.not.include(SIGNED.raw)
  })

  it('list filters by state, chain and network, and counts', async () => {
    expect((await list('--state', 'refused, FAILED')).map(({ id }) => id)).to.have.members(
      ids(claims.refused, claims.failed),
    )
    expect((await list('--chain', 'btc')).map(({ id }) => id)).to.deep.equal(ids(claims.claimed))
    expect((await list('--network=mainnet')).map(({ id }) => id)).to.deep.equal(ids(claims.broadcasting))
    expect(await list('--limit=2')).to.have.length(2)
  })

  it('list refuses filters that mean nothing', async () => {
    expect((await run('list', '--state=lost')).code).to.equal(2)
    expect((await run('list', '--chain=XYZ')).code).to.equal(40)
    expect((await run('list', '--limit=some')).code).to.equal(2)
    expect((await run('list', '--network=moon')).code).to.equal(2)
  })

  it('show prints plan, decision and history; the signed bytes only when they are asked for', async () => {
    const { code, out } = await run('show', claims.completed.pendingId)
    expect(code).to.equal(0)
    const shown = JSON.parse(out) as Shown
    expect(shown).to.include({ id: claims.completed.pendingId, state: 'completed', testnet: true })
    expect(shown).to.have.nested.property('plan.body.to', '0xreceiver')
    expect(shown).to.have.nested.property('decision.verdict', 'approved')
    expect(shown.history?.map(({ state }) => state)).to.deep.equal([
      'claimed',
      'prepared',
      'approved',
      'signed',
      'broadcasting',
      'completed',
    ])
    expect(out).to.not.include(SIGNED.raw)
    expect(JSON.parse((await run('show', claims.completed.pendingId, '--raw')).out)).to.have.property('raw', SIGNED.raw)
  })

  it('show and retry end with exit code 56 for an unknown id, and 2 for what is no id', async () => {
    for (const command of ['show', 'retry']) {
      const unknown = await run(command, newPendingId())
      expect({ command, code: unknown.code, out: unknown.out }).to.deep.equal({ command, code: 56, out: '' })
      expect(errorOf(unknown).code).to.equal('TRANSACTION_NOT_FOUND')
      expect((await run(command, 'abc')).code).to.equal(2)
    }
  })

  it('retry lets a refused transaction start again, on the record', async () => {
    const { code, out, err } = await run('retry', claims.refused.pendingId)
    expect(code).to.equal(0)
    expect(JSON.parse(out)).to.include({ id: claims.refused.pendingId, state: 'claimed' })
    expect(err).to.include('needs a new approval')
    const steps = await journal.history(claims.refused.pendingId)
    expect(steps.at(-1)).to.deep.include({ state: 'claimed' })
    expect(steps.at(-1)?.reason?.code).to.equal('RETRY')
  })

  it('retry has the same bytes of a failed transaction sent once more, and never signs again', async () => {
    const { code, out } = await run('retry', claims.failed.pendingId)
    expect({ code, state: (JSON.parse(out) as Shown).state }).to.deep.equal({ code: 0, state: 'broadcasting' })
    expect((await journal.get(claims.failed.pendingId))?.signed).to.deep.equal(SIGNED)
  })

  it('retry leaves what the daemon is working on as it is', async () => {
    for (const { pendingId } of [claims.claimed, claims.prepared, claims.broadcasting]) {
      const before = await journal.history(pendingId)
      expect(await run('retry', pendingId)).to.include({ code: 0 })
      expect(await journal.history(pendingId)).to.deep.equal(before)
    }
  })

  it('retry refuses a completed transaction with exit code 82', async () => {
    const result = await run('retry', claims.completed.pendingId)
    expect({ code: result.code, out: result.out }).to.deep.equal({ code: 82, out: '' })
    expect((await journal.get(claims.completed.pendingId))?.state).to.equal('completed')
  })
})

describe('transactions without a journal', () => {
  const home = new TempHome()
  after(() => home.remove())

  it('are an error that names the journal; no password is asked for and nothing is made', async () => {
    const result = await home.run(['transactions', 'list'], { env: {} })
    expect({ code: result.code, out: result.out }).to.deep.equal({ code: 7, out: '' })
    expect(errorOf(result)).to.include({ code: 'FILE_UNREADABLE' })
    expect(errorOf(result).error).to.include('wallet.dat.journal')
    expect(existsSync(home.file('.keyward'))).to.equal(false)
  })
})
