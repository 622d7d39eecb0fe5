import { expect } from 'chai'
import { KeywardError } from '../../../src/core/errors.js'
import type { Chain } from '../../../src/core/chain.js'
import { intentSummary } from '../../../src/core/intent.js'
import { DeliveryService } from '../../../src/core/pipeline/delivery.js'
import { requestDigest } from '../../../src/core/pending-transaction.js'
import { planDigest } from '../../../src/core/signing-plan.js'
import type { BroadcastRequest, PendingStatus, TatumApi } from '../../../src/core/tatum-api.js'
import { MemoryJournal } from '../../kit/memory-journal.js'
import {
  cosigned,
  FakeFlow,
  failedWith,
  flow,
  HOSTED,
  idOf,
  inputOf,
  instantClock,
  newFlow,
  payment,
  PENDING,
  pendingOf,
  refusedBy,
  SEALED,
  signWith,
} from './kit.js'
import type { World } from './kit.js'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const pending = pendingOf(payment())
const offline = new KeywardError('API_UNREACHABLE', 'no answer')
/** Signatures that nobody can foretell. */
let rolls = 0
const dice = () => ({ signature: (rolls += 1).toString(16).padStart(128, '0') })

/** Signed bytes in a journal, and the core's own delivery of them: by one process, or by another one each time. */
async function setUp(world: Partial<World> = {}) {
  const fake = new FakeFlow(world)
  const input = inputOf(pending)
  const plan = await flow.transactions.prepare(input, fake.lookups)
  const signed = signWith(plan)
  const journal = new MemoryJournal(instantClock)
  const digest = planDigest(plan)
  await journal.claim([
    { pendingId: pending.id, chain: pending.chain, network: 'testnet', requestDigest: requestDigest(pending) },
  ])
  const summary = intentSummary(flow.transactions.decode(plan, input.wallets))
  await journal.record(pending.id, { to: 'prepared', plan, digest, summary })
  await journal.record(pending.id, { to: 'approved', decision: { verdict: 'approved', digest, by: 'test' } })
  await journal.record(pending.id, { to: 'signed', signed })
  const told: BroadcastRequest[] = []
  const done: string[] = []
  const tatum = { status: { state: 'open' } as PendingStatus }
  const api = {
    broadcast: async (request: BroadcastRequest) => {
      told.push(request)
      return { outcome: 'accepted', txId: request.raw, completed: true }
    },
    status: async () => tatum.status,
    complete: async (_id: string, txId: string) => void done.push(txId),
  } as unknown as TatumApi
  const service = new DeliveryService(api, journal, quiet, instantClock)
  const deliver = (resumed: boolean, chain: Chain = newFlow(), bytes = signed) =>
    service.deliver({ chain, lookups: fake.lookups, plan, signed: bytes }, resumed, new AbortController().signal)
  return {
    fake,
    plan,
    signed,
    told,
    done,
    tatum,
    deliver,
    entry: () => journal.get(pending.id),
    sent: () => fake.asked('POST /v1/transactions').map(({ body }) => idOf(body)),
    released: () => fake.asked('POST /v3/flow/broadcast').map(({ body }) => body),
  }
}

