import { expect } from 'chai'
import fc from 'fast-check'
import type { Answer } from '../../src/approval/answer.js'
import { judge } from '../../src/approval/judge.js'
import { digestSchema } from '../../src/core/ids.js'

const DIGEST = digestSchema.parse('d'.repeat(64))
const OTHER = 'e'.repeat(64)

const answer = (status: number, body: string | Buffer = '', contentType = '', contentEncoding = ''): Answer => ({
  kind: 'answer',
  status,
  contentType,
  contentEncoding,
  body: Buffer.from(body),
})
const yes = JSON.stringify({ approved: true, digest: DIGEST })

describe('judging an answer of the approver', () => {
  describe('in explicit mode', () => {
    const explicit = (given: Answer) => judge(given, DIGEST, 'explicit')

    it('takes 200 with a yes to this digest', () => {
      expect(explicit(answer(200, yes))).to.deep.equal({ verdict: 'approved' })
      expect(explicit(answer(200, `\n ${yes}\n`, 'text/plain'))).to.deep.equal({ verdict: 'approved' })
      expect(explicit(answer(200, `\ufeff${yes}`))).to.deep.equal({ verdict: 'approved' })
    })

    it('keeps who approved', () => {
      const body = JSON.stringify({ approved: true, digest: DIGEST, by: 'alice\n@example.com' })
      expect(explicit(answer(200, body))).to.deep.equal({ verdict: 'approved', by: 'alice @example.com' })
      for (const by of ['', 7, null, {}]) {
        const without = JSON.stringify({ approved: true, digest: DIGEST, by })
        expect(explicit(answer(200, without))).to.deep.equal({ verdict: 'approved' })
      }
    })

    const noYes: Readonly<Record<string, Answer>> = {
      'no body': answer(200),
      'a yes without a digest': answer(200, '{"approved":true}'),
      'a yes to another digest': answer(200, JSON.stringify({ approved: true, digest: OTHER })),
      'a yes to this digest in capitals': answer(200, JSON.stringify({ approved: true, digest: DIGEST.toUpperCase() })),
      'a yes to a part of the digest': answer(200, JSON.stringify({ approved: true, digest: DIGEST.slice(0, 63) })),
      'a yes to a list of digests': answer(200, JSON.stringify({ approved: true, digest: [DIGEST] })),
      'a yes to everything': answer(200, JSON.stringify({ approved: true, digest: '*' })),
      '"true" as text': answer(200, JSON.stringify({ approved: 'true', digest: DIGEST })),
      '1 for true': answer(200, JSON.stringify({ approved: 1, digest: DIGEST })),
      'null for true': answer(200, JSON.stringify({ approved: null, digest: DIGEST })),
      'a list around the yes': answer(200, `[${yes}]`),
      'an envelope around the yes': answer(200, `{"data":${yes}}`),
      'a capital in the name': answer(200, JSON.stringify({ Approved: true, digest: DIGEST })),
      'no, then yes, under one name': answer(200, `{"approved":false,"digest":"${DIGEST}","approved":true}`),
      'yes, then no, under one name': answer(200, `{"approved":true,"digest":"${DIGEST}","approved":false}`),
      'two digests': answer(200, `{"approved":true,"digest":"${OTHER}","digest":"${DIGEST}"}`),
      'two spellings of one name': answer(200, `{"appr\\u006fved":false,"approved":true,"digest":"${DIGEST}"}`),
      'a yes through the prototype': answer(200, `{"__proto__":${yes}}`),
      'junk after the yes': answer(200, `${yes}x`),
      'half a yes': answer(200, yes.slice(0, -1)),
      'a web page': answer(200, '<html>approved</html>', 'text/html'),
      'true alone': answer(200, 'true'),
      text: answer(200, 'approved'),
      'bytes that are no text': answer(200, Buffer.concat([Buffer.from(yes), Buffer.from([0xff])])),
      'a packed body': answer(200, yes, '', 'gzip'),
      'UTF-16': answer(200, Buffer.from(yes, 'utf16le')),
      'a yes with 201': answer(201, yes),
      'a yes with 202': answer(202, yes),
      '204': answer(204),
      'a yes with 206': answer(206, yes),
      'a yes with 301': answer(301, yes),
      'a yes with 302': answer(302, yes),
      'a yes with 400': answer(400, yes),
      'a yes with 401': answer(401, yes),
      'a yes with 403': answer(403, yes),
      'a yes with 404': answer(404, yes),
      'a yes with 500': answer(500, yes),
      'a no with 500': answer(500, '{"approved":false}'),
      'a no with 302': answer(302, '{"approved":false}'),
      'a no to another digest': answer(200, JSON.stringify({ approved: false, digest: OTHER })),
      'a 403 about another digest': answer(403, JSON.stringify({ approved: false, digest: OTHER })),
      '401': answer(401),
      '404': answer(404),
      '429': answer(429),
      '503': answer(503),
    }
    for (const [what, given] of Object.entries(noYes)) {
      it(`is undecided about ${what}, and says why`, () => {
        const verdict = explicit(given)
        expect(verdict.verdict).to.equal('undecided')
        expect(verdict).to.have.property('reason').that.is.a('string').and.is.not.empty
      })
    }

    it('refuses for good on a no with 2xx or 4xx, and on 403', () => {
      for (const status of [200, 201, 202, 400, 403, 404, 409, 422]) {
        const body = JSON.stringify({ approved: false, digest: DIGEST, reason: 'not\u0007 ours', by: 'bob' })
        expect(explicit(answer(status, body))).to.deep.equal({ verdict: 'refused', reason: 'not ours', by: 'bob' })
        expect(explicit(answer(status, '{"approved":false}')).verdict).to.equal('refused')
      }
      for (const body of ['', 'Forbidden', '{"message":"no"}', '<html>']) {
        expect(explicit(answer(403, body))).to.deep.equal({
          verdict: 'refused',
          reason: 'the approver refused (status 403)',
        })
      }
    })

    it('approves nothing but an object with approved true and this digest in a 200', () => {
      const member = fc.oneof(
        fc.constantFrom(true, false, 'true', 1, null, DIGEST, OTHER, DIGEST.toUpperCase()),
        fc.jsonValue(),
      )
      const object = fc.record({ approved: member, digest: member, reason: member }, { requiredKeys: [] })
      const body = fc.oneof(object, fc.jsonValue())
      fc.assert(
        fc.property(fc.oneof(fc.constant(200), fc.integer({ min: 200, max: 599 })), body, (status, value) => {
          const fields = (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}) as {
            approved?: unknown
            digest?: unknown
          }
          const isYes = status === 200 && fields.approved === true && fields.digest === DIGEST
          expect(explicit(answer(status, JSON.stringify(value))).verdict === 'approved').to.equal(isYes)
        }),
        { numRuns: 1000 },
      )
    })

    it('never throws and never approves bytes that are no JSON', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 100, max: 599 }), (bytes, status) => {
          expect(explicit(answer(status, Buffer.from(bytes))).verdict).not.to.equal('approved')
        }),
      )
    })
  })

  describe('in status mode', () => {
    const status = (given: Answer) => judge(given, DIGEST, 'status')

    for (const [what, given] of Object.entries<Answer>({
      'an empty 200': answer(200),
      '201': answer(201, '{}'),
      '202': answer(202),
      '204': answer(204),
      'a word': answer(200, 'OK', 'text/plain'),
      'an object about something else': answer(200, '{"status":"ok"}', 'application/json'),
      true: answer(200, 'true'),
      null: answer(200, 'null'),
      'a word in JSON': answer(200, '"ok"'),
      'an explicit yes': answer(200, yes),
      'a yes without a digest': answer(200, '{"approved":true}'),
      'an envelope with a yes': answer(200, '{"data":{"approved":true}}'),
      'letters of any language': answer(200, 'schválené ✔', 'text/plain; charset=utf-8'),
    })) {
      it(`approves ${what}`, () => {
        expect(status(given).verdict).to.equal('approved')
      })
    }

    for (const [what, given] of Object.entries<Answer>({
      'a redirect': answer(302),
      'a login page': answer(200, '<!DOCTYPE html><form>', 'text/html'),
      'a page that hides its type': answer(200, ' \n<html>', 'text/plain'),
      'an empty page': answer(200, '', 'text/html'),
      'approved as text': answer(200, '{"approved":"true"}'),
      'approved as text no': answer(200, '{"approved":"false"}'),
      'approved null': answer(200, '{"approved":null}'),
      'a no in an envelope': answer(200, '{"data":{"result":[{"Approved":false}]}}'),
      'another digest': answer(200, JSON.stringify({ digest: OTHER })),
      false: answer(200, 'false'),
      'a list': answer(200, '[]'),
      'a broken no': answer(200, '{"approved": false', 'application/json'),
      'a broken no that hides its type': answer(200, '{"approved": false'),
      'a no and a yes under one name': answer(200, '{"approved":false,"approved":true}'),
      'text that calls itself JSON': answer(200, 'ok', 'application/json'),
      'a no in UTF-16': answer(200, Buffer.from('{"approved":false}', 'utf16le')),
      'bytes that are no text': answer(200, Buffer.from([0xff, 0xfe, 0x7b])),
      'a packed body': answer(200, 'ok', '', 'gzip'),
      '404': answer(404),
      '401': answer(401),
      '500': answer(500),
    })) {
      it(`is undecided about ${what}`, () => {
        expect(status(given).verdict).to.equal('undecided')
      })
    }

    it('refuses for good on a plain no', () => {
      expect(status(answer(200, '{"approved":false}')).verdict).to.equal('refused')
      expect(status(answer(422, '{"approved":false}')).verdict).to.equal('refused')
      expect(status(answer(403)).verdict).to.equal('refused')
    })

    it('is not brought down by depth', () => {
      const deep = '{"a":'.repeat(3000) + '1' + '}'.repeat(3000)
      expect(status(answer(200, deep)).verdict).to.equal('approved')
      const no = '{"a":'.repeat(3000) + '{"approved":false}' + '}'.repeat(3000)
      expect(status(answer(200, no)).verdict).to.equal('undecided')
    })
  })

  it('gives each way of not answering a reason of its own', () => {
    const whys = ['timeout', 'interrupted', 'unreachable', 'certificate', 'cut-off', 'too-large', 'not-asked'] as const
    const reasons = whys.map((why) => {
      const verdict = judge({ kind: 'none', why }, DIGEST, 'status')
      expect(verdict.verdict).to.equal('undecided')
      return verdict.verdict === 'undecided' ? verdict.reason : ''
    })
    expect(new Set(reasons).size).to.equal(whys.length)
  })
})
