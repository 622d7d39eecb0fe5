import { expect } from 'chai'
import fc from 'fast-check'
import { KeywardError } from '../../../src/core/errors.js'
import type { Decision } from '../../../src/core/approver.js'
import { requireComplete } from '../../../src/core/pipeline/daemon.js'
import type { TatumApi } from '../../../src/core/tatum-api.js'
import { MemoryJournal } from '../../kit/memory-journal.js'
import { clock, life, world } from './world.js'
import type { Network } from './world.js'

const never = (): AbortSignal => new AbortController().signal

/** No pending id may ever have two different transactions that reached the network. */
function expectNoDoublePayment(network: Network): void {
  for (const [id, raws] of network.arrived) expect(new Set(raws).size, `distinct transactions for ${id}`).to.equal(1)
}

describe('the walk of a transaction', () => {
  it('signs, broadcasts and completes what is pending, in the order of each account', async () => {
    const { network, journal, wallets } = world()
    const [alice, bob] = [wallets.add(), wallets.add()]
    const ids = [network.ask(alice, 'pay 1'), network.ask(bob, 'pay 2'), network.ask(alice, 'pay 3')]
    const { daemon, options } = life({ network, journal, wallets })
    const summary = await daemon.runOnce(options, never())
    expect(summary).to.include({ completed: 3, refused: 0, failed: 0, waiting: 0 })
    const nonces = ids.map((id) => /"nonce":"(\d+)"/.exec(network.arrived.get(id)?.[0] ?? '')?.[1])
    expect(nonces).to.deep.equal(['0', '0', '1'])
    for (const id of ids) expect((await journal.get(id))?.state).to.equal('completed')
    const states = (await journal.history(ids[0]!)).map(({ state }) => state)
    expect(states).to.deep.equal(['claimed', 'prepared', 'approved', 'signed', 'completed'])
  })

  it('warns when the store has no wallet to poll for, and only then', async () => {
    const warnedAt = async (
      parts: Pick<ReturnType<typeof world>, 'network' | 'journal' | 'wallets'>,
    ): Promise<string[]> => {
      const events: string[] = []
      const note = (event: string): void => void events.push(event)
      const log = { debug: () => undefined, info: () => undefined, warn: note, error: note }
      const { daemon, options } = life({ ...parts, log })
      await daemon.runOnce(options, never())
      return events
    }
    const empty = world()
    expect(await warnedAt(empty)).to.deep.equal(['wallets.none'])
    const served = world()
    served.wallets.add()
    expect(await warnedAt(served)).to.deep.equal([])
  })

  it('is not repeated when Tatum lists a completed transaction again; Tatum is told once more', async () => {
    const { network, journal, wallets } = world()
    const id = network.ask(wallets.add(), 'pay')
    await life({ network, journal, wallets }).daemon.runOnce(life({ network, journal, wallets }).options, never())
    delete network.pendings.get(id)?.doneAs
    const again = life({ network, journal, wallets })
    await again.daemon.runOnce(again.options, never())
    expect(network.arrived.get(id)).to.have.length(1)
    expect(network.pendings.get(id)?.doneAs).to.equal((await journal.get(id))?.txId)
  })

  it('does not sign what Tatum says was completed elsewhere', async () => {
    const { network, journal, wallets } = world()
    const id = network.ask(wallets.add(), 'pay', { txId: 'ab'.repeat(32) })
    const { daemon, options } = life({ network, journal, wallets })
    await daemon.runOnce(options, never())
    expect(network.arrived.size).to.equal(0)
    expect((await journal.get(id))?.reason?.code).to.equal('ALREADY_DONE')
  })

  it('refuses a wallet that was not asked for, of another chain or of another network, and goes on with the rest', async () => {
    const { network, journal, wallets } = world()
    const [asked, other, foreign] = [wallets.add(), wallets.add(), wallets.add('mainnet')]
    const ids = {
      fine: network.ask(asked, 'pay 1'),
      notAsked: network.ask(other, 'pay 2'),
      foreign: network.ask(foreign, 'pay 3'),
    }
    const { daemon, options } = life({ network, journal, wallets })
    const summary = await daemon.runOnce({ ...options, wallets: [asked, foreign] }, never())
    expect(summary).to.include({ completed: 1, refused: 2 })
    expect((await journal.get(ids.notAsked))?.reason?.code).to.equal('SIGNER_NOT_REQUESTED')
    expect((await journal.get(ids.foreign))?.reason?.code).to.equal('SIGNER_MISMATCH')
    expect(network.reports.map((report) => report.pendingId)).to.have.members([ids.notAsked, ids.foreign])
    expect(() => requireComplete(summary))
      .to.throw()
      .with.property('code', 'RUN_INCOMPLETE')
  })

  it('waits for a wallet that is missing, and signs when it has been imported', async () => {
    const { network, journal, wallets } = world()
    const wallet = wallets.add()
    const descriptor = wallets.descriptors.get(wallet)
    wallets.descriptors.delete(wallet)
    const id = network.ask(wallet, 'pay')
    const first = life({ network, journal, wallets })
    wallets.add()
    expect(await first.daemon.runOnce(first.options, never())).to.include({ waiting: 1 })
    expect((await journal.get(id))?.reason?.message).to.include(wallet)
    if (descriptor) wallets.descriptors.set(wallet, descriptor)
    const second = life({ network, journal, wallets })
    expect(await second.daemon.runOnce(second.options, never())).to.include({ completed: 1 })
  })

  it('refuses one malformed item and goes on with the rest, whatever else stands in the list', async () => {
    const { network, journal, wallets } = world()
    const wallet = wallets.add()
    network.ask(wallet, 'pay')
    const nonsense = network.ask(wallet, 'steal')
    network.extraItems = [null, 7, 'text', [], {}, { id: 'short' }, { id: 'ab'.repeat(12), chain: 'TST' }]
    const { daemon, options } = life({ network, journal, wallets })
    expect(await daemon.runOnce(options, never())).to.include({ completed: 1, refused: 2 })
    expect((await journal.get(nonsense))?.reason?.code).to.equal('TRANSACTION_MALFORMED')
  })

  it('plans anew when the content changes under the same id before anything was signed', async () => {
    const { network, journal, wallets } = world()
    const id = network.ask(wallets.add(), 'pay 1')
    const undecided = {
      review: async ({ digest }: { digest: Decision['digest'] }): Promise<Decision> => ({
        verdict: 'undecided',
        digest,
        by: 'test',
      }),
    }
    const first = life({ network, journal, wallets, approver: undecided })
    expect(await first.daemon.runOnce(first.options, never())).to.include({ waiting: 1, unapproved: 1 })
    const before = (await journal.get(id))?.digest
    const pending = network.pendings.get(id)
    if (pending) pending.serializedTransaction = 'pay 1000'
    const second = life({ network, journal, wallets })
    await second.daemon.runOnce(second.options, never())
    expect((await journal.get(id))?.digest).not.to.equal(before)
    expect(network.arrived.get(id)?.[0]).to.include('pay 1000')
  })
})

