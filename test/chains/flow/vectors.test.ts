import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { payloadMessage } from '../../../src/chains/flow/encoding.js'
import { bodyOf, transactionOf } from '../../../src/chains/flow/plan.js'
import { intentSummary } from '../../../src/core/intent.js'
import { Secret } from '../../../src/core/secret.js'
import { chainKeysSuite, codeThrownBy, managed, thrownBy } from '../../kit/chain-suite.js'
import { cosigned, flow, idOf, inputOf, pendingOf, request, rowOf, TO, vectors, walk } from './kit.js'

/** The reference's text of a key may lack zeros at its beginning; ours does not. */
const padded = (key: string): string => key.padStart(64, '0')

for (const testnet of [true, false]) {
  chainKeysSuite(
    flow,
    vectors.wallets.map(({ mnemonic, xpub, keys }) => ({
      mnemonic,
      testnet,
      xpub,
      keys: keys.map(({ index, privateKey, publicKey }) => ({
        index,
        privateKey: padded(privateKey),
        address: publicKey,
      })),
    })),
    { zerosDropped: true },
  )
}

describe('Flow: private keys', () => {
  it('reads a key whose leading zero the reference dropped as the same key, and writes it in full', () => {
    const { privateKey, publicKey } = vectors.wallets[0]?.keys.find(({ index }) => index === 6) ?? { privateKey: '' }
    expect(privateKey).to.have.lengthOf(63)
    for (const text of [privateKey, `0x${privateKey}`, ` ${privateKey.toUpperCase()}\n`, `0${privateKey}`]) {
      const draft = flow.keys.fromPrivateKey(Secret.fromText(text), 'testnet')
      expect(draft.address).to.equal(publicKey)
      expect(flow.keys.privateKey(managed(flow, draft, 'testnet'), 0).text()).to.equal(padded(privateKey))
    }
  })

  it('takes a text that lacks more than four bytes for a key that was cut short', () => {
    for (const digits of [55, 32, 8]) {
      const text = 'a1'.repeat(32).slice(0, digits)
      expect(codeThrownBy(() => flow.keys.fromPrivateKey(Secret.fromText(text), 'mainnet'))).to.equal('KEY_INVALID')
    }
  })
})

const custom = vectors.signing.filter(({ payloadMessageHex }) => payloadMessageHex !== undefined)

describe('Flow: golden vectors', () => {
  it('has both halves of the order among the signatures', () => {
    expect(custom).to.have.lengthOf(6)
    expect(new Set([...custom, ...vectors.errors].map(({ userSignatureHighS }) => userSignatureHighS)).size).to.equal(2)
  })

  for (const row of [...custom, ...vectors.errors]) {
    it(`${row.id}: has the reference's message, signature and whole transaction (${row.description})`, async () => {
      const { plan, signed, fake } = await walk(row)
      expect(payloadMessage(transactionOf(plan)).toString('hex')).to.equal(row.payloadMessageHex)
      const {
        payload_signatures: [own],
      } = JSON.parse(signed.raw) as { payload_signatures: [{ signature: string }] }
      expect(Buffer.from(own.signature, 'base64').toString('hex')).to.equal(row.userSignatureHex)
      const whole = await cosigned(plan, signed, fake.lookups)
      expect(JSON.parse(whole.raw)).to.deep.equal(row.submit.body)
      // The ids in the recordings are inventions of their server: the network's own library says which is right.
      expect(whole.txId).to.equal(idOf(whole.raw))
    })
  }

  it("flow-transfer-typed: has the reference's arguments, with a script that runs today in place of one that does not", async () => {
    const row = rowOf('flow-transfer-typed')
    const { plan, pending, wallet } = await walk(row)
    const body = bodyOf(plan)
    expect(body.arguments.map((text) => JSON.parse(text) as unknown)).to.deep.equal(row.transaction.arguments)
    expect(createHash('sha256').update(body.script).digest('hex')).not.to.equal(row.transaction.scriptSha256)
    expect(body.script).to.include('auth(BorrowValue) &Account').and.not.include('AuthAccount')
    const intent = flow.transactions.decode(plan, inputOf(pending, wallet).wallets)
    expect(intentSummary(intent)).to.equal(`pay 1.5 FLOW to ${TO}; fee 0 FLOW`)
  })

  it('flow-transfer-fusd-typed: pays exactly what was asked for, where the reference pays what a binary float makes of it', async () => {
    const row = rowOf('flow-transfer-fusd-typed')
    const { plan } = await walk(row)
    expect(bodyOf(plan).arguments[0]).to.equal('{"type":"UFix64","value":"90071992547.40993000"}')
    expect(JSON.stringify(row.transaction.arguments[0])).to.include('90071992547.40992737')
  })

  it('flow-create-account-typed: gives the new account the same key and weight as the reference', async () => {
    const row = rowOf('flow-create-account-typed')
    const { plan } = await walk(row)
    const [key, weight] = bodyOf(plan).arguments.map((text) => (JSON.parse(text) as { value: string }).value)
    const theirs = (row.transaction.arguments[0] as { value: string }).value
    // Theirs is the RLP of key, curve 3, hash 3 and weight.
    expect(theirs).to.equal(`f847b840${key ?? ''}03038203e8`)
    expect(weight).to.equal('1000.00000000')
  })

  for (const id of ['flow-nft-transfer-typed', 'flow-nft-mint-multiple-typed']) {
    it(`${id}: refused, where the reference signs a script that no node runs any more`, () => {
      const pending = pendingOf(rowOf(id).pendingTransaction.serializedTransaction)
      const error = thrownBy(() => flow.transactions.read(pending, 'testnet'))
      expect(error.code).to.equal('TRANSACTION_UNSUPPORTED')
      expect(error.advice).to.include('Cadence 1.0')
    })
  }

  it('keeps a token number of 2^53 + 1 in a custom transaction, where the reference moves another token', () => {
    const script = 'transaction(id: UInt64) { prepare(signer: &Account) {} }'
    const args = [{ type: 'UInt64', value: '9007199254740993' }]
    const {
      arguments: [text],
    } = flow.transactions.read(pendingOf(request(8, { transaction: script, args })), 'testnet')
    expect(text).to.equal('{"type":"UInt64","value":"9007199254740993"}')
  })
})
