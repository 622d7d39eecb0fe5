import { expect } from 'chai'
import vectors from '../../vectors/btc.json' with { type: 'json' }
import { bitcoreJson } from '../../../src/sandbox/bitcoin/bitcore-json.js'
import type { Change } from '../../../src/sandbox/bitcoin/bitcore-json.js'
import { parseSerialized } from '../../kit/bitcoin-client.js'
import type { Serialized } from '../../kit/bitcoin-client.js'
import { bitcoreText } from '../../../src/sandbox/bitcoin/scripts.js'

/** Recorded transactions of the shape the producer writes: version 2, no lock time, final sequences. */
const recorded = vectors.signing
  .map(({ name, pending }) => ({
    name,
    text: pending.serializedTransaction,
    json: parseSerialized(pending.serializedTransaction),
  }))
  .filter(({ json }) => json.version === 2 && json.nLockTime === 0)
  .filter(({ json }) => json.inputs.every(({ sequenceNumber }) => sequenceNumber === 0xffffffff))

function changeOf({ outputs, changeIndex, fee }: Serialized): Change | undefined {
  if (changeIndex === undefined || fee === undefined) return undefined
  return { script: Buffer.from(outputs[changeIndex]!.script, 'hex'), fee: BigInt(fee), index: changeIndex }
}

describe('the serialized transaction of BTC', () => {
  it('has recorded examples with change and without', () => {
    expect(recorded.filter(({ json }) => changeOf(json) !== undefined)).to.not.be.empty
    expect(recorded.filter(({ json }) => changeOf(json) === undefined)).to.not.be.empty
  })

  for (const { name, text, json } of recorded) {
    it(`is written as recorded, character by character: ${name}`, () => {
      const inputs = json.inputs.map(({ prevTxId, outputIndex, output }) => ({
        txId: prevTxId,
        index: outputIndex,
        satoshis: BigInt(output.satoshis),
        script: Buffer.from(output.script, 'hex'),
      }))
      const outputs = json.outputs.map(({ satoshis, script }) => ({
        satoshis: BigInt(satoshis),
        script: Buffer.from(script, 'hex'),
      }))
      expect(bitcoreJson(inputs, outputs, changeOf(json))).to.equal(text)
    })
  }

  it('names scripts of every kind of address the way bitcore does', () => {
    const hash = '5b801ea37f0eac236599807caa24d350a3940c51'
    const wide = 'd0b6c6e0b3029be10aa7b9fb4d464a9819d7d4a42aabb5d9d6ec1ef4a41b974f'
    const texts = [`76a914${hash}88ac`, `a914${hash}87`, `0014${hash}`, `0020${wide}`, `5120${wide}`].map((hex) =>
      bitcoreText(Buffer.from(hex, 'hex')),
    )
    expect(texts).to.deep.equal([
      `OP_DUP OP_HASH160 20 0x${hash} OP_EQUALVERIFY OP_CHECKSIG`,
      `OP_HASH160 20 0x${hash} OP_EQUAL`,
      `OP_0 20 0x${hash}`,
      `OP_0 32 0x${wide}`,
      `OP_1 32 0x${wide}`,
    ])
  })
})
