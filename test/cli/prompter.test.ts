import { expect } from 'chai'
import fc from 'fast-check'
import { ChunkReader } from '../../src/cli/chunk-reader.js'
import { Prompter } from '../../src/cli/prompter.js'
import { failureOf } from '../kit/failure-of.js'
import { FakeHost } from './support/fake-terminal.js'

const QUESTION = 'Enter mnemonic to store:'

/** Types the keys in the given pieces and returns what the prompt understood. */
async function ask(pieces: readonly (string | Buffer)[], keep: 'exact' | 'trimmed' = 'exact') {
  const host = new FakeHost({ answers: [] })
  const prompter = new Prompter(host, new ChunkReader(host.stdin))
  const asked = prompter.secret(QUESTION, keep)
  for (const piece of pieces) {
    await new Promise((resolve) => setImmediate(resolve))
    host.type(piece)
  }
  const secret = await asked
  await new Promise((resolve) => setImmediate(resolve))
  return { text: secret.text(), host }
}

const codeOf = async (work: Promise<unknown>): Promise<string> => (await failureOf(work)).code

describe('Prompter', () => {
  it('shows a star for each character and never the secret', async () => {
    const { text, host } = await ask(['pässwort 1€\r'])
    expect(text).to.equal('pässwort 1€')
    expect(host.err).to.equal(`${QUESTION} ${'*'.repeat(11)}\n`)
    expect(host.out).to.equal('')
  })

  it('puts the terminal into raw mode for the question only, also when it is interrupted', async () => {
    expect((await ask(['x\r'])).host.rawModes).to.deep.equal([true, false])
    const host = new FakeHost({ answers: [{ question: /mnemonic/, keys: '\x03' }] })
    expect(await codeOf(new Prompter(host, new ChunkReader(host.stdin)).secret(QUESTION, 'exact'))).to.equal(
      'INTERRUPTED',
    )
    expect(host.rawModes).to.deep.equal([true, false])
  })

  it('switches the terminal’s own echo off before the question appears', async () => {
    const host = new FakeHost({ answers: [{ question: /mnemonic/, keys: 'x\r' }] })
    const shown: boolean[][] = []
    host.stderr.on('data', () => shown.push([...host.rawModes]))
    await new Prompter(host, new ChunkReader(host.stdin)).secret(QUESTION, 'exact')
    expect(shown[0]).to.deep.equal([true])
  })

  it('takes a paste, wherever it is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(60), { maxLength: 6 }), async (cuts) => {
        const typed = Buffer.from('\x1b[200~wörter € sind hier\x1b[201~\x7f!\r')
        const at = [...new Set([0, ...cuts.filter((cut) => cut < typed.length)])].sort((a, b) => a - b)
        const pieces = at.map((from, number) => Buffer.from(typed.subarray(from, at[number + 1])))
        expect((await ask(pieces)).text).to.equal('wörter € sind hie!')
      }),
      { numRuns: 30 },
    )
  })

  it('knows backspace, Ctrl-U and arrow keys', async () => {
    expect((await ask(['abc\x7f\x08d\r'])).text).to.equal('ad')
    expect((await ask(['wrong\x15right\r'])).text).to.equal('right')
    expect((await ask(['ab\x1b[D\x1b[A\x1bOPc\x1b[3~d\r'])).text).to.equal('abcd')
    expect((await ask(['€\x7f\x7f\x7fa\r'])).text).to.equal('a')
  })

  it('keeps the blanks of a password and drops those around a mnemonic', async () => {
    expect((await ask([' two words \r'])).text).to.equal(' two words ')
    expect((await ask(['\t two words \r'], 'trimmed')).text).to.equal('two words')
  })

  it('leaves what was typed ahead for the next question, and takes CR LF as one line end', async () => {
    const host = new FakeHost({ answers: [] })
    const prompter = new Prompter(host, new ChunkReader(host.stdin))
    host.type('first\r\nsecond\r')
    expect((await prompter.secret('1?', 'exact')).text()).to.equal('first')
    expect((await prompter.secret('2?', 'exact')).text()).to.equal('second')
    setImmediate(() => host.type('\nthird\r'))
    expect((await prompter.secret('3?', 'exact')).text()).to.equal('third')
  })

  it('ends with INTERRUPTED (130) for Ctrl-C, for Ctrl-D on an empty line, and when the terminal goes away', async () => {
    for (const keys of ['abc\x03', '\x04']) expect(await codeOf(ask([keys]))).to.equal('INTERRUPTED')
    const host = new FakeHost({ answers: [] })
    const asked = new Prompter(host, new ChunkReader(host.stdin)).secret(QUESTION, 'exact')
    host.hangUp()
    expect(await codeOf(asked)).to.equal('INTERRUPTED')
  })

  it('refuses to ask when nobody is there, instead of waiting for ever', async () => {
    const host = new FakeHost()
    const prompter = new Prompter(host, new ChunkReader(host.stdin))
    expect(prompter.available).to.equal(false)
    expect(await codeOf(prompter.secret(QUESTION, 'exact'))).to.equal('CONFIRMATION_MISSING')
  })

  it('refuses a whole file pasted in', async () => {
    expect(await codeOf(ask(['x'.repeat(10_000)]))).to.equal('USAGE')
  })

  it('echoes an answer that is no secret', async () => {
    const host = new FakeHost({ answers: [{ question: /sure/, keys: ' yes \r' }] })
    expect(await new Prompter(host, new ChunkReader(host.stdin)).answer('sure?')).to.equal('yes')
    expect(host.err).to.equal('sure?  yes \n')
  })
})