describe('approval', () => {
  const cases: Record<string, (digest: Decision['digest']) => Decision> = {
    'a yes for another digest': () => ({
      verdict: 'approved',
      digest: 'f'.repeat(64) as Decision['digest'],
      by: 'test',
    }),
    'no answer yet': (digest) => ({ verdict: 'undecided', digest, by: 'test' }),
    'a no': (digest) => ({ verdict: 'refused', digest, by: 'test', reason: 'too much' }),
  }
  for (const [name, decide] of Object.entries(cases)) {
    it(`is not given by ${name}: no key is read and nothing is sent`, async () => {
      const { network, journal, wallets } = world()
      const id = network.ask(wallets.add(), 'pay')
      const { daemon, options } = life({
        network,
        journal,
        wallets,
        approver: { review: async ({ digest }) => decide(digest) },
      })
      const summary = await daemon.runOnce(options, never())
      expect(summary.unapproved).to.equal(1)
      expect(() => requireComplete(summary)).not.to.throw()
      expect(network.arrived.size).to.equal(0)
      expect(wallets.reads).to.equal(0)
      const entry = await journal.get(id)
      expect(entry?.state).to.equal(name === 'a no' ? 'refused' : 'prepared')
    })
  }

  it('asks about the same digest again while nothing has changed, and not at all after a no', async () => {
    const { network, journal, wallets } = world()
    network.ask(wallets.add(), 'pay')
    const asked: string[] = []
    let verdict: Decision['verdict'] = 'undecided'
    const approver = {
      review: async ({ digest }: { digest: Decision['digest'] }): Promise<Decision> => {
        asked.push(digest)
        return { verdict, digest, by: 'test' }
      },
    }
    for (let round = 0; round < 4; round += 1) {
      if (round === 2) verdict = 'refused'
      const { daemon, options } = life({ network, journal, wallets, approver })
      await daemon.runOnce(options, never())
    }
    expect(asked).to.have.length(3)
    expect(new Set(asked).size).to.equal(1)
  })
})