describe('Flow: delivery', () => {
  it('sends the whole transaction, and when it is sealed gives the key back and tells the API the id', async () => {
    const { fake, plan, signed, deliver, told, sent, released, entry } = await setUp({ results: [PENDING, SEALED] })
    const before = fake.calls.length
    expect(await deliver(false)).to.equal('completed')
    const [id = ''] = sent()
    expect(told.map(({ raw }) => raw)).to.deep.equal([id])
    expect(released()).to.deep.equal([{ txData: id, proposalKey: 12 }])
    expect(await entry()).to.deep.include({ state: 'completed', txId: id, signed })
    expect(fake.calls.slice(before).map(({ call }) => call)).to.deep.equal([
      'POST /v3/flow/sign',
      'POST /v3/flow/sign',
      'POST /v1/transactions',
      `GET /v1/transaction_results/${id}`,
      `GET /v1/transaction_results/${id}`,
      'POST /v3/flow/broadcast',
    ])
    expect((await cosigned(plan, signed, fake.lookups)).txId).to.equal(id)
  })

  it('has our signature in the journal before the API sees it', async () => {
    const { signed, entry, fake } = await setUp()
    expect(fake.asked('/v3/flow/sign')).to.be.empty
    expect(await entry()).to.deep.include({ state: 'signed', signed })
  })

  it('completes what was executed before the crash without sending it again', async () => {
    const { deliver, sent, told, done, entry, plan, signed, fake } = await setUp()
    expect(await deliver(true)).to.equal('completed')
    expect([sent(), told]).to.deep.equal([[], []])
    const { txId } = await cosigned(plan, signed, fake.lookups)
    expect(done).to.deep.equal([txId])
    expect(await entry()).to.include({ state: 'completed', txId })
  })

  it('sends the same bytes while the outcome is unknown, in this process even if the API signs otherwise each time', async () => {
    const { deliver, sent, told } = await setUp({ results: [PENDING], sign: dice })
    const chain = newFlow()
    for (const resumed of [false, true, true]) expect(await deliver(resumed, chain)).to.equal('open')
    expect(sent().length).to.be.greaterThan(3)
    expect(new Set(sent()).size).to.equal(1)
    expect(told).to.be.empty
  })

  it('waits while the API does not sign, and shows no signature of ours to the node', async () => {
    const { fake, deliver, sent, entry } = await setUp({ sign: () => offline })
    expect(await deliver(false)).to.equal('open')
    expect(await entry()).to.deep.include({
      state: 'broadcasting',
      reason: { code: 'API_UNREACHABLE', message: 'no answer' },
    })
    for (const answer of [{ signature: 'ab' }, { signature: 'z'.repeat(128) }, {}]) {
      fake.world.sign = () => answer
      expect(await deliver(true)).to.equal('open')
      expect((await entry())?.reason?.code).to.equal('API_REPLY_MALFORMED')
    }
    expect(sent()).to.be.empty
    fake.world.sign = (data) => ({ signature: data.slice(-128) })
    fake.world.results = [PENDING, SEALED]
    expect(await deliver(true)).to.equal('completed')
    expect(sent()).to.have.lengthOf(1)
  })

  it('hands out no bytes from the journal that do not agree with the plan', async () => {
    const { deliver, signed, fake, entry, sent } = await setUp()
    const raw = signed.raw.replace('"gas_limit":"9999"', '"gas_limit":"9998"')
    expect(await deliver(true, newFlow(), { ...signed, raw })).to.equal('open')
    expect((await entry())?.reason?.code).to.equal('VERIFICATION_FAILED')
    expect([fake.asked('/v3/flow/sign'), sent()]).to.deep.equal([[], []])
  })

  it('knows its payload under the id that an earlier process told the API, whatever the API signs now', async () => {
    const { fake, plan, signed, deliver, tatum, entry, sent } = await setUp({ sign: dice, results: [PENDING] })
    const first = await cosigned(plan, signed, fake.lookups)
    const {
      payload_signatures: _,
      envelope_signatures: __,
      ...content
    } = JSON.parse(first.raw) as Record<string, unknown>
    fake.world.transactions[first.txId] = { ...content, id: first.txId }
    tatum.status = { state: 'done', txId: first.txId }
    expect(await deliver(true)).to.equal('completed')
    expect(await entry()).to.include({ state: 'completed', txId: first.txId })
    expect(sent()).to.be.empty
  })

  it('knows that payload although the API signs no more', async () => {
    const { fake, plan, signed, deliver, tatum, entry } = await setUp({ results: [PENDING] })
    const first = await cosigned(plan, signed, fake.lookups)
    fake.world.sign = () => offline
    expect(await deliver(true)).to.equal('open')
    const {
      payload_signatures: _,
      envelope_signatures: __,
      ...content
    } = JSON.parse(first.raw) as Record<string, unknown>
    fake.world.transactions[first.txId] = { ...content, id: first.txId }
    tatum.status = { state: 'done', txId: first.txId }
    expect(await deliver(true)).to.equal('completed')
    expect(await entry()).to.include({ state: 'completed', txId: first.txId })
  })

  it('calls a transaction failed that Tatum calls done with another payload, and waits when it cannot tell', async () => {
    const other = 'ab'.repeat(32)
    for (const [known, outcome] of [
      [true, 'failed'],
      [false, 'open'],
    ] as const) {
      const { fake, deliver, tatum, signed } = await setUp({ results: [PENDING] })
      const {
        payload_signatures: _,
        envelope_signatures: __,
        ...content
      } = JSON.parse(signed.raw) as Record<string, unknown>
      if (known) fake.world.transactions[other] = { ...content, gas_limit: '1' }
      tatum.status = { state: 'done', txId: other }
      expect(await deliver(true)).to.equal(outcome)
    }
  })

  it('reports the words of a transaction that was executed with an error, and gives the key back', async () => {
    const message = '[Error Code: 1101] cadence runtime error'
    const { deliver, sent, released, entry, told } = await setUp({ results: [failedWith(message)] })
    expect(await deliver(false)).to.equal('failed')
    expect((await entry())?.reason?.message).to.include(message)
    expect(released()).to.deep.equal([{ txData: sent()[0], proposalKey: 12 }])
    expect(told).to.be.empty
  })

  it('reports what the node refuses before it is forwarded, and gives the key back', async () => {
    const { deliver, released, entry, sent } = await setUp({
      send: () => refusedBy(400, 'invalid transaction'),
      results: [PENDING],
    })
    expect(await deliver(false)).to.equal('failed')
    expect((await entry())?.reason?.message).to.include('invalid transaction')
    expect(released()).to.deep.equal([{ txData: '', proposalKey: 12 }])
    expect(sent()).to.have.lengthOf(1)
  })

  it('does not believe a refusal that may pass, nor one of bytes that may have been out before', async () => {
    const passing = [
      'transaction is expired: ref_height=1 final_height=999',
      'unknown reference block',
      'payer has insufficient balance',
      'rate limit',
    ]
    for (const message of passing) {
      const { deliver, sent, released } = await setUp({ send: () => refusedBy(400, message), results: [PENDING] })
      expect(await deliver(false), message).to.equal('open')
      expect(new Set(sent()).size).to.equal(1)
      expect(released()).to.be.empty
    }
    const { deliver } = await setUp({ send: () => refusedBy(400, 'invalid transaction'), results: [PENDING] })
    expect(await deliver(true)).to.equal('open')
    const { deliver: unreachable } = await setUp({ send: () => offline, results: [PENDING] })
    expect(await unreachable(false)).to.equal('open')
    const { deliver: renamed } = await setUp({ send: () => ({ id: 'ab'.repeat(32) }), results: [PENDING] })
    expect(await renamed(false)).to.equal('open')
  })

  it('never calls a refused signature or a used-up sequence number a failure once the payload may have been out under another id', async () => {
    for (const words of ['1007] invalid proposal key sequence number', '1009] invalid envelope key']) {
      const results = [failedWith(`[Error Code: ${words}`)]
      const { deliver, fake } = await setUp({ results, sign: dice })
      fake.world.sequence = '113'
      fake.world.sealed += 10_000
      expect(await deliver(true)).to.equal('open')
      const { deliver: first } = await setUp({ results })
      expect(await first(false)).to.equal('failed')
    }
  })

  it('gives up only when its block is too old and its sequence number still free, at one sealed block', async () => {
    const cases = [
      { sealed: 150_000_700, sequence: '112', outcome: 'open' },
      { sealed: 150_000_701, sequence: '113', outcome: 'open' },
      { sealed: 150_000_701, sequence: '112', outcome: 'failed' },
    ]
    for (const { sealed, sequence, outcome } of cases) {
      const { deliver, fake } = await setUp({ results: [PENDING] })
      Object.assign(fake.world, { sealed, sequence })
      expect(await deliver(true), JSON.stringify({ sealed, sequence })).to.equal(outcome)
      if (sealed > 150_000_700) expect(fake.asked(`/v1/accounts/${HOSTED}?block_height=${sealed}`)).not.to.be.empty
    }
  })

  it('gives up a dead payload although the API signs no more', async () => {
    const { deliver, fake, entry } = await setUp({ sign: () => offline })
    fake.world.sealed += 1000
    expect(await deliver(true)).to.equal('failed')
    expect((await entry())?.reason?.message).to.include('can never become valid')
  })

  it('takes no failure to answer for a no', async () => {
    const { fake } = await setUp()
    fake.world.results = [refusedBy(403, 'credits')]
    const thrown = await flow.transactions.find('ab'.repeat(32), fake.lookups).catch((error: unknown) => error)
    expect(thrown).to.be.instanceOf(KeywardError)
    fake.world.results = [refusedBy(404, 'not found')]
    expect(await flow.transactions.find('ab'.repeat(32), fake.lookups)).to.equal(false)
    for (const status of ['Pending', 'Finalized', 'Executed', 'Unknown', 'Expired']) {
      fake.world.results = [{ ...SEALED, status }]
      expect(await flow.transactions.find('ab'.repeat(32), fake.lookups)).to.equal(false)
    }
    expect(await flow.transactions.find('payload:00', fake.lookups)).to.equal(false)
  })
})
