import { script as scripts, Transaction } from 'bitcoinjs-lib'
import { expect } from 'chai'
import { networkOf } from '../../../src/core/ids.js'
import type { JsonObject } from '../../../src/core/json.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { sign as ecdsa } from '../../../src/chains/common/secp256k1.js'
import { thrownBy } from '../../kit/chain-suite.js'
import { scriptFor } from './arbitrary.js'
import type { TYPES } from './arbitrary.js'
import { C, keyWallet, pendingOf, publicKeyAt, serialized } from './build.js'
import { bitcoin, storeOf, vectors, walk } from './fixtures.js'
import type { Walked } from './fixtures.js'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const refusal = (plan: SigningPlan, raw: string, txId: string): string => {
  const error = thrownBy(() => bitcoin.transactions.verify(plan, { raw, txId }))
  expect(error.code).to.equal('VERIFICATION_FAILED')
  return error.message
}

/** Changes a signed transaction and refuses it under its own new id, so that the id is not what gives the change away. */
function refusalOf({ plan, signed }: Walked, change: (transaction: Transaction) => void): string {
  const transaction = Transaction.fromHex(signed.raw)
  change(transaction)
  return refusal(plan, transaction.toHex(), transaction.getId())
}

const store = storeOf({ [C]: keyWallet(2, 0) })
const publicKey = Buffer.from(publicKeyAt(2, 0), 'hex')
const walkType = (type: (typeof TYPES)[number]): Promise<Walked> =>
  walk(pendingOf(serialized([{ script: scriptFor(type, publicKeyAt(2, 0)) }]), { hashes: [C] }), 'mainnet', store)
const privateKey = (): Buffer => bitcoin.keys.open([...store.values()][0]!).key(undefined).privateKey

