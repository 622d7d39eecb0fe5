import { expect } from 'chai'
import { asKeywardError, KeywardError } from '../../src/core/errors.js'
import { errorStyle, renderError } from '../../src/cli/render-error.js'
import { FakeHost } from './support/fake-terminal.js'

const error = new KeywardError('STORE_WRONG_PASSWORD', 'the password is wrong', {
  advice: 'Check TATUM_KMS_PASSWORD.',
  context: { path: '/x' },
})
const plain = { readable: true, colours: false, stack: false }

describe('renderError', () => {
  it('writes the reference tool’s shape for programs: error first, two blanks of indent', () => {
    expect(renderError(error, { readable: false, colours: false, stack: false })).to.equal(
      [
        '{',
        '  "error": "the password is wrong",',
        '  "code": "STORE_WRONG_PASSWORD",',
        '  "advice": "Check TATUM_KMS_PASSWORD.",',
        '  "context": {',
        '    "path": "/x"',
        '  }',
        '}',
        '',
      ].join('\n'),
    )
  })

  it('writes words for people', () => {
    expect(renderError(error, plain)).to.equal(
      'error: the password is wrong [STORE_WRONG_PASSWORD]\nCheck TATUM_KMS_PASSWORD.\n',
    )
  })

  it('uses colour on a terminal only, and never when NO_COLOR is set', () => {
    expect(errorStyle(new FakeHost({ answers: [] }), false)).to.deep.equal({
      readable: true,
      colours: true,
      stack: false,
    })
    expect(errorStyle(new FakeHost({ answers: [], env: { NO_COLOR: '1' } }), false).colours).to.equal(false)
    expect(errorStyle(new FakeHost(), false)).to.deep.equal({ readable: false, colours: false, stack: false })
    expect(renderError(error, { ...plain, colours: true })).to.include('\u001b[31merror\u001b[0m')
  })

  it('shows nothing of a foreign error’s message, not even with --debug: it may hold a secret', () => {
    const foreign = new Error('cannot parse "legal winner thank"\n    at words (sausage.js:1:1)')
    for (const readable of [true, false]) {
      const text = renderError(asKeywardError(foreign), { readable, colours: false, stack: true })
      expect(text).to.not.match(/legal|sausage/)
      expect(text).to.include('INTERNAL')
      expect(text).to.include('caused by Error')
      expect(text).to.include('render-error.test')
    }
  })

  it('shows a stack with --debug only', () => {
    expect(renderError(error, plain)).to.not.include('at ')
    expect(renderError(error, { ...plain, stack: true })).to.match(/^at .*render-error\.test/m)
  })
})
