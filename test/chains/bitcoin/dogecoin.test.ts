import { expect } from 'chai'
import { KeywardError } from '../../../src/core/errors.js'
import { scriptFor } from './arbitrary.js'
import { A, B, serialized } from './build.js'
import type { Spent } from './build.js'
import { FamilyMember } from './family.js'
import type { Walked } from './family.js'

const COIN = 100_000_000
const doge = await FamilyMember.load('DOGE')
const wallet = doge.vectors.wallets.find(({ testnet }) => !testnet)!
const [key] = wallet.keys as [(typeof wallet.keys)[number]]
const entries = {
  [A]: { mnemonic: wallet.mnemonic, xpub: wallet.xpub, chain: 'DOGE', testnet: false },
  [B]: { privateKey: key.privateKey, chain: 'DOGE', testnet: false },
}
const own = scriptFor('p2pkh', key.publicKey)

const walk = (
  inputs: readonly Spent[],
  paid: readonly number[],
  members: Readonly<Record<string, unknown>> = {},
  signers: Readonly<Record<string, unknown>> = { signatures: [{ id: A, index: key.index }] },
): Promise<Walked> => {
  const outputs = paid.map((satoshis) => ({ satoshis, script: own }))
  const serializedTransaction = serialized(inputs, outputs, members)
  const pending = { id: '3255f483568088ed32ef90b2', chain: 'DOGE', hashes: [], serializedTransaction, ...signers }
  return doge.walk(pending, 'mainnet', doge.storeOf(entries, { addresses: false }))
}
const refusal = async (walked: Promise<Walked>): Promise<KeywardError> => {
  try {
    await walked
  } catch (thrown) {
    if (thrown instanceof KeywardError) return thrown
    throw thrown
  }
  return expect.fail('it was signed')
}

describe('fees of DOGE', () => {
  const spent = [{ script: own, satoshis: 1000 * COIN }]

  it('are whatever the request names, as long as that is what the transaction pays', async () => {
    for (const fee of [1, COIN, 500 * COIN]) await walk(spent, [1000 * COIN - fee], { fee })
    for (const fee of [1, COIN - 1, COIN + 1, 1000 * COIN]) {
      const error = await refusal(walk(spent, [999 * COIN], { fee }))
      expect(error.code).to.equal('TRANSACTION_MALFORMED')
      expect(error.message).to.match(/names a fee of [\d.]+ DOGE, but the transaction pays 1 DOGE$/)
    }
    for (const fee of ['1', 1.5, -1, {}]) {
      expect((await refusal(walk(spent, [999 * COIN], { fee }))).code).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('that nobody named are taken for forgotten change beyond 100 DOGE for a kilobyte; 0 names nothing', async () => {
    // 192 bytes: 10 around, 148 for the input, 34 for the output.
    const limit = 192 * 10_000_000
    for (const members of [{}, { fee: 0 }, { fee: null }]) {
      await walk(spent, [1000 * COIN - limit], members)
      const error = await refusal(walk(spent, [1000 * COIN - limit - 1], members))
      expect(error.code).to.equal('TRANSACTION_UNSUPPORTED')
      expect(error.message).to.include('fee of 19.20000001 DOGE')
      expect(error.advice).to.include('change address')
    }
  })
})

describe('amounts of DOGE', () => {
  it('go up to what a JSON number holds exactly; larger ones may have lost digits and are refused', async () => {
    const most = Number.MAX_SAFE_INTEGER
    const { plan } = await walk([{ script: own, satoshis: most }], [most - COIN])
    expect(plan.body['outputs']).to.deep.equal([{ value: (most - COIN).toString(), script: own }])
    for (const satoshis of [most + 1, 1e17, 1e18, 2e18]) {
      const error = await refusal(walk([{ script: own, satoshis }], [COIN], { fee: COIN }))
      expect(error.code).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('add up beyond that', async () => {
    const script = own
    const many = Array.from({ length: 3 }, () => ({ script, satoshis: Number.MAX_SAFE_INTEGER }))
    const { plan, input } = await walk(many, [
      Number.MAX_SAFE_INTEGER,
      Number.MAX_SAFE_INTEGER - 1,
      Number.MAX_SAFE_INTEGER,
    ])
    const intent = doge.chain.transactions.decode(plan, input.wallets)
    expect(intent.fee.amount).to.equal(1n)
  })
})

describe('inputs of DOGE', () => {
  it('are never segwit: whoever is named, such an output is not signed for', async () => {
    for (const type of ['p2wpkh', 'p2sh-p2wpkh'] as const) {
      const spent = [{ script: scriptFor(type, key.publicKey), satoshis: 2 * COIN }]
      for (const signers of [undefined, { hashes: [B] }]) {
        const error = await refusal(walk(spent, [COIN], {}, signers))
        expect(error.code).to.equal('TRANSACTION_UNSUPPORTED')
        expect(error.message).to.include('no single key can sign')
      }
    }
  })

  it('may be the oldest form, which names the public key itself', async () => {
    await walk([{ script: scriptFor('p2pk', key.publicKey), satoshis: 2 * COIN }], [COIN])
  })
})
