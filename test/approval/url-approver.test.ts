import { expect } from 'chai'
import { createHash } from 'node:crypto'
import { createUrlApprover } from '../../src/approval/index.js'
import type { UrlApprover, UrlApproverOptions } from '../../src/approval/index.js'
import { FourEyeServer, notKnownYet, sayNo, sayYes } from '../kit/four-eye-server.js'
import type { FourEyeRule } from '../kit/four-eye-server.js'
import { testCertificate } from '../kit/test-certificate.js'
import { memoryLog } from '../tatum/client-kit.js'
import { makeReview } from './review-kit.js'

const OTHER = 'e'.repeat(64)

describe('the four-eye check by URL', () => {
  let server: FourEyeServer
  let memory: ReturnType<typeof memoryLog>
  const open: UrlApprover[] = []

  beforeEach(async () => {
    server = await FourEyeServer.start()
    memory = memoryLog()
  })

  afterEach(async () => {
    await Promise.all(open.splice(0).map((approver) => approver.close()))
    await server.close()
  })

  const approver = (overrides: Partial<UrlApproverOptions> = {}): UrlApprover => {
    const made = createUrlApprover({
      url: server.url,
      method: 'GET',
      reply: 'explicit',
      allowInsecure: false,
      deadlineMs: 10_000,
      log: memory.log,
      ...overrides,
    })
    open.push(made)
    return made
  }
  const host = (): string => new URL(server.url).host

  describe('asks', () => {
    it('with GET for the id, carrying the digest in query and header', async () => {
      const review = makeReview()
      await approver().review(review)
      expect(server.questions).to.have.length(1)
      expect(server.questions[0]?.method).to.equal('GET')
      expect(server.questions[0]?.target).to.equal(`/check/${review.pending.id}?digest=${review.digest}`)
      expect(server.questions[0]?.headers).to.include({ 'x-keyward-digest': review.digest })
      expect(server.questions[0]?.body).to.equal('')
    })

    it('without doubling a trailing slash', async () => {
      const review = makeReview()
      await approver({ url: `${server.url}//` }).review(review)
      await approver({ url: new URL(server.url).origin }).review(review)
      expect(server.questions.map(({ target }) => target)).to.deep.equal([
        `/check/${review.pending.id}?digest=${review.digest}`,
        `/${review.pending.id}?digest=${review.digest}`,
      ])
    })

    it('with POST for the whole transaction, its members where the reference has them', async () => {
      const review = makeReview()
      const decision = await approver({ method: 'POST' }).review(review)
      expect(decision.verdict).to.equal('approved')
      const [question] = server.questions
      expect(question?.target).to.equal(`/check/${review.pending.id}`)
      expect(question?.headers).to.include({
        'content-type': 'application/json',
        'x-keyward-digest': review.digest,
      })
      const { keyward, ...transaction } = JSON.parse(question?.body ?? '') as { keyward: Record<string, unknown> }
      expect(transaction).to.deep.equal({
        id: '5e6be8e9e6aa436299950c41',
        chain: 'ETH',
        hashes: ['4057be77-70f3-4a1a-a0da-dfa083830513'],
        signatures: [],
        serializedTransaction: review.pending.serializedTransaction,
        index: 3,
      })
      expect(keyward).to.have.nested.property('intent.actions[0].amount', '1500000000000000000')
      expect(keyward)
        .to.have.nested.property('intent.summary')
        .that.matches(/^pay 1\.5 ETH to 0x27b58aab74ac9f8c49f485100c7dd7fc10fc5990; fee at most 0\.00042 ETH$/)
    })

    it('with POST for a plan from which the approver can compute the digest itself', async () => {
      const review = makeReview()
      await approver({ method: 'POST' }).review(review)
      const { keyward } = JSON.parse(server.questions[0]?.body ?? '') as { keyward: { plan: unknown; digest: string } }
      // With the few lines that docs/four-eye-check.md gives to approvers, not with our own function.
      const sorted = (value: unknown): unknown =>
        Array.isArray(value)
          ? value.map(sorted)
          : value !== null && typeof value === 'object'
            ? Object.fromEntries(
                Object.entries(value)
                  .sort(([left], [right]) => (left < right ? -1 : 1))
                  .map(([name, member]) => [name, sorted(member)]),
              )
            : value
      const text = JSON.stringify(sorted(keyward.plan))
      const digest = createHash('sha256').update('keyward-plan-v1\0').update(text).digest('hex')
      expect(digest).to.equal(review.digest)
      expect(keyward.digest).to.equal(review.digest)
    })

    it('over connections that are reused, and without a pause for many at once', async () => {
      const one = approver()
      const review = makeReview()
      const decisions = await Promise.all(Array.from({ length: 200 }, () => one.review(review)))
      expect(decisions.every(({ verdict }) => verdict === 'approved')).to.equal(true)
      expect(server.connections).to.be.at.most(32)
    })
  })

  describe('decides', () => {
    it('approved, bound to the digest, by the host that said so', async () => {
      const review = makeReview()
      expect(await approver().review(review)).to.deep.equal({
        verdict: 'approved',
        digest: review.digest,
        by: host(),
      })
    })

    it('by the person the approver names', async () => {
      server.rule = ({ digest }) => ({ body: { approved: true, digest, by: 'alice@example.com' } })
      const review = makeReview()
      expect((await approver().review(review)).by).to.equal(`alice@example.com via ${host()}`)
    })

    it('refused, with the reason', async () => {
      server.rule = sayNo
      const review = makeReview()
      expect(await approver().review(review)).to.deep.equal({
        verdict: 'refused',
        digest: review.digest,
        by: host(),
        reason: 'not in our books',
      })
    })

    it('each time anew: what was unknown is approved once the approver knows it', async () => {
      const review = makeReview()
      server.answerFor(review.pending.id, notKnownYet)
      const one = approver()
      expect((await one.review(review)).verdict).to.equal('undecided')
      server.answerFor(review.pending.id, sayYes)
      expect((await one.review(review)).verdict).to.equal('approved')
    })

    it('by the status alone when that is configured, as the reference does', async () => {
      server.rule = () => ({ status: 204 })
      const review = makeReview()
      expect((await approver({ reply: 'status' }).review(review)).verdict).to.equal('approved')
      expect((await approver({ reply: 'explicit' }).review(review)).verdict).to.equal('undecided')
    })
  })

  describe('is undecided, with a reason of its own, when it', () => {
    const yesTo =
      (digest: string): FourEyeRule =>
      () => ({ body: { approved: true, digest } })
    const attacks: Readonly<Record<string, { rule: FourEyeRule; reason: RegExp }>> = {
      'gets a yes to another digest': { rule: yesTo(OTHER), reason: /about another transaction/ },
      'gets a yes to no digest': { rule: () => ({ body: { approved: true } }), reason: /does not name the digest/ },
      'is redirected to a yes': {
        rule: ({ path, digest }) =>
          path === '/yes' ? { body: { approved: true, digest } } : { status: 302, headers: { location: '/yes' } },
        reason: /a redirect \(302\), which is not followed/,
      },
      'gets a login page': {
        rule: () => ({ body: '<html>', headers: { 'content-type': 'text/html' } }),
        reason: /something that is not a decision/,
      },
      'gets "true" as text': {
        rule: ({ digest }) => ({ body: { approved: 'true', digest } }),
        reason: /no "approved" that is true or false/,
      },
      'gets yes and no under one name': {
        rule: ({ digest }) => ({ body: `{"approved":false,"approved":true,"digest":"${digest}"}` }),
        reason: /something that is not a decision/,
      },
      'gets half a yes': {
        rule: ({ digest }) => ({ body: { approved: true, digest }, how: 'half' }),
        reason: /connection .* broke/,
      },
      'gets a yes that is too long': {
        rule: ({ digest }) => ({ body: { approved: true, digest, padding: 'x'.repeat(17_000) } }),
        reason: /more than an approver says/,
      },
      'gets an endless yes': {
        rule: ({ digest }) => ({ body: { approved: true, digest, padding: 'x'.repeat(50_000_000) }, how: 'chunked' }),
        reason: /more than an approver says/,
      },
      'gets 202': { rule: () => ({ status: 202, body: {} }), reason: /status 202, which is neither yes nor no/ },
      'gets 404': { rule: notKnownYet, reason: /does not know this transaction/ },
      'gets 401': { rule: () => ({ status: 401 }), reason: /status 401/ },
      'gets 503': { rule: () => ({ status: 503 }), reason: /status 503/ },
      'is cut off': { rule: () => ({ how: 'reset' }), reason: /connection .* broke/ },
    }
    for (const [what, { rule, reason }] of Object.entries(attacks)) {
      it(what, async () => {
        server.rule = rule
        const review = makeReview()
        const decision = await approver().review(review)
        expect(decision).to.include({ verdict: 'undecided', digest: review.digest, by: host() })
        expect(decision.reason).to.match(reason)
        expect(server.questions).to.have.length(1)
      })
    }

    for (const how of ['hang', 'drip'] as const) {
      it(`waits for an answer that does ${how}, until its deadline`, async () => {
        server.rule = () => ({ how })
        const decision = await approver({ deadlineMs: 150 }).review(makeReview())
        expect(decision.verdict).to.equal('undecided')
        expect(decision.reason).to.match(/no whole answer in time/)
      })
    }

    it('finds nobody', async () => {
      await server.close()
      const decision = await approver().review(makeReview())
      expect(decision.verdict).to.equal('undecided')
      expect(decision.reason).to.equal('the approver cannot be reached (ECONNREFUSED)')
    })

    it('meets a certificate that nobody vouches for', async () => {
      const impostor = await FourEyeServer.start(sayYes, { tls: testCertificate })
      const decision = await approver({ url: impostor.url }).review(makeReview())
      expect(decision.verdict).to.equal('undecided')
      expect(decision.reason).to.match(/certificate of the approver is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/)
      expect(impostor.questions).to.be.empty
      await impostor.close()
    })

    it('is told to stop, before or while it asks', async () => {
      server.rule = () => ({ how: 'hang' })
      const stopping = new AbortController()
      const running = approver().review(makeReview({ signal: stopping.signal }))
      while (server.questions.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
      stopping.abort()
      expect(await running)
        .to.have.property('reason')
        .that.matches(/program is stopping/)
      const late = await approver().review(makeReview({ signal: AbortSignal.abort() }))
      expect(late)
        .to.have.property('reason')
        .that.matches(/program is stopping/)
      expect(server.questions).to.have.length(1)
    })

    it('cannot put the question together', async () => {
      const review = makeReview()
      const [action] = review.intent.actions
      const broken = { ...review, intent: { ...review.intent, actions: [{ ...action, amount: undefined }] } }
      const decision = await approver({ method: 'POST' }).review(broken as unknown as typeof review)
      expect(decision.verdict).to.equal('undecided')
      expect(decision.reason).to.match(/could not be put together/)
      expect(server.questions).to.be.empty
    })

    it('is closed', async () => {
      const one = approver()
      await one.review(makeReview())
      await one.close()
      expect((await one.review(makeReview())).verdict).to.equal('undecided')
    })
  })

  it('does not keep an answer for the next question: a yes for one plan approves no other', async () => {
    const first = makeReview()
    const second = makeReview({ network: 'testnet' })
    expect(second.digest).not.to.equal(first.digest)
    const recorded = { body: { approved: true, digest: first.digest } }
    server.rule = () => recorded
    const one = approver()
    expect((await one.review(first)).verdict).to.equal('approved')
    expect((await one.review(second)).verdict).to.equal('undecided')
  })

  it('warns about answers that should not have come, and about nothing else', async () => {
    const one = approver()
    for (const rule of [sayYes, sayNo, notKnownYet]) {
      server.rule = rule
      await one.review(makeReview())
    }
    expect(memory.lines.filter(({ level }) => level === 'warn')).to.be.empty
    server.rule = () => ({ status: 302, headers: { location: 'https://evil.example/' } })
    await one.review(makeReview())
    expect(memory.lines.filter(({ level }) => level === 'warn')).to.deep.equal([
      {
        level: 'warn',
        event: 'approval.suspicious',
        fields: {
          id: '5e6be8e9e6aa436299950c41',
          by: host(),
          verdict: 'undecided',
          status: 302,
          reason: 'the approver answered with a redirect (302), which is not followed',
        },
      },
    ])
  })
})
