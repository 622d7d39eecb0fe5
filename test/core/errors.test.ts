import { expect } from 'chai'
import { asKeywardError, ERRORS, KeywardError, remoteText } from '../../src/core/errors.js'

describe('errors', () => {
  it('gives an exit code from 1 to 130 to every code, and one number to one kind of failure', () => {
    const shared = new Map<number, string[]>()
    for (const [code, { exitCode }] of Object.entries(ERRORS)) {
      expect(exitCode, code).to.be.within(1, 130)
      shared.set(exitCode, [...(shared.get(exitCode) ?? []), code])
    }
    const doubles = [...shared.values()].filter((codes) => codes.length > 1)
    // The reference tool ends with 2 when mainnet has no external URL, as any misuse of the command line does.
    expect(doubles).to.deep.equal([['USAGE', 'APPROVAL_URL_REQUIRED']])
  })

  it('makes foreign text fit for one log line', () => {
    expect(remoteText('a\r\n\u001b[31mred\u202e b\u0000')).to.equal('a [31mred b')
    expect(remoteText('x'.repeat(1000))).to.have.length(256)
  })

  it('keeps only the type of what others throw, because their messages may hold secrets', () => {
    const error = asKeywardError(new TypeError('the mnemonic is abandon abandon'))
    expect(error.code).to.equal('INTERNAL')
    expect(JSON.stringify(error)).to.include('TypeError').and.not.to.include('abandon')
    expect(JSON.stringify(asKeywardError('a thrown secret'))).not.to.include('secret')
  })

  it('passes its own errors through', () => {
    const own = new KeywardError('STORE_LOCKED', 'locked', { context: { pid: 7 } })
    expect(asKeywardError(own)).to.equal(own)
    expect(own.mayPass).to.equal(true)
    expect(own.toJSON()).to.deep.equal({ code: 'STORE_LOCKED', error: 'locked', context: { pid: 7 } })
  })
})