describe('an unclear broadcast', () => {
  const unclear = { outcome: 'unknown', message: 'connection reset' } as const

  it('that did arrive is found by looking it up, and is not sent again', async () => {
    const { network, journal, wallets } = world()
    const id = network.ask(wallets.add(), 'pay')
    let sends = 0
    network.script = (_request, accept) => {
      sends += 1
      accept()
      return unclear
    }
    const { daemon, options } = life({ network, journal, wallets })
    expect(await daemon.runOnce(options, never())).to.include({ completed: 1 })
    expect(sends).to.equal(1)
    expect((await journal.get(id))?.state).to.equal('completed')
  })

  it('that did not arrive is sent again with the same bytes', async () => {
    const { network, journal, wallets } = world()
    network.ask(wallets.add(), 'pay')
    const raws: string[] = []
    network.script = ({ raw }, accept) => (raws.push(raw) < 3 ? unclear : accept())
    const { daemon, options } = life({ network, journal, wallets })
    expect(await daemon.runOnce(options, never())).to.include({ completed: 1 })
    expect(new Set(raws).size).to.equal(1)
  })

  it('holds back the later transactions of its account, and nobody else', async () => {
    const { network, journal, wallets } = world()
    const [alice, bob] = [wallets.add(), wallets.add()]
    const first = network.ask(alice, 'pay 1')
    network.ask(alice, 'pay 2')
    network.ask(bob, 'pay 3')
    network.script = (request, accept) => (request.pendingId === first ? unclear : accept())
    const { daemon, options } = life({ network, journal, wallets })
    expect(await daemon.runOnce(options, never())).to.include({ completed: 1, waiting: 2 })
    expect([...network.arrived.keys()]).to.have.length(1)
    network.script = undefined
    const next = life({ network, journal, wallets })
    expect(await next.daemon.runOnce(next.options, never())).to.include({ completed: 2 })
    expectNoDoublePayment(network)
  })

  it('is given up when Tatum calls the request done as another transaction', async () => {
    const { network, journal, wallets } = world()
    const id = network.ask(wallets.add(), 'pay')
    network.script = () => {
      const pending = network.pendings.get(id)
      if (pending) pending.doneAs = 'cd'.repeat(32)
      return unclear
    }
    const { daemon, options } = life({ network, journal, wallets })
    expect(await daemon.runOnce(options, never())).to.include({ failed: 1 })
    expect((await journal.get(id))?.reason?.message).to.include('another transaction')
  })

  it('that is refused because it has arrived meanwhile counts as arrived', async () => {
    const { network, journal, wallets } = world()
    network.ask(wallets.add(), 'pay')
    network.script = (_request, accept) => {
      accept()
      return { outcome: 'refused', message: 'rejected for good' }
    }
    const { daemon, options } = life({ network, journal, wallets })
    expect(await daemon.runOnce(options, never())).to.include({ completed: 1, failed: 0 })
  })

  it('that is refused when it is sent again does not fail while the network does not say whether it has arrived', async () => {
    const { network, journal, wallets } = world()
    const id = network.ask(wallets.add(), 'pay')
    let sends = 0
    network.script = (_request, accept) => {
      sends += 1
      if (sends > 1) return { outcome: 'refused', message: 'rejected for good' }
      accept()
      // Tatum has not heard of it.
      delete network.pendings.get(id)?.doneAs
      return unclear
    }
    let down = true
    const answer = network.get.bind(network)
    network.get = async (path) => {
      if (down && path.startsWith('/tx/')) throw new KeywardError('API_UNREACHABLE', 'down')
      return answer(path)
    }
    const round = async (): Promise<string | undefined> => {
      const { daemon, options } = life({ network, journal, wallets })
      await daemon.runOnce(options, never())
      return (await journal.get(id))?.state
    }
    expect(await round()).to.equal('broadcasting')
    expect(sends).to.equal(2)
    expect(await round()).to.equal('broadcasting')
    down = false
    expect(await round()).to.equal('completed')
  })

  it('is given up only when the chain proves that the bytes can never become valid, and then frees its account', async () => {
    const { network, journal, wallets } = world()
    const wallet = wallets.add()
    const lost = network.ask(wallet, 'pay 1')
    const next = network.ask(wallet, 'pay 2')
    network.script = (request, accept) => (request.pendingId === lost ? unclear : accept())
    for (const dead of [false, true]) {
      const { daemon, options } = life({ network, journal, wallets, expired: () => dead })
      await daemon.runOnce(options, never())
      expect((await journal.get(lost))?.state).to.equal(dead ? 'failed' : 'broadcasting')
    }
    const last = life({ network, journal, wallets })
    await last.daemon.runOnce(last.options, never())
    expect(network.arrived.get(next)).to.have.length(1)
    expect(network.arrived.has(lost)).to.equal(false)
  })

  it('is not given up while the network does not say whether it knows the bytes: they may have been executed before they expired', async () => {
    const { network, journal, wallets } = world()
    const id = network.ask(wallets.add(), 'pay')
    network.script = (_request, accept) => {
      accept()
      // Tatum has not heard of it.
      delete network.pendings.get(id)?.doneAs
      return unclear
    }
    let down = true
    const answer = network.get.bind(network)
    network.get = async (path) => {
      if (down && path.startsWith('/tx/')) throw new KeywardError('API_UNREACHABLE', 'down')
      return answer(path)
    }
    const round = async (): Promise<string | undefined> => {
      const { daemon, options } = life({ network, journal, wallets, expired: () => true })
      await daemon.runOnce(options, never())
      return (await journal.get(id))?.state
    }
    expect(await round()).to.equal('broadcasting')
    down = false
    expect(await round()).to.equal('completed')
  })

  it('rejected for good is recorded, reported and never signed again; its sequence number is free for the next', async () => {
    const { network, journal, wallets } = world()
    const wallet = wallets.add()
    const bad = network.ask(wallet, 'pay 1')
    const good = network.ask(wallet, 'pay 2')
    network.script = (request, accept) =>
      request.pendingId === bad ? { outcome: 'refused', message: 'rejected for good' } : accept()
    for (let round = 0; round < 2; round += 1) {
      const { daemon, options } = life({ network, journal, wallets })
      await daemon.runOnce(options, never())
    }
    expect((await journal.get(bad))?.state).to.equal('failed')
    expect(network.arrived.get(good)?.[0]).to.include('"nonce":"0"')
    expect(network.reports).to.have.length(1)
  })
})

