import { expect } from 'chai'
import fc from 'fast-check'
import { decode, verifySignature as sdkVerifies, Wallet } from 'xrpl'
import { KeywardError } from '../../../src/core/errors.js'
import type { Intent } from '../../../src/core/intent.js'
import { planFor, pendingFor, signWith } from '../../kit/account-chain.js'
import { codeThrownBy } from '../../kit/chain-suite.js'
import { lookupSuite, requireEveryByte, signedBytesSuite } from '../../kit/signed-bytes-suite.js'
import { ISSUER, otherWallet, payment, pendingOf, planOf, RECIPIENT, wallet, xrp } from './fixtures.js'

const uint32 = fc.integer({ min: 1, max: 0xffffffff })
const amount = fc.oneof(
  fc.bigInt({ min: 1n, max: 10n ** 17n }).map(String),
  fc
    .tuple(
      fc.bigInt({ min: 1n, max: 10n ** 16n - 1n }),
      fc.integer({ min: -60, max: 50 }),
      fc.constantFrom('USD', 'AB'.repeat(20)),
    )
    .map(([digits, exponent, currency]) => ({ currency, issuer: ISSUER, value: `${digits}e${exponent}` })),
)
const randomPayment = fc
  .record(
    {
      Amount: amount,
      Fee: fc.integer({ min: 0, max: 1_000_000 }).map(String),
      Sequence: uint32,
      LastLedgerSequence: uint32,
      DestinationTag: uint32,
      SourceTag: uint32,
      Flags: fc.constantFrom(0, 0x80000000, 0x00020000),
      Memos: fc
        .uint8Array({ minLength: 1, maxLength: 300 })
        .map((bytes) => [{ Memo: { MemoData: Buffer.from(bytes).toString('hex').toUpperCase() } }]),
    },
    { requiredKeys: ['Amount', 'Fee', 'Sequence'], noNullPrototype: true },
  )
  .map((fields) => ({ TransactionType: 'Payment', Destination: RECIPIENT, ...fields }))

const signers = [
  { of: wallet, seed: 'sEdTVNHwztdBViEMaLWmVGzsSedBH3o' },
  { of: otherWallet, seed: 'shhkhQxCi9jDqhqXUKFY9vroBS317' },
]

const transferOf = ({ actions }: Intent) => {
  const [first] = actions
  if (first?.type !== 'transfer') throw new Error('the payment is no transfer')
  return first
}

