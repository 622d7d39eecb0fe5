import { expect } from 'chai'
import fc from 'fast-check'
import { scriptOf } from '../../../src/chains/flow/templates.js'
import { KeywardError } from '../../../src/core/errors.js'
import { thrownBy } from '../../kit/chain-suite.js'
import { ACCOUNT, flow, payment, pendingOf, request, TO, vectors } from './kit.js'

const read = (serialized: object | string) => flow.transactions.read(pendingOf(serialized), 'testnet')
const refusalOf = (serialized: object | string) => thrownBy(() => read(serialized))
const SCRIPT = 'transaction(a: Int) { prepare(signer: &Account) {} }'
const custom = (args: unknown) => request(8, { transaction: SCRIPT, args })
const argument = (type: string, value: unknown, more: object = {}) => custom([{ type, value, ...more }])
const KEY = vectors.wallets[0]?.keys[0]?.publicKey ?? ''

describe('Flow: reading requests', () => {
  it('reads a payment, with every digit of its amount whether it is text or a number', () => {
    const { authorizer, script, arguments: args } = read(payment())
    expect(authorizer).to.equal(ACCOUNT)
    expect(script).to.equal(scriptOf('FLOW', 'testnet'))
    expect(args).to.deep.equal(['{"type":"UFix64","value":"1.50000000"}', `{"type":"Address","value":"${TO}"}`])
    const number = JSON.stringify(payment()).replace('"1.5"', '90071992547.40993001')
    expect(read(number).arguments[0]).to.include('"90071992547.40993001"')
    expect(read(payment({ currency: 'FUSD' })).script).to.equal(scriptOf('FUSD', 'testnet'))
  })

  it('refuses amounts that are none, that the reference rounds, or that overflow', () => {
    for (const amount of [
      '',
      'NaN',
      '-1',
      '1e3',
      '0x10',
      '1,5',
      '0.000000001',
      '184467440737.09551616',
      true,
      null,
      [],
    ]) {
      expect(refusalOf(payment({ amount })).code).to.equal('TRANSACTION_MALFORMED')
    }
    expect(read(payment({ amount: '184467440737.09551615' })).arguments[0]).to.include('184467440737.09551615')
  })

  it('refuses what is no address, another currency, another type, and what it does not know', () => {
    for (const to of ['179b6b1cb6755e31', `${TO}00`, TO.slice(0, -1), '0xzz9b6b1cb6755e31', 5, null, undefined]) {
      expect(refusalOf(payment({ to })).code).to.equal('TRANSACTION_MALFORMED')
    }
    expect(refusalOf(payment({ account: 'elsewhere' })).message).to.include('"account"')
    expect(refusalOf(payment({ currency: 'USDC' })).code).to.equal('TRANSACTION_UNSUPPORTED')
    for (const type of [3, 4, 5, 6, 7, 9, '2', null, 2.5]) {
      expect(refusalOf({ ...payment(), type }).code).to.equal('TRANSACTION_UNSUPPORTED')
    }
    expect(refusalOf(payment({ privateKey: 'secret' })).code).to.equal('TRANSACTION_UNSUPPORTED')
    expect(refusalOf({ ...payment(), gasLimit: 5 }).context).to.deep.equal({ member: 'gasLimit' })
    expect(refusalOf({ ...payment(), apiManagedProposal: false }).message).to.include('proposes and pays')
    expect(read({ ...payment({ signatureId: 'x', index: 3 }), apiManagedProposal: undefined }).authorizer).to.equal(
      ACCOUNT,
    )
  })

  it('gives a key the weight that was asked for, where the reference passes it over', () => {
    const weightIn = (type: number, more: object) =>
      read(request(type, { publicKey: KEY.toUpperCase(), ...more })).arguments[1]
    expect(weightIn(0, {})).to.include('"1000.00000000"')
    expect(weightIn(0, { weight: 500 })).to.include('"500.00000000"')
    expect(weightIn(1, {})).to.include('"0.00000000"')
    expect(weightIn(1, { weight: 1000 })).to.include('"1000.00000000"')
    for (const weight of [1001, -1, 0.5, '5', 1e21]) {
      expect(refusalOf(request(1, { publicKey: KEY, weight })).message).to.include('"weight"')
    }
  })

  it('refuses a public key that is no point of the curve: nobody could use the account', () => {
    const damaged = `${KEY.slice(0, -1)}${KEY.endsWith('0') ? '1' : '0'}`
    for (const publicKey of [damaged, `04${KEY}`, KEY.slice(2), '0'.repeat(128), 'f'.repeat(128), null]) {
      expect(refusalOf(request(0, { publicKey })).message).to.include('"publicKey"')
    }
  })

  it('writes arguments as the reference does, and keeps integers that it rounds', () => {
    const text = (type: string, value: unknown, more?: object) => read(argument(type, value, more)).arguments[0]
    expect(text('UInt64', '18446744073709551615')).to.equal('{"type":"UInt64","value":"18446744073709551615"}')
    expect(text('Int', '-7')).to.equal('{"type":"Int","value":"-7"}')
    expect(text('UFix64', '10.5')).to.equal('{"type":"UFix64","value":"10.5"}')
    expect(text('UFix64', 10)).to.equal('{"type":"UFix64","value":"10.0"}')
    expect(text('Fix64', '-0.5')).to.equal('{"type":"Fix64","value":"-0.5"}')
    expect(text('Character', '👍🏽')).to.equal('{"type":"Character","value":"👍🏽"}')
    expect(text('Bool', false)).to.equal('{"type":"Bool","value":false}')
    expect(text('Address', TO.toUpperCase().replace('X', 'x'))).to.equal(`{"type":"Address","value":"${TO}"}`)
    expect(text('Array', [1, '2'], { subType: 'UInt8' })).to.equal(
      '{"type":"Array","value":[{"type":"UInt8","value":"1"},{"type":"UInt8","value":"2"}]}',
    )
    const large = JSON.stringify(argument('UInt256', 5)).replace('"value":5', '"value":9007199254740993')
    expect(read(large).arguments[0]).to.include('"9007199254740993"')
  })

  it('refuses arguments that are no value of their type', () => {
    const wrong: [string, unknown][] = [
      ['UInt8', 256],
      ['Int8', -129],
      ['UInt64', -1],
      ['UInt64', '18446744073709551616'],
      ['Word16', '65536'],
      ['Int', '007'],
      ['Int', '1.0'],
      ['Int', '9'.repeat(101)],
      ['UFix64', '-1.0'],
      ['UFix64', '1.123456789'],
      ['Fix64', '92233720368.54775808'],
      ['Bool', 'true'],
      ['String', 5],
      ['Character', 'ab'],
      ['Address', '0x1'],
    ]
    for (const [type, value] of wrong) expect(refusalOf(argument(type, value)).code).to.equal('TRANSACTION_MALFORMED')
    for (const type of ['Optional', 'Dictionary', 'Path', 'Word', 'Int7', 'constructor']) {
      expect(refusalOf(argument(type, '1')).code).to.equal('TRANSACTION_UNSUPPORTED')
    }
    for (const args of [
      'x',
      [5],
      [{ value: '1' }],
      [{ type: 'Array', value: [] }],
      [{ type: 'Int', subType: 'Int', value: 1 }],
    ]) {
      expect(refusalOf(custom(args)).code).to.equal('TRANSACTION_MALFORMED')
    }
    expect(refusalOf(argument('Array', 'x', { subType: 'Int' })).code).to.equal('TRANSACTION_MALFORMED')
    expect(refusalOf(argument('Array', [[]], { subType: 'Array' })).code).to.equal('TRANSACTION_UNSUPPORTED')
    expect(refusalOf(argument('Int', 1, { label: 'x' })).code).to.equal('TRANSACTION_UNSUPPORTED')
  })

  it('refuses more arguments than a script has, which the verifier would be busy with for minutes', () => {
    const many = (count: number) => custom(Array.from({ length: count }, () => ({ type: 'UInt64', value: '42' })))
    expect(read(many(500)).arguments).to.have.lengthOf(500)
    expect(refusalOf(many(501)).code).to.equal('TRANSACTION_MALFORMED')
  })

  it('keeps the letters of a script, and refuses one that the network cannot run any more', () => {
    const script = `// é\r\n${SCRIPT}\n\n`
    expect(read(request(8, { transaction: script })).script).to.equal(script)
    const old = 'transaction { prepare(first: &Account, signer: AuthAccount) {} }'
    expect(refusalOf(request(8, { transaction: old, args: [] })).message).to.include('before 1.0')
    for (const transaction of ['', ' \n', 5, undefined, `${SCRIPT}\ud800`]) {
      expect(refusalOf(request(8, { transaction, args: [] })).code).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('refuses garbage with an error of its own, whatever it is', () => {
    const refused = (text: string): boolean => {
      try {
        read(text)
        return false
      } catch (error) {
        return (
          error instanceof KeywardError && ['TRANSACTION_MALFORMED', 'TRANSACTION_UNSUPPORTED'].includes(error.code)
        )
      }
    }
    fc.assert(fc.property(fc.string({ minLength: 1 }), refused))
    fc.assert(
      fc.property(fc.json(), (body) => refused(`{"type":8,"body":${body}}`) && refused(`{"type":2,"body":${body}}`)),
    )
    expect(refusalOf(JSON.stringify(payment()).replace('"to"', '"to":"0x179b6b1cb6755e32","to"')).message).to.include(
      'twice',
    )
    expect(refusalOf(JSON.stringify(payment({ to: ' '.repeat(1_200_000) }))).message).to.include('too long')
  })
})