describe('a daemon that dies at any moment', () => {
  /** Every call of one life goes through here; at the chosen one the life ends, before or after the call took effect, and nothing of it ever answers again. */
  function mortal<T extends object>(target: T, fate: { calls: number; dead: () => void }): T {
    const forever = new Promise<never>(() => undefined)
    return new Proxy(target, {
      get(of, name) {
        const member: unknown = Reflect.get(of, name, of)
        if (typeof member !== 'function') return member
        return (...args: unknown[]): unknown => {
          fate.calls -= 1
          if (fate.calls < 0) return forever
          const result: unknown = Reflect.apply(member, of, args)
          if (fate.calls > 0) return result
          fate.dead()
          return forever
        }
      },
    })
  }

  it('never pays twice and leaves nothing stuck, whatever answers were lost on the way', async () => {
    const deaths = fc.array(fc.record({ after: fc.integer({ min: 1, max: 40 }), unclear: fc.boolean() }), {
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(deaths, fc.integer({ min: 1, max: 6 }), async (lives, payments) => {
        const { network, journal, wallets } = world()
        const owners = [wallets.add(), wallets.add()]
        const ids = Array.from({ length: payments }, (_, number) =>
          network.ask(owners[number % 2] ?? '', `pay ${number}`),
        )
        for (const { after, unclear } of lives) {
          network.script = unclear
            ? (_request, accept) => (accept(), { outcome: 'unknown', message: 'no answer' })
            : undefined
          let dead: () => void = () => undefined
          const death = new Promise<void>((resolve) => (dead = resolve))
          const fate = { calls: after, dead }
          const { daemon, options } = life({
            network: mortal<TatumApi>(network, fate),
            journal: mortal(journal, fate),
            wallets,
          })
          await Promise.race([daemon.runOnce(options, never()), death])
        }
        network.script = undefined
        const last = life({ network, journal, wallets })
        await last.daemon.runOnce(last.options, never())
        expectNoDoublePayment(network)
        for (const id of ids) {
          expect((await journal.get(id))?.state).to.equal('completed')
          expect(network.arrived.get(id)).to.have.length(1)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('a journal that another process holds for too long', () => {
  class HeldJournal extends MemoryJournal {
    /** The steps that are refused, counted from the first. */
    held: (step: number) => boolean = () => false
    steps = 0
    override async record(...step: Parameters<MemoryJournal['record']>): Promise<void> {
      if (this.held(++this.steps)) throw new KeywardError('JOURNAL_LOCKED', 'held by another process')
      return super.record(...step)
    }
  }

  for (const first of [1, 2, 3, 4]) {
    for (const count of [1, 100]) {
      it(`stops no daemon and sends nothing twice (refused from step ${first}, ${count} times)`, async () => {
        const { network, wallets } = world()
        const journal = new HeldJournal(clock)
        const wallet = wallets.add()
        network.ask(wallet, 'pay 1')
        network.ask(wallet, 'pay 2')
        journal.held = (step) => step >= first && step < first + count
        const { daemon, options } = life({ network, journal, wallets })
        const summary = await daemon.runOnce(options, never())
        expect(summary.failed + summary.refused).to.equal(0)
        journal.held = () => false
        for (let round = 0; round < 3; round++) {
          const next = life({ network, journal, wallets })
          await next.daemon.runOnce(next.options, never())
        }
        expect([...network.arrived.keys()]).to.have.length(2)
        expect((await journal.list({ states: ['completed'], limit: 10 })).length).to.equal(2)
        expect(network.reports).to.deep.equal([])
        expectNoDoublePayment(network)
      })
    }
  }

  it('does not end the daemon that meets it: it goes on polling', async () => {
    const { network, wallets } = world()
    const journal = new HeldJournal(clock)
    const id = network.ask(wallets.add(), 'pay')
    journal.held = () => true
    const stop = new AbortController()
    const { daemon, options } = life({ network, journal, wallets })
    const running = daemon.run(options, stop.signal)
    while (network.polls.length < 4) await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
    await running
    expect(network.arrived.size).to.equal(0)
    expect((await journal.get(id))?.state).to.equal('claimed')
  })
})

describe('the rounds of a daemon', () => {
  it('go on after a poll that failed, and report what happened', async () => {
    const { network, journal, wallets } = world()
    const id = network.ask(wallets.add(), 'pay')
    network.pollFails = new KeywardError('API_UNREACHABLE', 'down')
    const stop = new AbortController()
    const { daemon, options } = life({ network, journal, wallets })
    const run = daemon.run(options, stop.signal)
    while (network.polls.length < 3) await new Promise((resolve) => setImmediate(resolve))
    network.pollFails = undefined
    while ((await journal.get(id))?.state !== 'completed') await new Promise((resolve) => setImmediate(resolve))
    stop.abort()
    await run
  })

  for (const slow of ['prepared', 'approved', 'signed'])
    it(`send nothing before the step "${slow}" is durable, though later steps may have begun`, async () => {
      const { network, journal, wallets } = world()
      network.ask(wallets.add(), 'pay')
      const record = journal.record.bind(journal)
      let disk: () => void = () => undefined
      const isDurable = new Promise<void>((resolve) => (disk = resolve))
      journal.record = async (id, transition) => {
        await record(id, transition)
        if (transition.to === slow) await isDurable
      }
      const { daemon, options } = life({ network, journal, wallets })
      const running = daemon.runOnce(options, never())
      for (let turns = 0; turns < 100; turns += 1) await clock.sleep()
      expect(network.arrived.size).to.equal(0)
      disk()
      expect(await running).to.include({ completed: 1 })
      expect(network.arrived.size).to.equal(1)
    })

  it('stop for good when the journal cannot be written, before anything is sent', async () => {
    const { network, journal, wallets } = world()
    network.ask(wallets.add(), 'pay')
    journal.record = async () => {
      throw new KeywardError('JOURNAL_IO', 'disk full')
    }
    const { daemon, options } = life({ network, journal, wallets })
    let thrown: unknown
    await daemon.run(options, never()).catch((error: unknown) => (thrown = error))
    expect(thrown).to.have.property('code', 'JOURNAL_IO')
    expect(network.arrived.size).to.equal(0)
  })

  it('ask for nothing when there is no wallet, and find a wallet that another process adds', async () => {
    const { network, journal, wallets } = world()
    const { daemon, options } = life({ network, journal, wallets })
    await daemon.runOnce(options, never())
    expect(network.polls).to.have.length(0)
    const wallet = wallets.add()
    wallets.current = '2'
    network.ask(wallet, 'pay')
    expect(await daemon.runOnce(options, never())).to.include({ completed: 1 })
    await daemon.runOnce(options, never())
    expect(wallets.listings).to.equal(2)
  })

  it('leave transactions alone that were not selected', async () => {
    const { network, journal, wallets } = world()
    const wallet = wallets.add()
    const chosen = network.ask(wallet, 'pay 1')
    const other = network.ask(wallet, 'pay 2')
    const { daemon, options } = life({ network, journal, wallets })
    await daemon.runOnce({ ...options, transactionIds: new Set([chosen]) }, never())
    expect([...network.arrived.keys()]).to.deep.equal([chosen])
    expect(await journal.get(other)).to.equal(undefined)
  })
})
