import { expect } from 'chai'
import fc from 'fast-check'
import { kebabCase, camelCase } from '../../src/cli/command.js'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { normalizeArgv } from '../../src/cli/normalize-argv.js'
import { allFlags } from '../../src/cli/parse.js'

const FLAGS = allFlags(COMMANDS)
const normalize = (...argv: string[]) => normalizeArgv(argv, FLAGS)

describe('normalizeArgv', () => {
  it('reads camelCase and kebab-case, and both ways to give a value, as the same flag', () => {
    for (const spelling of [['--apiKey', 'k'], ['--api-key', 'k'], ['--apiKey=k'], ['--api-key=k']]) {
      expect(normalize('daemon', ...spelling)).to.deep.equal(['daemon', '--api-key=k'])
    }
  })

  it('finds flags before the command as well as after it', () => {
    expect(normalize('--testnet', '--path', 'f', 'getaddress', 'ID', '1')).to.deep.equal([
      'getaddress',
      'ID',
      '1',
      '--testnet',
      '--path=f',
    ])
  })

  it('reads the switches of the reference tool: bare, =true, =false, followed by true or false, and --no-', () => {
    for (const on of [['--testnet'], ['--testnet=true'], ['--testnet', 'true'], ['--no-testnet=false']]) {
      expect(normalize('daemon', ...on)).to.deep.equal(['daemon', '--testnet'])
    }
    for (const off of [['--no-testnet'], ['--testnet=false'], ['--testnet', 'false'], ['--noTestnet']]) {
      expect(normalize('daemon', ...off)).to.deep.equal(['daemon', '--no-testnet'])
    }
  })

  it('keeps = and blanks inside a value', () => {
    expect(normalize('daemon', '--external-url', 'https://a/?b=c d')).to.deep.equal([
      'daemon',
      '--external-url=https://a/?b=c d',
    ])
  })

  it('takes everything after -- as arguments', () => {
    expect(normalize('getaddress', '--path=f', '--', '--testnet')).to.deep.equal([
      'getaddress',
      '--path=f',
      '--',
      '--testnet',
    ])
  })

  const refused: readonly (readonly [string, string[], RegExp])[] = [
    ['a flag given twice', ['daemon', '--path=a', '--path', 'b'], /--path is given twice/],
    ['a switch and its negation', ['daemon', '--testnet', '--no-testnet'], /--testnet is given twice/],
    ['both spellings of one flag', ['daemon', '--apiKey=a', '--api-key=b'], /given twice/],
    ['a flag without its value', ['daemon', '--path'], /--path needs a value/],
    ['a flag whose value would be the next flag', ['daemon', '--path', '--testnet'], /--path needs a value/],
    [
      'an empty value, which switched the four-eye check off',
      ['daemon', '--externalUrl='],
      /--external-url needs a value/,
    ],
    ['a blank value', ['daemon', '--externalUrl', ' '], /--external-url needs a value/],
    ['a switch with another value', ['daemon', '--testnet=yes'], /switch/],
    ['an unknown flag', ['daemon', '--testnt'], /unknown flag --testnt$/],
    ['a negated flag that takes a value', ['daemon', '--no-path'], /unknown flag/],
  ]
  for (const [what, argv, message] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => normalize(...argv))
        .to.throw(message)
        .with.property('code', 'USAGE')
    })
  }

  it('suggests the nearest flag', () => {
    expect(() => normalize('daemon', '--externalUri', 'x'))
      .to.throw()
      .with.property('advice', 'Did you mean --external-url?')
  })

  it('never repeats a value: it may be a secret in the wrong place', () => {
    const words = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
    const lines = [
      ['storemanagedwallet', 'BTC', '--mnemonic', words],
      ['storemanagedwallet', 'BTC', `--mnemonic=${words}`],
      ['storemanagedwallet', 'BTC', `--words=${words}`],
      ['daemon', `--testnet=${words}`],
    ]
    for (const argv of lines) {
      try {
        normalize(...argv)
        expect.fail('should have been refused')
      } catch (problem) {
        expect(JSON.stringify(problem)).to.not.include('sausage')
      }
    }
  })

  it('says where secrets go when somebody looks for a flag', () => {
    for (const flag of ['--mnemonic', '--privateKey', '--password']) {
      expect(() => normalize('storemanagedwallet', 'BTC', flag, 'x')).to.throw(/never taken from the command line/)
    }
  })

  it('turns any camelCase name into kebab-case and back', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(words, (parts) => {
        const kebab = parts.join('-')
        expect(kebabCase(kebab)).to.equal(kebab)
        // A one-letter part followed by another cannot be told apart in camelCase; no flag has one.
        if (parts.every((part) => part.length > 1)) expect(kebabCase(camelCase(kebab))).to.equal(kebab)
      }),
    )
  })

  it('reads any arguments without another failure than a usage error', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('--testnet', '--path', '--', 'export', '-h'))),
        (argv) => {
          try {
            normalize(...argv)
          } catch (problem) {
            expect(problem).to.have.property('code', 'USAGE')
          }
        },
      ),
    )
  })
})

describe('the flags of all commands', () => {
  it('have one meaning each: a name takes a value everywhere or nowhere', () => {
    const valued = new Map<string, boolean>()
    for (const { name, flags } of COMMANDS) {
      for (const flag of flags) {
        const known = valued.get(flag.name)
        if (known !== undefined) expect(flag.value !== undefined, `--${flag.name} of ${name}`).to.equal(known)
        valued.set(flag.name, flag.value !== undefined)
      }
    }
  })

  it('survive the way from kebab-case to the spelling of the settings and back', () => {
    for (const name of FLAGS.keys()) expect(kebabCase(camelCase(name))).to.equal(name)
  })
})
