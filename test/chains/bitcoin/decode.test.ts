import { payments } from 'bitcoinjs-lib'
import { toBech32 } from 'bitcoinjs-lib/src/address'
import { expect } from 'chai'
import type { Intent } from '../../../src/core/intent.js'
import { intentSummary } from '../../../src/core/intent.js'
import { signatureIdSchema } from '../../../src/core/ids.js'
import { scriptFor } from './arbitrary.js'
import { A, C, keyWallet, mainnet, mnemonicWallet, pendingOf, publicKeyAt, serialized } from './build.js'
import { bitcoin, storeOf, walk } from './fixtures.js'

const store = storeOf({ [A]: mnemonicWallet(0), [C]: keyWallet(2, 0) })

async function intentOf(outputs: readonly { satoshis: number; script: string }[], spent = 'p2wpkh'): Promise<Intent> {
  const inputs = [
    { script: scriptFor(spent as 'p2wpkh', publicKeyAt(0, 2)), satoshis: 10_000 },
    { script: scriptFor('p2wpkh', publicKeyAt(2, 0)), satoshis: 20_000 },
  ]
  const pending = pendingOf(serialized(inputs, outputs), { hashes: [C], signatures: [{ id: A, index: 5 }] })
  const { plan, input } = await walk(pending, 'mainnet', store)
  return bitcoin.transactions.decode(plan, input.wallets)
}

describe('what a BTC plan says about itself', () => {
  it('calls an output change when it returns to a key that signs or to child 0 of a wallet that signs, in any form', async () => {
    const change = [
      scriptFor('p2wpkh', publicKeyAt(0, 2)),
      scriptFor('p2pkh', publicKeyAt(0, 2)),
      scriptFor('p2sh-p2wpkh', publicKeyAt(0, 2)),
      scriptFor('p2wpkh', publicKeyAt(0, 0)),
      scriptFor('p2wpkh', publicKeyAt(2, 0)),
    ]
    const payment = [
      // A child of the same wallet that neither signs nor is child 0: not proven by this plan.
      scriptFor('p2wpkh', publicKeyAt(0, 1)),
      scriptFor('p2wpkh', publicKeyAt(1, 0)),
      scriptFor('p2wpkh', publicKeyAt(2, 1)),
    ]
    const { actions } = await intentOf([...change, ...payment].map((script) => ({ satoshis: 1000, script })))
    expect(actions.map((action) => action.type === 'transfer' && action.change)).to.deep.equal([
      ...change.map(() => true),
      ...payment.map(() => false),
    ])
  })

  it('names the addresses it spends from, once each', async () => {
    const { actions } = await intentOf([{ satoshis: 1, script: `0014${'11'.repeat(20)}` }])
    expect(actions[0]).to.deep.equal({
      type: 'transfer',
      from: [mainnet[0]!.keys[2]!.address, mainnet[2]!.keys[0]!.address],
      to: payments.p2wpkh({ hash: Buffer.alloc(20, 0x11) }).address,
      asset: { chain: 'BTC', symbol: 'BTC', decimals: 8 },
      amount: 1n,
      change: false,
    })
  })

  it('names the signer where the spent script has no address', async () => {
    const { actions } = await intentOf([{ satoshis: 1, script: `0014${'11'.repeat(20)}` }], 'p2pk')
    expect(actions[0]?.type === 'transfer' && actions[0].from[0]).to.equal(mainnet[0]!.keys[2]!.address)
  })

  it('shows the data of OP_RETURN however it is pushed', async () => {
    const scripts = ['6a0568656c6c6f', '6a4c0568656c6c6f', '6a', '6a00', '6a0201', '6a01aa01bb']
    const { actions, undecoded } = await intentOf(scripts.map((script) => ({ satoshis: 0, script })))
    expect(actions).to.deep.equal(
      ['68656c6c6f', '68656c6c6f', '', '', '0201', '01aa01bb'].map((hex) => ({ type: 'data', hex })),
    )
    expect(undecoded).to.deep.equal([])
  })

  it('admits what it cannot explain: money in OP_RETURN, scripts without an address', async () => {
    const intent = await intentOf([
      { satoshis: 700, script: '6a0101' },
      { satoshis: 800, script: '51' },
      { satoshis: 900, script: '' },
      { satoshis: 1000, script: scriptFor('p2pk', publicKeyAt(0, 2)) },
      { satoshis: 1100, script: 'ff'.repeat(100) },
      { satoshis: 1200, script: `0010${'11'.repeat(16)}` },
    ])
    expect(intent.actions).to.deep.equal([{ type: 'data', hex: '01' }])
    expect(intent.undecoded).to.deep.equal([
      'output 0: 0.000007 BTC to script 6a0101, which nobody can ever spend',
      'output 1: 0.000008 BTC to script 51',
      'output 2: 0.000009 BTC to script (empty)',
      `output 3: 0.00001 BTC to script 21${publicKeyAt(0, 2)}ac`,
      `output 4: 0.000011 BTC to script ${'ff'.repeat(40)}…`,
      `output 5: 0.000012 BTC to script 0010${'11'.repeat(16)}`,
    ])
    expect(intent.fee.amount).to.equal(30_000n - 700n - 800n - 900n - 1000n - 1100n - 1200n)
    expect(intentSummary(intent)).to.include('NOT DECODED: output 1')
  })

  it('names taproot, script-hash and future witness outputs by their addresses', async () => {
    const hash = Buffer.alloc(32, 0x11)
    // From BIP-350, "Test vectors for v0-v16 native segregated witness addresses", and the anchor of Bitcoin Core 28.
    const known = [
      ['5210751e76e8199196d454941c45d1b3a323', 'bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs'],
      ['6002751e', 'bc1sw50qgdz25j'],
      ['51024e73', 'bc1pfeessrawgf'],
    ] as const
    const outputs = [
      [`5120${hash.toString('hex')}`, toBech32(hash, 1, 'bc')],
      [`0020${hash.toString('hex')}`, payments.p2wsh({ hash }).address],
      [`a914${hash.toString('hex', 0, 20)}87`, payments.p2sh({ hash: hash.subarray(0, 20) }).address],
      [`76a914${hash.toString('hex', 0, 20)}88ac`, payments.p2pkh({ hash: hash.subarray(0, 20) }).address],
      ...known,
    ] as const
    const { actions, undecoded } = await intentOf(outputs.map(([script]) => ({ satoshis: 1, script })))
    expect(undecoded).to.deep.equal([])
    expect(actions.map((action) => action.type === 'transfer' && action.to)).to.deep.equal(
      outputs.map(([, address]) => address),
    )
  })

  it('knows less change without the wallets, never more', async () => {
    const pool = scriptFor('p2wpkh', publicKeyAt(0, 0))
    const pending = pendingOf(
      serialized([{ script: scriptFor('p2wpkh', publicKeyAt(0, 2)) }], [{ satoshis: 9, script: pool }]),
      {
        signatures: [{ id: A, index: 5 }],
      },
    )
    const { plan, input } = await walk(pending, 'mainnet', store)
    const change = (wallets: typeof input.wallets): unknown => {
      const [action] = bitcoin.transactions.decode(plan, wallets).actions
      return action?.type === 'transfer' && action.change
    }
    expect(change(input.wallets)).to.equal(true)
    expect(change(new Map())).to.equal(false)
    const id = signatureIdSchema.parse(A)
    const { xpub: _xpub, ...withoutXpub } = input.wallets.get(id)!
    expect(change(new Map([[id, withoutXpub]]))).to.equal(false)
  })
})
