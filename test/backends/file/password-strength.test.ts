import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { assertStrongPassword } from '../../../src/backends/file/password-strength.js'
import { KeywardError } from '../../../src/core/errors.js'
import { Secret } from '../../../src/core/secret.js'

const judge = (text: string): KeywardError | undefined => {
  const password = Secret.fromText(text)
  const before = password.text()
  try {
    assertStrongPassword(password)
    return undefined
  } catch (thrown) {
    expect(thrown).to.be.instanceOf(KeywardError)
    return thrown as KeywardError
  } finally {
    expect(password.text(), 'it is not changed by looking at it').to.equal(before)
  }
}

describe('assertStrongPassword', () => {
  for (const weak of [
    '',
    'test',
    'short1!',
    'elevenchars',
    'aaaaaaaaaaaaaaaaaaaa',
    'abababababababab',
    'abcabcabcabcabc',
    'abcdefghijklmnop',
    '123456789012345',
    '987654321098765',
    'passwordpassword',
    'Password123456!',
    'PASSWORD12345678',
    'qwertyuiop123456',
    'tatum-kms-wallet',
    'keyward-secret-1',
    'letmeinletmein12',
    'xY7xY7xY7xY7xY7xY7',
  ]) {
    it(`refuses "${weak}"`, () => {
      const error = judge(weak)
      expect(error?.code).to.equal('PASSWORD_TOO_WEAK')
      expect(error?.advice).to.contain('openssl rand')
    })
  }

  for (const strong of [
    'correct horse battery staple',
    'kms-legacy-test-password',
    'gT7#kq9!Zr2$',
    'pässwörd-密码-🔑-länger',
    'wohl dem der sein versprechen hält',
  ]) {
    it(`accepts "${strong}"`, () => expect(judge(strong)).to.equal(undefined))
  }

  it('accepts every random password of 18 bytes', () => {
    for (let n = 0; n < 200; n += 1) expect(judge(randomBytes(18).toString('base64'))).to.equal(undefined)
  })

  it('counts characters, not bytes', () => {
    expect(judge('密码密码密码密')?.message).to.contain('fewer than 12 characters')
  })

  it('answers quickly for any text, and never quotes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 4, maxLength: 2000 }), (text) => {
        const error = judge(text)
        expect(`${error?.message} ${error?.advice}`).to.not.contain(text)
      }),
      { examples: [['a'.repeat(100_000)]] },
    )
  })
})
