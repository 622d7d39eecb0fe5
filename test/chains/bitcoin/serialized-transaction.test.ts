import { expect } from 'chai'
import fc from 'fast-check'
import { KeywardError } from '../../../src/core/errors.js'
import { codeThrownBy, thrownBy } from '../../kit/chain-suite.js'
import { store, transactions } from './arbitrary.js'
import { C, pendingOf, serialized } from './build.js'
import { inputOf, walk } from './fixtures.js'

const script = `0014${'11'.repeat(20)}`
const read = (text: string) => inputOf(pendingOf(text, { hashes: [C] }), 'mainnet', store)
const good = (): Record<string, unknown> => JSON.parse(serialized([{ script }])) as Record<string, unknown>
const inputWith = (members: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const [first] = good()['inputs'] as Record<string, unknown>[]
  return { ...good(), inputs: [{ ...first, ...members }] }
}

describe('serializedTransaction of BTC', () => {
  it('ignores members that decide nothing', () => {
    const { transaction } = read(
      JSON.stringify({ ...good(), fee: 'x', changeScript: 7, changeIndex: -3, anything: { else: true } }),
    ).request
    expect(transaction.outputs).to.have.lengthOf(1)
  })

  it('accepts hexadecimal in any case', () => {
    const upper = JSON.stringify({ ...good(), outputs: [{ satoshis: 1, script: script.toUpperCase() }] })
    expect(read(upper).request.transaction.outputs[0]?.script.toString('hex')).to.equal(script)
  })

  it('refuses what it would have to guess, and says which member it is about', () => {
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ ...good(), version: 0 }, /version/],
      [{ ...good(), version: 2 ** 31 }, /version/],
      [{ ...good(), version: '2' }, /version/],
      [{ ...good(), nLockTime: undefined }, /nLockTime/],
      [{ ...good(), nLockTime: 2 ** 32 }, /nLockTime/],
      [{ ...good(), hash: 'abc' }, /hash/],
      [{ ...good(), hash: '00'.repeat(32) }, /hash is not that of its content/],
      [{ ...good(), inputs: [] }, /inputs/],
      [{ ...good(), outputs: [] }, /outputs/],
      [{ ...good(), outputs: [{ satoshis: -1, script }] }, /outputs\.0\.satoshis/],
      [{ ...good(), outputs: [{ satoshis: 0.5, script }] }, /outputs\.0\.satoshis/],
      [{ ...good(), outputs: [{ satoshis: '5', script }] }, /outputs\.0\.satoshis/],
      [{ ...good(), outputs: [{ satoshis: 2_100_000_000_000_001, script }] }, /outputs\.0\.satoshis/],
      [{ ...good(), outputs: [{ satoshis: 1, script: '0' }] }, /outputs\.0\.script/],
      [{ ...good(), outputs: [{ satoshis: 1, script: '00'.repeat(10_001) }] }, /outputs\.0\.script/],
      [inputWith({ prevTxId: 'ab' }), /inputs\.0\.prevTxId/],
      [inputWith({ prevTxId: '00'.repeat(32) }), /cannot exist/],
      [inputWith({ outputIndex: -1 }), /inputs\.0\.outputIndex/],
      [inputWith({ sequenceNumber: 2 ** 32 }), /inputs\.0\.sequenceNumber/],
      [inputWith({ output: undefined }), /inputs\.0\.output/],
      [inputWith({ output: { satoshis: 1 } }), /inputs\.0\.output\.script/],
    ]
    for (const [content, words] of cases) {
      const error = thrownBy(() => read(JSON.stringify(content)))
      expect(error.code).to.equal('TRANSACTION_MALFORMED')
      expect(error.message).to.match(words)
    }
  })

  it('refuses a transaction that is signed in part: signatures of others would be lost or mixed', () => {
    expect(codeThrownBy(() => read(JSON.stringify(inputWith({ script: '00' }))))).to.equal('TRANSACTION_UNSUPPORTED')
  })

  it('refuses a transaction that spends one output twice', () => {
    const txId = 'ab'.repeat(32)
    const twice = serialized([
      { script, txId },
      { script, txId: txId.toUpperCase() },
    ])
    expect(thrownBy(() => read(twice)).message).to.include('twice')
  })

  it('refuses any text that is no transaction with a KeywardError and nothing else', () => {
    const text = fc.oneof(fc.string({ minLength: 1 }), fc.json(), fc.string({ unit: 'binary', minLength: 1 }))
    fc.assert(
      fc.property(text, (garbage) => {
        expect(codeThrownBy(() => read(garbage))).to.match(/^TRANSACTION_/)
      }),
    )
  })

  it('refuses or signs a transaction with one member replaced by anything, but never crashes', async () => {
    await fc.assert(
      fc.asyncProperty(transactions, fc.nat(), fc.jsonValue(), async ({ pending, json }, place, value) => {
        const content = JSON.stringify(json)
        const members = [...content.matchAll(/"[a-zA-Z]+":("[^"]*"|\d+)/g)]
        const target = members[place % members.length]
        if (target === undefined) return
        const [name] = target[0].split(':')
        const changed = content.replace(target[0], () => `${name}:${JSON.stringify(value)}`)
        const outcome = await Promise.resolve()
          .then(() => walk({ ...pending, serializedTransaction: changed }, 'mainnet', store))
          .then(
            () => undefined,
            (error: unknown) => error,
          )
        if (outcome !== undefined) expect(outcome).to.be.instanceOf(KeywardError)
      }),
      { numRuns: 200 },
    )
  })
})
