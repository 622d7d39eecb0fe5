import { expect } from 'chai'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { programVersion } from '../../src/cli/version.js'
import { cli, errorOf } from './support/run.js'

const REFERENCE_COMMANDS = [
  'generatewallet',
  'generatemanagedwallet',
  'storemanagedwallet',
  'storemanagedprivatekey',
  'generatemanagedprivatekeybatch',
  'getmanagedwallet',
  'getprivatekey',
  'getaddress',
  'removewallet',
  'export',
  'report',
  'checkconfig',
  'daemon',
]
const SECRET = 'legal winner thank year wave sausage'

describe('the command line', () => {
  it('has every command of the reference tool, each marked as such', () => {
    expect(COMMANDS.filter(({ reference }) => reference).map(({ name }) => name)).to.have.members(REFERENCE_COMMANDS)
  })

  it('prints its help on standard output with exit code 0, for no command, --help, -h and help', async () => {
    const [bare, ...others] = await Promise.all([[], ['--help'], ['-h'], ['help']].map((argv) => cli(argv)))
    expect(bare).to.include({ code: 0, err: '' })
    for (const { name } of COMMANDS) expect(bare?.out).to.include(name)
    for (const other of others) expect(other).to.include({ code: 0, err: '', out: bare?.out })
  })

  it('has help with examples for each command, by every way of asking', async () => {
    for (const { name, summary, examples } of COMMANDS) {
      const words = name.split(' ')
      const asked = await cli([...words, '--help'])
      expect(asked).to.include({ code: 0, err: '' })
      expect(asked.out.toLowerCase()).to.include(summary.toLowerCase())
      expect(examples).to.not.be.empty
      for (const [line] of examples) expect(asked.out).to.include(line)
      expect((await cli(['help', ...words])).out).to.equal(asked.out)
      expect((await cli(['--help', ...words])).out).to.equal(asked.out)
    }
  })

  it('has examples that its own parser accepts', async () => {
    for (const { examples } of COMMANDS) {
      for (const [line] of examples) {
        const own = /keyward ([^|>]*)/.exec(line)?.[1]?.trim() ?? ''
        const argv = own.split(/\s+/).map((word) => word.replace(/^"(.*)"$/, '$1'))
        expect(await cli([...argv, '--help']), line).to.include({ code: 0, err: '' })
      }
    }
  })

  it('shows the commands of a group when the group is named alone', async () => {
    const { code, out, err } = await cli(['store'])
    expect({ code, err }).to.deep.equal({ code: 0, err: '' })
    expect(out).to.include('store check').and.include('store upgrade').and.not.include('getaddress')
  })

  it('prints its version alone for --version, and more for version', async () => {
    for (const flag of ['--version', '-V'])
      expect(await cli([flag])).to.include({ code: 0, out: `${programVersion()}\n` })
    const { out } = await cli(['version'])
    expect(JSON.parse(out)).to.include({ version: programVersion(), node: process.version })
  })

  const refused: readonly (readonly [string, string[], RegExp, RegExp])[] = [
    ['an unknown command', ['exprot'], /unknown command exprot/, /Did you mean `keyward export`/],
    ['an unknown command of a group', ['store', 'chek'], /unknown command store chek/, /keyward store check/],
    ['a group’s name misspelt', ['stor', 'check'], /unknown command stor/, /keyward/],
    ['an unknown flag', ['export', '--pth=x'], /unknown flag --pth/, /Did you mean --path/],
    ['a flag of another command', ['version', '--path=x'], /version has no flag --path/, /version --help/],
    ['an unknown short flag', ['export', '-x'], /export has no flag -x/, /export --help/],
    ['a missing argument', ['getaddress'], /getaddress needs ID \[INDEX\]/, /getaddress --help/],
    ['an argument too many', ['export', SECRET], /export got more arguments than it takes/, /export --help/],
    [
      'a secret as an argument',
      ['storemanagedwallet', 'BTC', SECRET],
      /more arguments/,
      /--mnemonic-file.*shell's history/,
    ],
    ['a flag given twice', ['export', '--path=a', '--path=b'], /--path is given twice/, /.?/],
  ]
  for (const [what, argv, message, advice] of refused) {
    it(`refuses ${what} with exit code 2 and says what to do`, async () => {
      const result = await cli(argv)
      expect({ code: result.code, out: result.out }).to.deep.equal({ code: 2, out: '' })
      expect(errorOf(result).code).to.equal('USAGE')
      expect(errorOf(result).error).to.match(message)
      expect(errorOf(result).advice ?? '').to.match(advice)
    })
  }

  it('never repeats what may be a secret in the wrong place', async () => {
    const lines = [
      [SECRET],
      ['store', SECRET],
      ['storemanagedwallet', 'BTC', SECRET],
      ['storemanagedwallet', 'BTC', `--mnemonic=${SECRET}`],
      ['storemanagedwallet', 'BTC', '--words', SECRET],
      ['storemanagedwallet', 'BTC', `-m=${SECRET}`],
      ['--mnemonic', SECRET, 'storemanagedwallet', 'BTC'],
      ['version', `--path=${SECRET}`],
    ]
    for (const argv of lines) {
      for (const answers of [undefined, []]) {
        const { code, out, err } = await cli(argv, answers === undefined ? {} : { answers })
        expect({ argv, code }).to.deep.equal({ argv, code: 2 })
        expect(out + err).to.not.include('sausage')
      }
    }
  })

  it('takes flags before the command', async () => {
    expect(await cli(['--testnet', 'generatewallet', 'BTC'])).to.include({ code: 0 })
  })
})
