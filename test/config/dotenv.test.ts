import { parseEnv } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import { parseDotenv } from '../../src/config/dotenv.js'

const read = (text: string): Record<string, string> => Object.fromEntries(parseDotenv(text))

describe('config: the .env format', () => {
  it('is read as the dotenv library reads it', () => {
    const cases: readonly (readonly [text: string, values: Record<string, string>])[] = [
      ['A=1', { A: '1' }],
      ['A=1\r\nB=2\rC=3\n', { A: '1', B: '2', C: '3' }],
      ['  A  =  1 2  \t', { A: '1 2' }],
      ['export A=1\n export\tB=2', { A: '1', B: '2' }],
      ['A: 1\nB:2\nC=3', { A: '1', C: '3' }],
      ['A=\nB=2', { A: '', B: '2' }],
      ['A=""\nB=\'\'\nC=``', { A: '', B: '', C: '' }],
      ['A=1\nA=2', { A: '2' }],
      ['#A=1\n # B=2\nC=3 # why', { C: '3' }],
      ['A=a#b', { A: 'a' }],
      ['A="a#b" # why', { A: 'a#b' }],
      ["A=' x '", { A: ' x ' }],
      ['A=`say "it\'s"`', { A: 'say "it\'s"' }],
      ["A='it's'", { A: "it's" }],
      ['A="say "no""', { A: 'say "no"' }],
      ["A=it's", { A: "it's" }],
      ['A="x" y', { A: '"x" y' }],
      ['A="l1\nl2"\nB=1', { A: 'l1\nl2', B: '1' }],
      ['A="l1\\nl2\\r"', { A: 'l1\nl2\r' }],
      ["A='l1\\nl2'", { A: 'l1\\nl2' }],
      ["A='a\\'b'", { A: "a\\'b" }],
      ["A='C:\\'\nB='x'", { A: 'C:\\', B: 'x' }],
      ['A="unclosed\nB=2', { A: '"unclosed', B: '2' }],
      ["A='", { A: "'" }],
      ['nonsense\nA=1\n=x\nB=2', { A: '1', B: '2' }],
      ['A.b-c_9=1', { 'A.b-c_9': '1' }],
      ['A=b=c', { A: 'b=c' }],
      ['', {}],
    ]
    for (const [text, values] of cases) expect(read(text), JSON.stringify(text)).to.deep.equal(values)
  })

  it('gives what Node gives for a file without oddities', () => {
    const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/)
    const bare = fc.stringMatching(/^[A-Za-z0-9_:\/.,@%+-]{0,20}$/)
    const quoted = fc.stringMatching(/^[A-Za-z0-9 #=:\/.$!]{0,20}$/).map((text) => `"${text}"`)
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.oneof(bare, quoted))), (lines) => {
        const text = lines.map(([key, value]) => `${key}=${value}\n`).join('')
        expect(read(text)).to.deep.equal({ ...parseEnv(text) })
      }),
    )
  })

  it('gives back any value that is quoted with a quote it does not hold', () => {
    const value = fc.string({ unit: 'binary' }).filter((text) => !/['\r\\]/.test(text))
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const text = values.map((each, at) => `V${at}='${each}'\n`).join('')
        expect(read(text)).to.deep.equal(Object.fromEntries(values.map((each, at) => [`V${at}`, each])))
      }),
    )
  })

  it('reads a hostile file in one pass', () => {
    for (const line of ['A="\n', "A='\\'\n", 'A=`\\`', 'A', '=', '"', '  ', 'export ', 'A= #']) {
      const text = line.repeat(Math.floor(200_000 / line.length))
      expect(read(text)).to.be.an('object')
    }
    expect(read('__proto__=1\nconstructor=2').constructor).to.equal('2')
  })
})