describe('XRP: signing', () => {
  for (const { of, seed } of signers) {
    const theirs = Wallet.fromSeed(seed)

    it(`makes the bytes and id that the SDK of the ledger makes (${theirs.publicKey.startsWith('ED') ? 'Ed25519' : 'secp256k1'}), and explains them as requested`, async () => {
      await fc.assert(
        fc.asyncProperty(randomPayment, async (fields) => {
          const transaction = { ...fields, Account: theirs.classicAddress }
          const pending = pendingFor(xrp, of, JSON.stringify(transaction))
          const plan = await planFor(xrp, { pending, network: 'testnet', wallets: [of] })
          const signed = signWith(xrp, plan, [of])
          xrp.transactions.verify(plan, signed)
          const { tx_blob, hash } = theirs.sign(transaction as never)
          expect(signed).to.deep.equal({ raw: tx_blob, txId: hash })
          expect(sdkVerifies(signed.raw)).to.equal(true)

          const intent = xrp.transactions.decode(plan, new Map())
          expect(intent.fee.amount).to.equal(BigInt(fields.Fee))
          const transfer = transferOf(intent)
          expect(transfer.to).to.equal(fields.Destination)
          expect(transfer.memo).to.equal(fields.DestinationTag?.toString())
          if (typeof fields.Amount === 'string') expect(transfer.amount).to.equal(BigInt(fields.Amount))
          else {
            const [digits = '', exponent = ''] = fields.Amount.value.split('e')
            expect(transfer.amount).to.equal(BigInt(digits) * 10n ** BigInt(96 + Number(exponent)))
            expect(transfer.asset.contract).to.equal(`${fields.Amount.currency}.${ISSUER}`)
          }
        }),
        { numRuns: 40 },
      )
    })

    it(`verifies no byte of it changed, added or left out (${theirs.publicKey.slice(0, 2)})`, async () => {
      const transaction = { ...payment, Account: theirs.classicAddress, Memos: [{ Memo: { MemoData: 'AB' } }] }
      const pending = pendingFor(xrp, of, JSON.stringify(transaction))
      const plan = await planFor(xrp, { pending, network: 'testnet', wallets: [of] })
      await requireEveryByte(xrp, plan, of, 'hex')
    })
  }

  it('verifies neither another spelling nor another id', async () => {
    const plan = await planOf(payment)
    const signed = signWith(xrp, plan, [wallet])
    for (const changed of [
      { ...signed, raw: signed.raw.toLowerCase() },
      { ...signed, raw: '' },
      { ...signed, txId: 'AB'.repeat(32) },
      { ...signed, txId: signed.txId.toLowerCase() },
    ]) {
      expect(codeThrownBy(() => xrp.transactions.verify(plan, changed))).to.equal('VERIFICATION_FAILED')
    }
  })

  it('verifies no transaction that was signed for another plan', async () => {
    const signed = signWith(xrp, await planOf(payment), [wallet])
    for (const change of [{ Amount: '12500001' }, { Destination: ISSUER }, { DestinationTag: 1 }, { Sequence: 46 }]) {
      const other = await planOf({ ...payment, ...change })
      expect(codeThrownBy(() => xrp.transactions.verify(other, signed))).to.equal('VERIFICATION_FAILED')
    }
  })

  it('verifies no plan whose sequence number is another one than the bytes have', async () => {
    const plan = await planOf(payment)
    const signed = signWith(xrp, plan, [wallet])
    const { account: _, ...without } = plan
    for (const changed of [
      { ...plan, account: { address: plan.signers[0]?.address ?? '', sequence: '46' } },
      without,
    ]) {
      expect(codeThrownBy(() => xrp.transactions.verify(changed, signed))).to.equal('VERIFICATION_FAILED')
    }
  })

  signedBytesSuite(xrp, { plan: () => planOf(payment), wallet, otherWallet, encoding: 'hex' })

  it('refuses a stored plan that is none', async () => {
    const plan = await planOf(payment)
    for (const body of [{}, { unsigned: 'XX' }, { unsigned: '' }, { ...plan.body, more: 1 }, { unsigned: 'FFFF' }]) {
      const code = codeThrownBy(() => xrp.transactions.decode({ ...plan, body }, new Map()))
      expect(code).to.equal('TRANSACTION_MALFORMED')
    }
  })
})

describe('XRP: random requests', () => {
  it('are refused with an error of ours', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 2000 }),
      fc.json(),
      fc
        .record({ key: fc.constantFrom(...Object.keys(payment), 'Paths', 'Memos', 'SendMax'), value: fc.jsonValue() })
        .map(({ key, value }) => JSON.stringify({ ...payment, [key]: value ?? 'x' })),
    )
    fc.assert(
      fc.property(text, (serialized) => {
        try {
          // What is read after all has to say exactly what was given.
          const request = xrp.transactions.read(pendingOf(serialized === '' ? ' ' : serialized), 'testnet')
          const decoded = decode(String(Object(request).unsigned))
          expect(Object.keys(decoded).sort()).to.deep.equal(Object.keys(JSON.parse(serialized) as object).sort())
        } catch (error) {
          if (!(error instanceof KeywardError)) throw error
          expect(error.code).to.be.oneOf(['TRANSACTION_MALFORMED', 'TRANSACTION_UNSUPPORTED'])
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('XRP: the network', () => {
  const { transactions } = xrp
  const TX = 'AB'.repeat(32)

  it('reads a server’s refusal as final only where the bytes can never be valid', () => {
    const meanings = {
      'temBAD_AMOUNT: Malformed.': 'rejected',
      'xrp.broadcast.failed: temMALFORMED': 'rejected',
      'tefALREADY: The exact transaction was already in this ledger.': 'already-known',
      'tefPAST_SEQ: This sequence number has already passed.': 'unknown',
      'tefMAX_LEDGER: Ledger sequence too high.': 'unknown',
      tecUNFUNDED_PAYMENT: 'unknown',
      terQUEUED: 'unknown',
      terPRE_SEQ: 'unknown',
      telINSUF_FEE_P: 'unknown',
      'system temporarily unavailable': 'unknown',
      '': 'unknown',
    }
    for (const [message, meaning] of Object.entries(meanings))
      expect(transactions.rejection(message), message).to.equal(meaning)
  })

  lookupSuite(xrp, '/v3/xrp/transaction', TX, { hash: TX, validated: true })
})
