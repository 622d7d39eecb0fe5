import { expect } from 'chai'
import fc from 'fast-check'
import { TRANSACTION_STATES, TRANSITIONS } from '../../src/core/journal.js'
import type { Journal, Transition } from '../../src/core/journal.js'
import { planDigest } from '../../src/core/signing-plan.js'
import type { JournalRole } from '../../src/journal/index.js'
import {
  BTC,
  ETH,
  SIGNED,
  bringTo,
  digestOf,
  entryIn,
  newClaim,
  newPendingId,
  planOf,
  rejection,
  stepTo,
} from './journal-fixtures.js'

/** One journal as its users see it: closed and opened as often as a test wants, and destroyed at the end. */
export interface JournalFixture {
  /** A journal that is open. The suite closes it. */
  open(role: JournalRole): Promise<Journal>
  dispose(): Promise<void>
}

/** What every journal promises, whatever it is kept in. */
export function journalSuite(name: string, setUp: () => Promise<JournalFixture>): void {
  describe(`${name}, as every journal`, () => {
    let fixture: JournalFixture
    let journal: Journal

    const reopen = async (): Promise<void> => {
      await journal.close()
      journal = await fixture.open('daemon')
    }

    before(async () => {
      fixture = await setUp()
      journal = await fixture.open('daemon')
    })

    after(async () => {
      await journal.close()
      await fixture.dispose()
    })

    describe('claims', () => {
      it('makes a new id its own and says what it knows about it', async () => {
        const claim = newClaim()
        const [entry] = await journal.claim([claim])
        expect(entry).to.include({ ...claim, state: 'claimed' })
        expect(entry).to.have.all.keys(
          'pendingId',
          'chain',
          'network',
          'requestDigest',
          'state',
          'createdAt',
          'updatedAt',
        )
        expect(await journal.get(claim.pendingId)).to.deep.equal(entry)
      })

      it('returns a known id as it stands, wherever it is, and changes nothing', async () => {
        for (const state of TRANSACTION_STATES) {
          const claim = await bringTo(journal, state)
          const before = await entryIn(journal, claim.pendingId)
          expect(await journal.claim([claim])).to.deep.equal([before])
          expect(await journal.history(claim.pendingId)).to.have.lengthOf.at.least(1)
          expect(await entryIn(journal, claim.pendingId)).to.deep.equal(before)
        }
      })

      it('returns a known id as it stands when the request has changed', async () => {
        const claim = await bringTo(journal, 'prepared')
        const [entry] = await journal.claim([{ ...claim, requestDigest: digestOf('changed') }])
        expect(entry).to.include({ state: 'prepared', requestDigest: claim.requestDigest })
      })

      it('gives an id to one of many who claim it at the same time, and the same answer to all', async () => {
        const claim = newClaim()
        const rivals = Array.from({ length: 20 }, (_, n) => ({ ...claim, requestDigest: digestOf(`rival ${n}`) }))
        const answers = await Promise.all(rivals.map((rival) => journal.claim([rival])))
        for (const answer of answers) expect(answer).to.deep.equal([await entryIn(journal, claim.pendingId)])
        expect(await journal.history(claim.pendingId)).to.have.lengthOf(1)
      })

      it('answers in the order asked, for new, known and repeated ids together', async () => {
        const known = await bringTo(journal, 'signed')
        const [one, two] = [newClaim(), newClaim()]
        const entries = await journal.claim([two, known, one, two])
        expect(entries.map(({ pendingId }) => pendingId)).to.deep.equal(
          [two, known, one, two].map(({ pendingId }) => pendingId),
        )
        expect(entries.map(({ state }) => state)).to.deep.equal(['claimed', 'signed', 'claimed', 'claimed'])
      })

      it('takes nothing, and twenty-five thousand at once', async () => {
        expect(await journal.claim([])).to.deep.equal([])
        const claims = Array.from({ length: 25_000 }, () => newClaim())
        const entries = await journal.claim(claims)
        expect(entries.map(({ pendingId }) => pendingId)).to.deep.equal(claims.map(({ pendingId }) => pendingId))
        expect(await journal.claim(claims)).to.deep.equal(entries)
      })
    })

    describe('steps', () => {
      for (const from of TRANSACTION_STATES) {
        for (const to of TRANSACTION_STATES) {
          const legal = TRANSITIONS[from].includes(to)
          it(`${legal ? 'goes' : 'refuses to go'} from ${from} to ${to}`, async () => {
            const claim = await bringTo(journal, from)
            const before = await entryIn(journal, claim.pendingId)
            const steps = await journal.history(claim.pendingId)
            const step = journal.record(claim.pendingId, stepTo(to, claim))
            if (legal) {
              await step
              expect((await entryIn(journal, claim.pendingId)).state).to.equal(to)
              expect(await journal.history(claim.pendingId)).to.have.lengthOf(steps.length + 1)
            } else {
              expect(await rejection(step)).to.include({ code: 'JOURNAL_CONFLICT' })
              expect(await entryIn(journal, claim.pendingId)).to.deep.equal(before)
              expect(await journal.history(claim.pendingId)).to.deep.equal(steps)
            }
          })
        }
      }

      it('allows the legal edges and no others, on any walk, and never changes bytes that were signed', async () => {
        const walk = fc.array(fc.constantFrom(...TRANSACTION_STATES), { minLength: 1, maxLength: 25 })
        await fc.assert(
          fc.asyncProperty(walk, async (targets) => {
            const claim = newClaim()
            let [entry] = await journal.claim([claim])
            const visited = [entry?.state]
            for (const [position, to] of targets.entries()) {
              const legal = TRANSITIONS[entry!.state].includes(to)
              const step = stepTo(to, claim)
              const raw = `0x${position}`
              const taken = to === 'signed' ? ({ to, signed: { raw, txId: raw } } as const) : step
              const outcome = await journal.record(claim.pendingId, taken).then(
                () => 'done',
                (thrown: unknown) => (thrown as { code: string }).code,
              )
              expect(outcome).to.equal(legal ? 'done' : 'JOURNAL_CONFLICT')
              const next = await entryIn(journal, claim.pendingId)
              if (entry!.signed) expect(next.signed).to.deep.equal(entry!.signed)
              if (legal) visited.push(to)
              entry = next
              expect(entry.state).to.equal(visited.at(-1))
            }
            expect((await journal.history(claim.pendingId)).map(({ state }) => state)).to.deep.equal(visited)
          }),
        )
      })

      it('keeps the order of calls that are not awaited', async () => {
        const claim = newClaim()
        const calls = [
          journal.claim([claim]),
          journal.record(claim.pendingId, stepTo('prepared', claim)),
          journal.record(claim.pendingId, stepTo('approved', claim)),
          journal.record(claim.pendingId, stepTo('signed', claim)),
        ]
        expect((await entryIn(journal, claim.pendingId)).state).to.equal('signed')
        await Promise.all(calls)
      })

      it('refuses an illegal step alone, among the steps of others made at the same time', async () => {
        const claims = await Promise.all(Array.from({ length: 30 }, () => bringTo(journal, 'prepared')))
        const outcomes = await Promise.allSettled(
          claims.map(({ pendingId }, n) =>
            journal.record(pendingId, n % 3 === 0 ? { to: 'signed', signed: SIGNED } : stepTo('approved', claims[n]!)),
          ),
        )
        for (const [n, { pendingId }] of claims.entries()) {
          expect(outcomes[n]?.status).to.equal(n % 3 === 0 ? 'rejected' : 'fulfilled')
          expect((await entryIn(journal, pendingId)).state).to.equal(n % 3 === 0 ? 'prepared' : 'approved')
        }
      })

      it('lets one of two rivals take a step that can be taken once', async () => {
        const claim = await bringTo(journal, 'approved')
        const rivals = ['0xaa', '0xbb'].map((raw) =>
          journal.record(claim.pendingId, { to: 'signed', signed: { raw, txId: raw } }),
        )
        expect((await Promise.allSettled(rivals)).map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected'])
        expect((await entryIn(journal, claim.pendingId)).signed?.raw).to.equal('0xaa')
      })

      it('knows no step of a transaction that was never claimed', async () => {
        const step = journal.record(newPendingId(), { to: 'claimed' })
        expect(await rejection(step)).to.include({ code: 'TRANSACTION_NOT_FOUND' })
      })
    })

    describe('what a step means', () => {
      it('takes a plan for this transaction, this request and its own digest, and no other', async () => {
        const claim = await bringTo(journal, 'claimed')
        const good = planOf(claim)
        const others = [
          planOf(newClaim()),
          planOf({ ...claim, chain: BTC }),
          planOf({ ...claim, network: 'mainnet' }),
          planOf({ ...claim, requestDigest: digestOf('another request') }),
        ]
        const wrong: Transition[] = [
          ...others.map((plan) => stepTo('prepared', claim, plan)),
          { to: 'prepared', plan: good, digest: digestOf('another plan'), summary: '' },
        ]
        for (const step of wrong)
          expect(await rejection(journal.record(claim.pendingId, step))).to.include({ code: 'JOURNAL_CONFLICT' })
        expect(await entryIn(journal, claim.pendingId))
          .to.include({ state: 'claimed' })
          .and.not.have.property('plan')
      })

      it('takes an approval only if it is a yes to the plan that is stored', async () => {
        const claim = await bringTo(journal, 'prepared')
        const digest = planDigest(planOf(claim))
        for (const decision of [
          { verdict: 'approved', digest: digestOf('another plan'), by: 'policy' },
          { verdict: 'refused', digest, by: 'policy' },
          { verdict: 'undecided', digest, by: 'policy' },
        ] as const) {
          const step = journal.record(claim.pendingId, { to: 'approved', decision })
          expect(await rejection(step)).to.include({ code: 'JOURNAL_CONFLICT' })
        }
        expect((await entryIn(journal, claim.pendingId)).state).to.equal('prepared')
      })

      it('voids an approval when a new plan takes the place of the approved one', async () => {
        const claim = await bringTo(journal, 'approved')
        const other = planOf(claim, { body: { to: '0xsomebody-else' } })
        await journal.record(claim.pendingId, stepTo('prepared', claim, other))
        const entry = await entryIn(journal, claim.pendingId)
        expect(entry)
          .to.include({ digest: planDigest(other) })
          .and.not.have.property('decision')
        expect(await rejection(journal.record(claim.pendingId, stepTo('signed', claim)))).to.include({
          code: 'JOURNAL_CONFLICT',
        })
      })

      it('fixes nothing any more when a transaction goes back to claimed, and takes the new digest of a changed request', async () => {
        const claim = await bringTo(journal, 'approved')
        const requestDigest = digestOf('changed')
        await journal.record(claim.pendingId, { to: 'claimed', requestDigest })
        const entry = await entryIn(journal, claim.pendingId)
        expect(entry).to.include({ state: 'claimed', requestDigest })
        expect(entry).to.not.have.any.keys('plan', 'digest', 'summary', 'decision', 'reason')
      })

      it('keeps the last reason only, and every reason in the history', async () => {
        const claim = await bringTo(journal, 'claimed')
        const reason = { code: 'BACKEND_UNREACHABLE', message: 'the vault is away' }
        await journal.record(claim.pendingId, { to: 'claimed', reason })
        expect((await entryIn(journal, claim.pendingId)).reason).to.deep.equal(reason)
        await journal.record(claim.pendingId, stepTo('prepared', claim))
        expect(await entryIn(journal, claim.pendingId)).to.not.have.property('reason')
        const steps = await journal.history(claim.pendingId)
        expect(steps.map(({ state }) => state)).to.deep.equal(['claimed', 'claimed', 'prepared'])
        expect(steps.map((step) => step.reason)).to.deep.equal([undefined, reason, undefined])
      })

      it('calls a transaction what the network calls it, and remembers what its bytes say', async () => {
        const claim = await bringTo(journal, 'signed')
        expect((await entryIn(journal, claim.pendingId)).txId).to.equal(SIGNED.txId)
        await journal.record(claim.pendingId, { to: 'completed', txId: '0xother' })
        expect(await entryIn(journal, claim.pendingId)).to.deep.include({ txId: '0xother', signed: SIGNED })
      })

      it('refuses a plan that it could not read back, with nothing changed', async () => {
        const claim = await bringTo(journal, 'claimed')
        const unsafe = { ...planOf(claim), body: { gas: 1.5 } }
        const huge = planOf(claim, { account: { address: '0xsender', sequence: '1'.repeat(21) } })
        const steps = [
          { to: 'prepared', plan: unsafe, digest: digestOf('any'), summary: '' } as const,
          stepTo('prepared', claim, huge),
        ]
        for (const step of steps)
          expect(await rejection(journal.record(claim.pendingId, step))).to.include({ code: 'TRANSACTION_MALFORMED' })
        expect((await entryIn(journal, claim.pendingId)).state).to.equal('claimed')
      })
    })

    describe('memory', () => {
      it('is the same after it was closed and opened again, for every member in every state', async () => {
        const claims = await Promise.all(
          TRANSACTION_STATES.map(async (state) => {
            const claim = newClaim({ network: 'mainnet', chain: BTC })
            const account = { address: 'bc1q…', sequence: '18446744073709551615' }
            return bringTo(
              journal,
              state,
              claim,
              planOf(claim, { account, body: { memo: 'ünïcödé \u0000 "quoted" 💶' } }),
            )
          }),
        )
        const read = (): Promise<unknown[]> =>
          Promise.all(
            claims.map(async ({ pendingId }) => ({
              entry: await journal.get(pendingId),
              history: await journal.history(pendingId),
            })),
          )
        const before = await read()
        await reopen()
        expect(await read()).to.deep.equal(before)
        const claim = claims[TRANSACTION_STATES.indexOf('failed')]!
        expect(await entryIn(journal, claim.pendingId)).to.have.all.keys(
          ...['pendingId', 'chain', 'network', 'requestDigest', 'state', 'plan', 'digest', 'summary', 'decision'],
          ...['signed', 'txId', 'reason', 'createdAt', 'updatedAt'],
        )
      })

      it('keeps a decision with its reason', async () => {
        const claim = await bringTo(journal, 'prepared')
        const decision = {
          verdict: 'refused',
          digest: planDigest(planOf(claim)),
          by: 'alice',
          reason: 'too much',
        } as const
        await journal.record(claim.pendingId, {
          to: 'refused',
          reason: { code: 'APPROVAL_REFUSED', message: 'no' },
          decision,
        })
        await reopen()
        expect((await entryIn(journal, claim.pendingId)).decision).to.deep.equal(decision)
      })

      it('says when: the entry at its claim and its last step, the history at each', async () => {
        const claim = await bringTo(journal, 'signed')
        const entry = await entryIn(journal, claim.pendingId)
        const steps = await journal.history(claim.pendingId)
        expect(steps[0]?.at).to.equal(entry.createdAt)
        expect(steps.at(-1)?.at).to.equal(entry.updatedAt)
        expect(entry.createdAt).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      })

      it('knows nothing about a transaction that it has not seen', async () => {
        expect(await journal.get(newPendingId())).to.equal(undefined)
        expect(await journal.history(newPendingId())).to.deep.equal([])
      })
    })

    describe('lists', () => {
      it('show the newest first, a hundred unless told otherwise', async () => {
        const claims = Array.from({ length: 120 }, () => newClaim())
        await journal.claim(claims)
        const newest = claims.map(({ pendingId }) => pendingId).reverse()
        const shown = async (limit?: number): Promise<string[]> =>
          (await journal.list(limit === undefined ? {} : { limit })).map(({ pendingId }) => pendingId)
        expect(await shown()).to.deep.equal(newest.slice(0, 100))
        expect(await shown(3)).to.deep.equal(newest.slice(0, 3))
        expect(await shown(120)).to.deep.equal(newest)
      })

      it('keep to states, chain and network, together', async () => {
        const wanted: string[] = []
        const chain = BTC
        for (const network of ['mainnet', 'testnet'] as const) {
          for (const state of ['signed', 'refused', 'broadcasting'] as const) {
            const { pendingId } = await bringTo(journal, state, newClaim({ chain, network }))
            if (network === 'mainnet' && state !== 'refused') wanted.unshift(pendingId)
            await bringTo(journal, state, newClaim({ chain: ETH, network }))
          }
        }
        const filter = { states: ['broadcasting', 'signed', 'signed'], chain, network: 'mainnet', limit: 2 } as const
        expect((await journal.list(filter)).map(({ pendingId }) => pendingId)).to.deep.equal(wanted)
        for (const entry of await journal.list({ chain, network: 'testnet' }))
          expect(entry).to.include({ chain, network: 'testnet' })
        expect(await journal.list({ states: [] })).to.deep.equal([])
      })

      it('refuse a limit that is none', async () => {
        for (const limit of [0, -1, 1.5, Number.NaN, Infinity])
          expect(await rejection(journal.list({ limit }))).to.include({ code: 'USAGE' })
      })
    })

    describe('sequence numbers', () => {
      const at = async (address: string, state: Parameters<typeof bringTo>[1], sequence: string, chain = ETH) => {
        const claim = newClaim({ chain })
        return bringTo(journal, state, claim, planOf(claim, { account: { address, sequence } }))
      }

      it('are highest by number, not by text, and exact beyond what a JavaScript number holds', async () => {
        const account = newPendingId()
        expect(await journal.highestSequence(ETH, 'testnet', account)).to.equal(undefined)
        for (const sequence of ['9', '10', '9007199254740993', '0']) await at(account, 'signed', sequence)
        expect(await journal.highestSequence(ETH, 'testnet', account)).to.equal(9007199254740993n)
        await at(account, 'completed', '18446744073709551615')
        expect(await journal.highestSequence(ETH, 'testnet', account)).to.equal(18446744073709551615n)
      })

      it('count only where signed bytes can still become valid', async () => {
        const account = newPendingId()
        for (const [sequence, state] of TRANSACTION_STATES.entries()) await at(account, state, String(sequence * 10))
        const completed = TRANSACTION_STATES.indexOf('completed') * 10
        expect(await journal.highestSequence(ETH, 'testnet', account)).to.equal(BigInt(completed))
      })

      it('do not count for a plan that was never signed because the transaction was completed elsewhere', async () => {
        const account = newPendingId()
        const claim = await at(account, 'prepared', '5')
        await journal.record(claim.pendingId, { to: 'completed', txId: '0xelsewhere' })
        expect(await journal.highestSequence(ETH, 'testnet', account)).to.equal(undefined)
      })

      it('count again when a failed transaction is sent once more', async () => {
        const account = newPendingId()
        const claim = await at(account, 'failed', '5')
        expect(await journal.highestSequence(ETH, 'testnet', account)).to.equal(undefined)
        await journal.record(claim.pendingId, { to: 'broadcasting' })
        expect(await journal.highestSequence(ETH, 'testnet', account)).to.equal(5n)
      })

      it('belong to one account of one chain and network', async () => {
        const account = newPendingId()
        await at(account, 'signed', '5', BTC)
        expect(await journal.highestSequence(BTC, 'testnet', account)).to.equal(5n)
        expect(await journal.highestSequence(ETH, 'testnet', account)).to.equal(undefined)
        expect(await journal.highestSequence(BTC, 'mainnet', account)).to.equal(undefined)
        expect(await journal.highestSequence(BTC, 'testnet', `${account}0`)).to.equal(undefined)
      })
    })

    describe('beside a running daemon', () => {
      let reader: Journal
      before(async () => {
        reader = await fixture.open('reader')
      })
      after(() => reader.close())

      it('lets a reader see each step as soon as it is recorded', async () => {
        const claim = newClaim()
        await journal.claim([claim])
        for (const state of ['prepared', 'approved', 'signed', 'broadcasting', 'completed'] as const) {
          await journal.record(claim.pendingId, stepTo(state, claim))
          expect((await entryIn(reader, claim.pendingId)).state).to.equal(state)
          expect((await reader.list({ states: [state], limit: 1 })).map((entry) => entry.pendingId)).to.deep.equal([
            claim.pendingId,
          ])
        }
        expect(await reader.history(claim.pendingId)).to.have.lengthOf(6)
      })

      it('lets an operator reopen what was refused and send again what has failed', async () => {
        const refused = await bringTo(journal, 'refused')
        const failed = await bringTo(journal, 'failed')
        const reason = { code: 'OPERATOR', message: 'asked for by alice' }
        await reader.record(refused.pendingId, { to: 'claimed', reason })
        await reader.record(failed.pendingId, { to: 'broadcasting', reason })
        expect(await entryIn(journal, refused.pendingId)).to.deep.include({ state: 'claimed', reason })
        expect(await entryIn(journal, failed.pendingId)).to.deep.include({
          state: 'broadcasting',
          reason,
          signed: SIGNED,
        })
        await journal.record(refused.pendingId, stepTo('prepared', refused))
        await journal.record(failed.pendingId, stepTo('completed', failed))
      })

      it('leaves every other step, and the claims, to the daemon', async () => {
        for (const state of TRANSACTION_STATES) {
          const claim = await bringTo(journal, state)
          for (const to of TRANSITIONS[state]) {
            if (state === 'refused' || state === 'failed') continue
            const step = reader.record(claim.pendingId, stepTo(to, claim))
            expect(await rejection(step), `${state} to ${to}`).to.include({ code: 'JOURNAL_CONFLICT' })
          }
          expect((await entryIn(journal, claim.pendingId)).state).to.equal(state)
        }
        expect(await rejection(reader.claim([newClaim()]))).to.include({ code: 'JOURNAL_CONFLICT' })
      })
    })

    it('is closed twice without harm, and answers nothing afterwards', async () => {
      const other = await setUp()
      const closing = await other.open('daemon')
      const claim = newClaim()
      const underway = closing.claim([claim])
      await Promise.all([closing.close(), closing.close()])
      await closing.close()
      expect(await underway).to.have.lengthOf(1)
      const again = await other.open('daemon')
      expect(await again.get(claim.pendingId)).to.include(claim)
      await again.close()
      await other.dispose()
    })
  })
}
