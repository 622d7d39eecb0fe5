import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import { CommandArguments } from '../../src/cli/arguments.js'
import { createContext } from '../../src/cli/context.js'
import { withSecretInput } from '../../src/cli/secret-input.js'
import type { SecretInput } from '../../src/cli/secret-input.js'
import type { Secret } from '../../src/core/secret.js'
import { failureOf } from '../kit/failure-of.js'
import { FakeHost } from './support/fake-terminal.js'
import type { HostOptions } from './support/fake-terminal.js'

const INPUT: SecretInput = { what: 'mnemonic', question: 'Enter mnemonic:', fileFlag: 'mnemonic-file' }
const WORDS = 'legal winner thank year wave sausage worth useful legal winner thank yellow'

function read(options: HostOptions, file?: string): Promise<string> {
  const context = createContext(new FakeHost(options), new AbortController().signal)
  const args = new CommandArguments(new Map(), new Map(file === undefined ? [] : [['mnemonic-file', file]]))
  return withSecretInput(context, args, INPUT, (secret) => secret.text())
}

describe('a secret that is handed in', () => {
  let folder: string
  before(() => (folder = mkdtempSync(join(tmpdir(), 'keyward-input-'))))
  after(() => rmSync(folder, { recursive: true }))
  const file = (content: string | Buffer): string => {
    const path = join(folder, `${Math.random()}`)
    writeFileSync(path, content)
    return path
  }

  it('is the first line of a pipe, without the blanks around it', async () => {
    expect(await read({ stdin: `${WORDS}\n` })).to.equal(WORDS)
    expect(await read({ stdin: `  ${WORDS} \r\nanother line\n` })).to.equal(WORDS)
    expect(await read({ stdin: WORDS })).to.equal(WORDS)
  })

  it('is read from a pipe that stays open after the line, and that delivers it in pieces', async () => {
    const pipe = new PassThrough()
    const reading = read({ stdin: pipe })
    pipe.write(WORDS.slice(0, 10))
    setImmediate(() => pipe.write(`${WORDS.slice(10)}\n`))
    expect(await reading).to.equal(WORDS)
  })

  it('comes from a file by absolute path or by a path from the working directory, before anything else', async () => {
    const path = file(`${WORDS}\n`)
    expect(await read({ stdin: 'not this' }, path)).to.equal(WORDS)
    expect(await read({ cwd: folder }, path.slice(folder.length + 1))).to.equal(WORDS)
  })

  it('is typed at a terminal', async () => {
    expect(await read({ answers: [{ question: /Enter mnemonic:/, keys: ` ${WORDS}\r` }] })).to.equal(WORDS)
  })

  it('is missed when the pipe or file is empty: the error says where it could have come from', async () => {
    for (const attempt of [read({}), read({ stdin: '\n' }), read({ stdin: ' \t\r\n' }), read({}, file(' \n'))]) {
      const problem = await failureOf(attempt)
      expect(problem).to.include({ code: 'USAGE', message: 'no mnemonic was given' })
    }
  })

  it('is not a whole file', async () => {
    expect(await failureOf(read({ stdin: 'x'.repeat(100_000) }))).to.have.property('code', 'USAGE')
    expect(await failureOf(read({}, file('x'.repeat(100_000))))).to.have.property('code', 'USAGE')
  })

  it('tells which file cannot be read, and nothing of its content', async () => {
    expect(await failureOf(read({}, join(folder, 'absent')))).to.include({ code: 'FILE_UNREADABLE' })
    expect(await failureOf(read({}, folder))).to.include({ code: 'FILE_UNREADABLE' })
  })

  it('is wiped after use', async () => {
    const context = createContext(new FakeHost({ stdin: WORDS }), new AbortController().signal)
    let lent: Secret | undefined
    await withSecretInput(context, new CommandArguments(new Map(), new Map()), INPUT, (secret) => (lent = secret))
    expect(lent?.wiped).to.equal(true)
  })
})
