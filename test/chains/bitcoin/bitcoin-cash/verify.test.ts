import { script as scripts, Transaction } from 'bitcoinjs-lib'
import { expect } from 'chai'
import { signSchnorr } from '../../../../src/chains/bitcoin/bitcoin-cash/schnorr.js'
import { sign as ecdsa } from '../../../../src/chains/common/secp256k1.js'
import type { JsonObject } from '../../../../src/core/json.js'
import { thrownBy } from '../../../kit/chain-suite.js'
import { A } from '../build.js'
import { bch, mnemonicWallet, pendingOf, refusalOf, scriptAt, spending } from './build.js'

const store = bch.storeOf({ [A]: mnemonicWallet(0) })
const pending = pendingOf(spending(2), {
  signatures: [
    { id: A, index: 0 },
    { id: A, index: 1 },
  ],
})
const { plan, signed } = await bch.walk(pending, 'mainnet', store)
const source = bch.chain.keys.open([...store.values()][0]!)

/** Changes the signed transaction and verifies it under its own new id, so that the id is not what gives the change away. */
function refusal(change: (transaction: Transaction) => void, of = plan): string {
  const transaction = Transaction.fromHex(signed.raw)
  change(transaction)
  const error = thrownBy(() =>
    bch.chain.transactions.verify(of, { raw: transaction.toHex(), txId: transaction.getId() }),
  )
  expect(error.code).to.equal('VERIFICATION_FAILED')
  return error.message
}

/** Input 0 signed by a key with the given hash type and amount. */
function resign(key: number, hashType: number, value = 10_000n): (transaction: Transaction) => void {
  return (transaction) => {
    const { privateKey, publicKey } = source.key(key)
    const hash = transaction.hashForWitnessV0(0, Buffer.from(scriptAt(0, 0), 'hex'), value, hashType)
    const signature = Buffer.concat([signSchnorr(hash, privateKey, publicKey), Buffer.of(hashType)])
    transaction.setInputScript(0, scripts.compile([signature, publicKey]))
  }
}

describe('verification of a signed BCH transaction', () => {
  it('accepts what was signed: Schnorr with the hash type 0x41, so that the bytes are worth nothing on Bitcoin', () => {
    bch.chain.transactions.verify(plan, signed)
    for (const { script, witness } of Transaction.fromHex(signed.raw).ins) {
      const [signature, publicKey] = scripts.decompile(script) as Uint8Array[]
      expect([signature!.length, signature!.at(-1), publicKey!.length, witness.length]).to.deep.equal([65, 0x41, 33, 0])
    }
    const again = Transaction.fromHex(signed.raw)
    resign(0, 0x41)(again)
    expect(again.toHex()).to.equal(signed.raw)
  })

  it('refuses every single changed byte', () => {
    for (let at = 0; at < signed.raw.length / 2; at++) {
      const bytes = Buffer.from(signed.raw, 'hex')
      bytes[at] = bytes[at]! ^ 0x01
      const raw = bytes.toString('hex')
      const { code } = thrownBy(() => bch.chain.transactions.verify(plan, { raw, txId: signed.txId }))
      expect(code).to.equal('VERIFICATION_FAILED')
    }
  })

  it('refuses a signature that leaves a part of the transaction open, or that would hold on Bitcoin', () => {
    for (const hashType of [0x01, 0x42, 0x43, 0xc1, 0x61, 0x00]) {
      expect(refusal(resign(0, hashType))).to.include('does not cover the whole transaction')
    }
  })

  it('refuses a signature for another amount: the amounts of a request cannot lie about the fee', () => {
    expect(refusal(resign(0, 0x41, 10_001n))).to.include('a signature is wrong')
    const body = plan.body as JsonObject & { inputs: JsonObject[] }
    const [one, two] = body.inputs
    const other = { ...plan, body: { ...body, inputs: [{ ...one, value: '99999' }, two!] } }
    expect(refusal(() => undefined, other)).to.include('a signature is wrong')
  })

  it('refuses the signature of another key, whichever key it shows', () => {
    expect(refusal(resign(1, 0x41))).to.include('another key')
    const message = refusal((transaction) => {
      const [foreign] = scripts.decompile(transaction.ins[1]!.script) as Uint8Array[]
      transaction.setInputScript(0, scripts.compile([foreign!, source.key(0).publicKey]))
    })
    expect(message).to.include('a signature is wrong')
  })

  it('refuses ECDSA, other pushes, missing and additional ones, and witnesses', () => {
    const { privateKey, publicKey } = source.key(0)
    const [signature] = scripts.decompile(Transaction.fromHex(signed.raw).ins[0]!.script) as Uint8Array[]
    const hash = Transaction.fromHex(signed.raw).hashForWitnessV0(0, Buffer.from(scriptAt(0, 0), 'hex'), 10_000n, 0x41)
    const der = Buffer.from(scripts.signature.encode(ecdsa(hash, privateKey), 0x01))
    der[der.length - 1] = 0x41
    const forms = [
      Buffer.alloc(0),
      scripts.compile([der, publicKey]),
      scripts.compile([signature!]),
      scripts.compile([signature!, publicKey, publicKey]),
      scripts.compile([publicKey, signature!]),
      scripts.compile([signature!.subarray(0, 64), publicKey]),
      Buffer.concat([Buffer.of(0x4c, 65), signature!, scripts.compile([publicKey])]),
    ]
    for (const form of forms) {
      expect(refusal((transaction) => transaction.setInputScript(0, form))).to.include('not signed in the form')
    }
    expect(refusal((transaction) => transaction.setWitness(0, [Buffer.of(1)]))).to.include('not signed in the form')
  })

  it('lets others work between the signatures of a large transaction, and still finds the one that is wrong', async () => {
    const large = await bch.walk(pendingOf(spending(20), { signatures: [{ id: A, index: 0 }] }), 'mainnet', store)
    const verify = (raw: string, txId: string): Promise<void> =>
      bch.chain.transactions.verifyInBackground!(large.plan, { raw, txId })
    let turns = 0
    let done = false
    const others = (): void => {
      turns += 1
      if (!done) setImmediate(others)
    }
    others()
    await verify(large.signed.raw, large.signed.txId)
    done = true
    expect(turns).to.be.at.least(20)

    const transaction = Transaction.fromHex(large.signed.raw)
    resign(0, 0x41, 10_001n)(transaction)
    const error = await refusalOf(() => verify(transaction.toHex(), transaction.getId()))
    expect(error.code).to.equal('VERIFICATION_FAILED')
    // One wrong signature does not spoil the next check.
    await verify(large.signed.raw, large.signed.txId)
  })
})
