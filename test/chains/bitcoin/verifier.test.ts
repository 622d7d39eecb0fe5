import { createHash } from 'node:crypto'
import { payments, Transaction } from 'bitcoinjs-lib'
import { expect } from 'chai'
import fc from 'fast-check'
import { parseTransaction, verifyInputs } from '../../../src/chains/bitcoin/index.js'
import { SignatureMessages } from '../../../src/chains/bitcoin/verifier/signature-message.js'
import { codeThrownBy, thrownBy } from '../../kit/chain-suite.js'
import { store, transactions } from './arbitrary.js'
import { vectors, walk } from './fixtures.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()
const P2PKH = Buffer.from(`76a914${'44'.repeat(20)}88ac`, 'hex')

describe('the independent reader of BTC transactions', () => {
  it('reads what another library reads', async () => {
    await fc.assert(
      fc.asyncProperty(transactions, async ({ pending }) => {
        const { signed } = await walk(pending, 'mainnet', store)
        const [ours, theirs] = [parseTransaction(signed.raw), Transaction.fromHex(signed.raw)]
        expect([ours.txId, ours.version, ours.lockTime, ours.weight]).to.deep.equal([
          theirs.getId(),
          theirs.version,
          theirs.locktime,
          theirs.weight(),
        ])
        expect(ours.witnessId).to.equal(hex(theirs.getHash(true).toReversed()))
        expect(
          ours.inputs.map(({ scriptSig, witness, sequence, vout }) => [
            hex(scriptSig),
            witness.map(hex),
            sequence,
            vout,
          ]),
        ).to.deep.equal(
          theirs.ins.map(({ script, witness, sequence, index }) => [hex(script), witness.map(hex), sequence, index]),
        )
        expect(ours.outputs.map(({ value, script }) => [value, hex(script)])).to.deep.equal(
          theirs.outs.map(({ value, script }) => [value, hex(script)]),
        )
      }),
    )
  })

  it('computes the same signature hashes as another library, for old-style and segwit inputs', async () => {
    await fc.assert(
      fc.asyncProperty(transactions, fc.bigInt({ min: 0n, max: 2n ** 53n }), async ({ pending }, value) => {
        const { signed } = await walk(pending, 'mainnet', store)
        const [messages, theirs] = [
          new SignatureMessages(parseTransaction(signed.raw)),
          Transaction.fromHex(signed.raw),
        ]
        for (const index of theirs.ins.keys()) {
          expect(hex(sha256(messages.legacy(index, P2PKH)))).to.equal(hex(theirs.hashForSignature(index, P2PKH, 1)))
          expect(hex(sha256(messages.segwit(index, P2PKH, value)))).to.equal(
            hex(theirs.hashForWitnessV0(index, P2PKH, value, 1)),
          )
        }
      }),
      { numRuns: 30 },
    )
  })

  it('counts in all sizes: hundreds of inputs and outputs, long scripts', () => {
    const transaction = new Transaction()
    for (let index = 0; index < 300; index++) transaction.addInput(Buffer.alloc(32, 1), index)
    for (const length of [0, 252, 253, 254, 70_000]) transaction.addOutput(Buffer.alloc(length, 0x51), 5n)
    for (let index = 0; index < 300; index++) transaction.addOutput(P2PKH, BigInt(index))
    const parsed = parseTransaction(transaction.toHex())
    expect(parsed.inputs).to.have.lengthOf(300)
    expect(parsed.outputs).to.have.lengthOf(305)
    const messages = new SignatureMessages(parsed)
    expect(hex(sha256(messages.legacy(299, P2PKH)))).to.equal(hex(transaction.hashForSignature(299, P2PKH, 1)))
    expect(hex(sha256(messages.segwit(299, P2PKH, 7n)))).to.equal(hex(transaction.hashForWitnessV0(299, P2PKH, 7n, 1)))
    expect(() => messages.segwit(300, P2PKH, 7n)).to.throw(RangeError)
  })

  it('accepts one spelling only: numbers in their shortest form, no empty witness, nothing missing', () => {
    const raw = '01000000' + '01' + '11'.repeat(32) + '00000000' + '00' + 'ffffffff' + '01' + '0500000000000000' + '0151' + '00000000' // prettier-ignore
    expect(parseTransaction(raw).outputs).to.deep.equal([{ value: 5n, script: Buffer.of(0x51) }])
    const inputs = raw.slice(8, -8)
    const others = [
      raw.replace('0151', 'fd010051'),
      raw.replace('0151', 'fe0100000051'),
      raw.replace('0151', 'ff010000000000000051'),
      raw.replace('0151', 'feffffffff51'),
      `01000000ff${'ff'.repeat(8)}${raw.slice(10)}`,
      `010000000001${inputs}0000000000`,
      `0100000000${raw.slice(-8)}`,
      `01000000${inputs.slice(0, -22)}0000000000`,
      '01000000',
      '00',
    ]
    for (const other of others) expect(codeThrownBy(() => parseTransaction(other))).to.equal('VERIFICATION_FAILED')
  })

  it('refuses any bytes without crashing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const raw = hex(bytes)
        try {
          expect(parseTransaction(raw).inputs.length).to.be.greaterThan(0)
        } catch (error) {
          expect(error).to.have.property('code', 'VERIFICATION_FAILED')
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('the check of inputs against the outputs they spend', () => {
  const { txData } = vectors.signing.find(({ name }) => name === 'onchain-default-1in-change')!.expected
  const parsed = parseTransaction(txData ?? '')
  const script = Buffer.from('001417a95184b6b158dcb8d576fc182d9b7f14377d04', 'hex')

  it('names the keys that signed', () => {
    const [publicKey, ...others] = verifyInputs(parsed, [{ value: 150_000n, script }])
    expect(hex(payments.p2wpkh({ pubkey: publicKey! }).output!)).to.equal(hex(script))
    expect(others).to.deep.equal([])
  })

  it('needs exactly one spent output for each input, with its true value and script', () => {
    expect(thrownBy(() => verifyInputs(parsed, [])).message).to.include('more or fewer')
    const prevout = { value: 150_000n, script }
    expect(codeThrownBy(() => verifyInputs(parsed, [prevout, prevout]))).to.equal('VERIFICATION_FAILED')
    expect(thrownBy(() => verifyInputs(parsed, [{ value: 150_001n, script }])).message).to.include('signature is wrong')
    const foreign = { value: 150_000n, script: Buffer.from(`0014${'00'.repeat(20)}`, 'hex') }
    expect(thrownBy(() => verifyInputs(parsed, [foreign])).message).to.include('another key')
    for (const other of [Buffer.alloc(0), Buffer.of(0x51), Buffer.from(`5120${'01'.repeat(32)}`, 'hex')]) {
      const message = thrownBy(() => verifyInputs(parsed, [{ value: 150_000n, script: other }])).message
      expect(message).to.include('not supported')
    }
  })

  it('refuses public keys that are not compressed points of the curve', () => {
    const keys: [Buffer, string][] = [
      [Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)]), 'not compressed'],
      [Buffer.alloc(33, 5), 'not compressed'],
      // No point of the curve has the x coordinate 5.
      [Buffer.from(`02${'05'.padStart(64, '0')}`, 'hex'), 'not on the curve'],
    ]
    for (const [key, words] of keys) {
      const spent = Buffer.from(payments.p2wpkh({ hash: hash160(key) }).output!)
      const witness = [parsed.inputs[0]!.witness[0]!, key]
      const forged = { ...parsed, inputs: [{ ...parsed.inputs[0]!, witness }] }
      expect(thrownBy(() => verifyInputs(forged, [{ value: 150_000n, script: spent }])).message).to.include(words)
    }
  })
})

const hash160 = (bytes: Uint8Array): Buffer => createHash('ripemd160').update(sha256(bytes)).digest()
