import { expect } from 'chai'
import type { SigningKey } from '../../../src/core/chain.js'
import type { JsonObject } from '../../../src/core/json.js'
import type { Signer } from '../../../src/core/signing-plan.js'
import { codeThrownBy } from '../../kit/chain-suite.js'
import { scriptFor } from './arbitrary.js'
import { A, B, mnemonicWallet, pendingOf, publicKeyAt, serialized } from './build.js'
import { bitcoin, keyOf, storeOf, walk } from './fixtures.js'

const store = storeOf({ [A]: mnemonicWallet(0), [B]: mnemonicWallet(1) })
const inputs = [
  { script: scriptFor('p2wpkh', publicKeyAt(0, 0)) },
  { script: scriptFor('p2pkh', publicKeyAt(1, 1)) },
  { script: scriptFor('p2sh-p2wpkh', publicKeyAt(0, 0)) },
]
const pending = pendingOf(serialized(inputs), {
  signatures: [
    { id: A, index: 0 },
    { id: B, index: 1 },
  ],
})

describe('signing a BTC transaction', () => {
  it('opens each key once, however many inputs it signs, and gives the same bytes every time', async () => {
    const { plan, signed } = await walk(pending, 'mainnet', store)
    const asked: Signer[] = []
    const again = bitcoin.transactions.sign(plan, (signer) => {
      asked.push(signer)
      return keyOf(store)(signer)
    })
    expect(asked).to.deep.equal(plan.signers)
    expect(again).to.deep.equal(signed)
  })

  it('compares every key with its script before it signs anything', async () => {
    const { plan } = await walk(pending, 'mainnet', store)
    const [first] = plan.signers
    const signed: string[] = []
    const sameKeyForAll = (): SigningKey => {
      const key = keyOf(store)(first!)
      return Object.defineProperty({ ...key }, 'privateKey', { get: () => (signed.push('used'), key.privateKey) })
    }
    expect(codeThrownBy(() => bitcoin.transactions.sign(plan, sameKeyForAll))).to.equal('SIGNER_MISMATCH')
    expect(signed).to.deep.equal([])
  })

  it('refuses a plan that it did not write', async () => {
    const { plan, signed } = await walk(pending, 'mainnet', store)
    const body = plan.body as JsonObject & { inputs: JsonObject[] }
    const [one, ...rest] = body.inputs
    const bodies: JsonObject[] = [
      {},
      { ...body, fee: '1' },
      { ...body, version: 0 },
      { ...body, inputs: [] },
      { ...body, inputs: [{ ...one, value: '-1' }, ...rest] },
      { ...body, inputs: [{ ...one, value: 5 }, ...rest] },
      { ...body, inputs: [{ ...one, script: 'zz' }, ...rest] },
      { ...body, outputs: [] },
    ]
    for (const other of bodies) {
      const changed = { ...plan, body: other }
      expect(codeThrownBy(() => bitcoin.transactions.sign(changed, keyOf(store)))).to.equal('TRANSACTION_MALFORMED')
      expect(codeThrownBy(() => bitcoin.transactions.verify(changed, signed))).to.equal('TRANSACTION_MALFORMED')
      expect(codeThrownBy(() => bitcoin.transactions.decode(changed, new Map()))).to.equal('TRANSACTION_MALFORMED')
    }
    const nobody = { ...plan, body: { ...body, inputs: [{ ...one, signer: 7 }, ...rest] } }
    expect(codeThrownBy(() => bitcoin.transactions.sign(nobody, keyOf(store)))).to.equal('SIGNER_MISMATCH')
    expect(codeThrownBy(() => bitcoin.transactions.verify(nobody, signed))).to.equal('VERIFICATION_FAILED')
  })
})