describe('verification of a signed BTC transaction', () => {
  it('refuses every single changed byte of a transaction that mixes all old and new kinds of inputs', async () => {
    const vector = vectors.signing.find(({ name }) => name === 'onchain-mixed-script-types')!
    const { plan, signed } = await walk(vector.pending, networkOf(vector.testnet), storeOf(vector.store))
    for (let at = 0; at < signed.raw.length / 2; at++) {
      for (const flip of [0x01, 0x80]) {
        const bytes = Buffer.from(signed.raw, 'hex')
        bytes[at] = bytes[at]! ^ flip
        refusal(plan, bytes.toString('hex'), signed.txId)
      }
    }
  })

  it('refuses a transaction that is cut short, longer, empty, or in another spelling', async () => {
    const { plan, signed } = await walkType('p2wpkh')
    for (const raw of ['', signed.raw.slice(0, -2), `${signed.raw}00`, signed.raw.slice(1), ` ${signed.raw}`]) {
      refusal(plan, raw, signed.txId)
    }
    expect(refusal(plan, signed.raw.toUpperCase(), signed.txId)).to.include('hexadecimal')
    for (let length = 2; length < signed.raw.length; length += 2)
      refusal(plan, signed.raw.slice(0, length), signed.txId)
  })

  it('refuses a transaction under another id', async () => {
    const { plan, signed } = await walkType('p2wpkh')
    expect(refusal(plan, signed.raw, '00'.repeat(32))).to.include('id')
  })

  it('refuses a well-signed transaction of another plan', async () => {
    const [one, two] = [await walkType('p2wpkh'), await walkType('p2wpkh')]
    expect(refusal(one.plan, two.signed.raw, two.signed.txId)).to.include('inputs')
  })

  it('refuses a transaction whose plan was changed after signing', async () => {
    const { plan, signed } = await walkType('p2wpkh')
    const body = plan.body as JsonObject & { inputs: JsonObject[]; outputs: JsonObject[] }
    const plans: [JsonObject, RegExp][] = [
      [{ version: 1 }, /version/],
      [{ lockTime: 1 }, /lock time/],
      [{ inputs: [{ ...body.inputs[0], sequence: 0 }] }, /inputs/],
      [{ inputs: [...body.inputs, { ...body.inputs[0], vout: 9 }] }, /inputs/],
      // The value of the spent output is not in the bytes, but BIP-143 signs it.
      [{ inputs: [{ ...body.inputs[0], value: '1001' }] }, /signature is wrong/],
      [{ outputs: [{ ...body.outputs[0], value: '499' }] }, /outputs/],
      [{ outputs: [{ ...body.outputs[0], script: '' }] }, /outputs/],
      [{ outputs: [...body.outputs, ...body.outputs] }, /outputs/],
    ]
    for (const [change, words] of plans) {
      expect(refusal({ ...plan, body: { ...body, ...change } }, signed.raw, signed.txId)).to.match(words)
    }
    const other = vectors.wallets[0]!.keys[0]!.address
    const signers = [{ ...plan.signers[0]!, address: other }]
    expect(refusal({ ...plan, signers }, signed.raw, signed.txId)).to.include('other keys than the plan names')
  })

  it('refuses a missing signature, and inputs that carry more than their signature', async () => {
    const segwit = await walkType('p2wpkh')
    const witness = Transaction.fromHex(segwit.signed.raw).ins[0]!.witness
    expect(refusalOf(segwit, (tx) => tx.stripWitnesses())).to.include('not signed in the form')
    for (const items of [witness.slice(0, 1), [...witness, Buffer.alloc(0)], [witness[1]!, witness[0]!]]) {
      refusalOf(segwit, (tx) => tx.setWitness(0, items))
    }
    refusalOf(segwit, (tx) => tx.setInputScript(0, Buffer.of(0x51)))

    const legacy = await walkType('p2pkh')
    const [signature, key] = scripts.decompile(Transaction.fromHex(legacy.signed.raw).ins[0]!.script) as Uint8Array[]
    const forms = [
      Buffer.alloc(0),
      scripts.compile([signature!]),
      scripts.compile([signature!, key!, key!]),
      // The same two items, but pushed in a longer spelling: another id for the same payment.
      Buffer.concat([Buffer.of(0x4c, signature!.length), signature!, scripts.compile([key!])]),
    ]
    for (const form of forms) {
      expect(refusalOf(legacy, (tx) => tx.setInputScript(0, form))).to.include('not signed in the form')
    }
    refusalOf(legacy, (tx) => tx.setWitness(0, [signature!]))

    const nested = await walkType('p2sh-p2wpkh')
    const other = scripts.compile([Buffer.concat([Buffer.of(0, 20), Buffer.alloc(20)])])
    expect(refusalOf(nested, (tx) => tx.setInputScript(0, other))).to.include('unknown content')
    refusalOf(nested, (tx) => tx.setInputScript(0, Buffer.alloc(0)))
  })

  it('refuses a signature that leaves a part of the transaction open', async () => {
    for (const type of [Transaction.SIGHASH_NONE, Transaction.SIGHASH_SINGLE, 0x81]) {
      const message = refusalOf(await walkType('p2pkh'), (tx) => {
        const hash = tx.hashForSignature(0, Buffer.from(scriptFor('p2pkh', publicKeyAt(2, 0)), 'hex'), type)
        const signature = scripts.signature.encode(ecdsa(hash, privateKey()), type)
        tx.setInputScript(0, scripts.compile([signature, publicKey]))
      })
      expect(message).to.include('does not cover the whole transaction')
    }
  })

  it('refuses the other spelling of a right signature (high s), which nodes do not relay', async () => {
    const message = refusalOf(await walkType('p2wpkh'), (tx) => {
      const { signature } = scripts.signature.decode(tx.ins[0]!.witness[0]!)
      const s = ORDER - BigInt(`0x${Buffer.from(signature.slice(32)).toString('hex')}`)
      const high = Buffer.concat([signature.slice(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')])
      tx.setWitness(0, [scripts.signature.encode(high, Transaction.SIGHASH_ALL), publicKey])
    })
    expect(message).to.include('low s')
  })

  it('refuses a signature that is not strict DER', async () => {
    const walked = await walkType('p2wpkh')
    const der = Buffer.from(Transaction.fromHex(walked.signed.raw).ins[0]!.witness[0]!)
    const rLength = der[3]!
    const padded = Buffer.concat([Buffer.of(0x30, der[1]! + 1, 2, rLength + 1, 0), der.subarray(4)])
    const forms = [
      Buffer.of(0x01),
      Buffer.alloc(0),
      padded,
      Buffer.concat([der.subarray(0, -1), Buffer.of(0x00, 0x01)]),
      Buffer.concat([Buffer.of(0x31), der.subarray(1)]),
      Buffer.concat([der.subarray(0, 2), Buffer.of(0x03), der.subarray(3)]),
    ]
    for (const form of forms) refusalOf(walked, (tx) => tx.setWitness(0, [form, publicKey]))
  })

  it('refuses a signature by any other key', async () => {
    const stranger = Buffer.from(publicKeyAt(1, 1), 'hex')
    for (const type of ['p2wpkh', 'p2sh-p2wpkh'] as const) {
      const message = refusalOf(await walkType(type), (tx) => tx.setWitness(0, [tx.ins[0]!.witness[0]!, stranger]))
      expect(message).to.include('another key')
    }
    const message = refusalOf(await walkType('p2pkh'), (tx) => {
      const [signature] = scripts.decompile(tx.ins[0]!.script) as Uint8Array[]
      tx.setInputScript(0, scripts.compile([signature!, stranger]))
    })
    expect(message).to.include('another key')
    const wrong = refusalOf(await walkType('p2pk'), (tx) => {
      const hash = tx.hashForSignature(0, Buffer.from(scriptFor('p2pk', publicKeyAt(2, 0)), 'hex'), 1)
      tx.setInputScript(0, scripts.compile([scripts.signature.encode(ecdsa(hash, Buffer.alloc(32, 5)), 1)]))
    })
    expect(wrong).to.include('a signature is wrong')
  })
})
