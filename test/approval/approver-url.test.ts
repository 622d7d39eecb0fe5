import { expect } from 'chai'
import { parseApproverUrl } from '../../src/approval/approver-url.js'
import { createUrlApprover } from '../../src/approval/index.js'
import { KeywardError } from '../../src/core/errors.js'
import { memoryLog } from '../tatum/client-kit.js'

const refusal = (url: string, allowInsecure = false): string => {
  try {
    parseApproverUrl(url, allowInsecure)
  } catch (thrown) {
    if (thrown instanceof KeywardError && thrown.code === 'CONFIG_INVALID') return thrown.message
    throw thrown
  }
  return 'taken'
}

describe('the address of the four-eye check', () => {
  for (const url of [
    'https://approvals.example.com/check',
    'https://approvals.example.com:8443/check',
    'http://localhost:8080/check',
    'http://checker.localhost/',
    'http://127.0.0.1:8080',
    'http://127.8.9.10/',
    'http://[::1]:8080/check',
    'http://2130706433/',
  ]) {
    it(`may be ${url}`, () => {
      expect(refusal(url)).to.equal('taken')
    })
  }

  for (const url of [
    'http://approvals.example.com/check',
    'http://10.0.0.5/check',
    'http://192.168.1.1/check',
    'http://127.0.0.1.evil.example/check',
    'http://127.evil.example/check',
    'http://localhost.evil.example/check',
    'http://evil-localhost/check',
    'http://localhost@evil.example/check',
    'http://[::ffff:10.0.0.5]/check',
    'http://[::2]/check',
    'http://0.0.0.0/check',
    'HTTP://APPROVALS.EXAMPLE.COM/check',
  ]) {
    it(`may not be ${url} without encryption`, () => {
      expect(refusal(url)).to.match(/is not encrypted|has a user/)
    })
  }

  it('may be plain http when somebody says so', () => {
    expect(refusal('http://approvals.internal/check', true)).to.equal('taken')
  })

  for (const url of [
    '',
    ' ',
    'approvals.example.com/check',
    '/check',
    'ftp://x/',
    'file:///etc/passwd',
    'javascript:1',
    'https://',
  ]) {
    it(`may not be ${JSON.stringify(url)}, whatever is allowed`, () => {
      expect(refusal(url, true)).to.match(/is not an http or https address/)
    })
  }

  for (const url of [
    'https://user:CANARY@example.com/',
    'https://CANARY@example.com/',
    'https://example.com/?token=CANARY',
    'https://example.com/#CANARY',
  ]) {
    it(`may not hold credentials, a query or a fragment, and none of it is shown: ${url}`, () => {
      expect(refusal(url, true))
        .to.match(/has a user, a password, a query or a fragment/)
        .and.not.include('CANARY')
    })
  }

  it('is checked when the approver is made, not when money waits', () => {
    const { log } = memoryLog()
    const options = { method: 'GET', reply: 'explicit', allowInsecure: false, deadlineMs: 1000, log } as const
    expect(() => createUrlApprover({ ...options, url: 'http://approvals.example.com' })).to.throw(KeywardError)
    expect(() => createUrlApprover({ ...options, url: '' })).to.throw(KeywardError)
  })
})
