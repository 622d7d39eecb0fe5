import { Asset, Keypair, Memo, Operation, TransactionBuilder } from '@stellar/stellar-base'
import { expect } from 'chai'
import fc from 'fast-check'
import { formatUnits } from '../../../src/core/amount.js'
import { KeywardError } from '../../../src/core/errors.js'
import { planFor, signWith } from '../../kit/account-chain.js'
import { codeThrownBy } from '../../kit/chain-suite.js'
import { failureOf } from '../../kit/failure-of.js'
import { lookupSuite, requireEveryByte, signedBytesSuite } from '../../kit/signed-bytes-suite.js'
import {
  ACCOUNT,
  bump,
  ISSUER,
  otherWallet,
  PASSPHRASE,
  pendingOf,
  planOf,
  RECIPIENT,
  SEED,
  stellar,
  transactionOf,
  wallet,
} from './fixtures.js'

const theirs = Keypair.fromSecret(SEED)
const MAX_INT64 = 2n ** 63n - 1n
const randomPayment = fc.record({
  amount: fc.bigInt({ min: 1n, max: MAX_INT64 }),
  sequence: fc.bigInt({ min: 1n, max: MAX_INT64 }),
  fee: fc.integer({ min: 100, max: 0xffffffff }),
  code: fc.option(fc.stringMatching(/^[A-Za-z0-9]{1,12}$/), { nil: undefined }),
  memo: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { nil: undefined }),
})

const payment = () =>
  transactionOf([Operation.payment({ destination: RECIPIENT, asset: Asset.native(), amount: '12.5' })])

describe('XLM: signing', () => {
  it('makes the envelope and id that the library of the network makes, and explains them as requested', async () => {
    await fc.assert(
      fc.asyncProperty(randomPayment, async ({ amount, sequence, fee, code, memo }) => {
        const asset = code === undefined ? Asset.native() : new Asset(code, ISSUER)
        const transaction = transactionOf(
          [Operation.payment({ destination: RECIPIENT, asset, amount: formatUnits(amount, 7) })],
          {
            sequence: sequence.toString(),
            fee: fee.toString(),
            ...(memo === undefined ? {} : { memo: Memo.id(memo.toString()) }),
          },
        )
        const plan = await planOf(transaction)
        const signed = signWith(stellar, plan, [wallet])
        stellar.transactions.verify(plan, signed)
        transaction.sign(theirs)
        const txId = transaction.hash().toString('hex')
        expect(signed).to.deep.equal({ raw: transaction.toEnvelope().toXDR('base64'), txId })

        const intent = stellar.transactions.decode(plan, new Map())
        expect(intent.fee).to.deep.include({ amount: BigInt(fee), maximum: true })
        expect(intent.undecoded).to.be.empty
        expect(intent.actions).to.deep.equal([
          {
            type: 'transfer',
            from: [ACCOUNT],
            to: RECIPIENT,
            asset: { chain: 'XLM', ...(code === undefined ? {} : { contract: `${code}:${ISSUER}` }), decimals: 7 },
            amount,
            change: false,
            ...(memo === undefined ? {} : { memo: memo.toString() }),
          },
        ])
        expect(plan.account).to.deep.equal({ address: ACCOUNT, sequence: sequence.toString() })
      }),
      { numRuns: 40 },
    )
  })

  signedBytesSuite(stellar, { plan: () => planOf(payment()), wallet, otherWallet, encoding: 'base64' })

  it('verifies no byte changed among the signatures of others, and not without its own', async () => {
    const shared = payment()
    shared.sign(Keypair.random())
    const plan = await planOf(shared)
    await requireEveryByte(stellar, plan, wallet, 'base64')
    const signed = { ...signWith(stellar, plan, [wallet]), raw: shared.toEnvelope().toXDR('base64') }
    expect(codeThrownBy(() => stellar.transactions.verify(plan, signed))).to.equal('VERIFICATION_FAILED')
  })

  it('verifies neither another spelling, nor another id, nor the envelope of another plan', async () => {
    const plan = await planOf(payment())
    const signed = signWith(stellar, plan, [wallet])
    for (const changed of [
      { ...signed, raw: `${signed.raw} ` },
      { ...signed, raw: signed.raw.replace(/=+$/, '') },
      { ...signed, txId: 'ab'.repeat(32) },
      { ...signed, txId: signed.txId.toUpperCase() },
    ]) {
      if (changed.raw === signed.raw && changed.txId === signed.txId) continue
      expect(codeThrownBy(() => stellar.transactions.verify(plan, changed))).to.equal('VERIFICATION_FAILED')
    }
    const other = await planOf(transactionOf([bump('5')]))
    expect(codeThrownBy(() => stellar.transactions.verify(other, signed))).to.equal('VERIFICATION_FAILED')
  })

  it('signs for the network of the plan only: the same envelope has another signature and id on the other one', async () => {
    const plan = await planOf(payment())
    const [test, main] = [plan, { ...plan, network: 'mainnet' as const }].map((one) => signWith(stellar, one, [wallet]))
    if (test === undefined || main === undefined) throw new Error('both are signed')
    expect(main.txId).to.not.equal(test.txId)
    expect(codeThrownBy(() => stellar.transactions.verify(plan, main))).to.equal('VERIFICATION_FAILED')
  })

  it('refuses to sign what carries this wallet’s signature already, since the network takes none twice', async () => {
    const transaction = payment()
    transaction.sign(theirs)
    const error = await failureOf(planOf(transaction))
    expect(error.code).to.equal('TRANSACTION_UNSUPPORTED')
  })

  it('refuses to add a signature to the twenty that a transaction may have', async () => {
    const transaction = payment()
    for (let count = 0; count < 20; count++) transaction.sign(Keypair.random())
    const plan = await planOf(transaction)
    expect(codeThrownBy(() => signWith(stellar, plan, [wallet]))).to.equal('TRANSACTION_UNSUPPORTED')
  })

  it('pays the fee of a transaction that others signed, and says whose it is', async () => {
    const inner = transactionOf([bump('9')], { source: RECIPIENT })
    const outer = TransactionBuilder.buildFeeBumpTransaction(theirs, '400', inner, PASSPHRASE)
    const plan = await planOf(outer)
    stellar.transactions.verify(plan, signWith(stellar, plan, [wallet]))
    expect(plan.account).to.deep.equal({ address: RECIPIENT, sequence: '77' })
    const intent = stellar.transactions.decode(plan, new Map())
    expect(intent.fee.amount).to.equal(800n)
    expect(intent.actions).to.deep.equal([
      { type: 'operation', from: RECIPIENT, name: 'bumpSequence', details: { bumpTo: '9' } },
    ])
  })

  it('refuses a stored plan that is none', async () => {
    const plan = await planOf(payment())
    for (const body of [{}, { envelope: '' }, { envelope: '!' }, { ...plan.body, more: 1 }, { envelope: 'AAAA' }]) {
      const code = codeThrownBy(() => stellar.transactions.decode({ ...plan, body }, new Map()))
      expect(code).to.equal('TRANSACTION_MALFORMED')
    }
  })
})

describe('XLM: reading a request', () => {
  const read = (text: string) => stellar.transactions.read(pendingOf(text), 'testnet')
  const sound = payment().toEnvelope().toXDR('base64')

  it('refuses an envelope in another spelling, with bytes after it, or too long', () => {
    const bytes = Buffer.from(sound, 'base64')
    for (const text of [
      ` ${sound}`,
      `${sound}\n`,
      bytes.toString('hex'),
      bytes.toString('base64url'),
      Buffer.concat([bytes, Buffer.alloc(4)]).toString('base64'),
      'A'.repeat(400_000),
      '{}',
    ]) {
      if (text === sound) continue
      expect(
        codeThrownBy(() => read(text)),
        text.slice(0, 20),
      ).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('refuses an amount below zero, which the library would show and no payment has', () => {
    const transaction = payment()
    const amount = Buffer.alloc(8)
    amount.writeBigInt64BE(125_000_000n)
    const bytes = Buffer.from(transaction.toEnvelope().toXDR())
    const at = bytes.lastIndexOf(amount)
    bytes.writeBigInt64BE(-125_000_000n, at)
    expect(codeThrownBy(() => read(bytes.toString('base64')))).to.equal('TRANSACTION_MALFORMED')
  })

  it('needs a wallet, and takes it from `signatures` where `hashes` names none', () => {
    const [id] = pendingOf(sound).hashes
    const none = pendingOf(sound, { hashes: [] })
    expect(codeThrownBy(() => stellar.transactions.read(none, 'testnet'))).to.equal('TRANSACTION_MALFORMED')
    const other = pendingOf(sound, { hashes: [], signatures: [{ id }] })
    expect(stellar.transactions.read(other, 'testnet').signers).to.deep.equal([{ signatureId: id }])
  })

  it('names the account, so that its transactions stay in order', () => {
    const request = read(sound)
    const input = { pending: pendingOf(sound), network: 'testnet' as const, request, wallets: new Map() }
    expect(stellar.transactions.accounts(input)).to.deep.equal([ACCOUNT])
  })

  it('refuses a wallet that is not at hand', async () => {
    const work = planFor(stellar, { pending: pendingOf(sound), network: 'testnet', wallets: [otherWallet] })
    expect((await failureOf(work)).code).to.equal('SIGNER_MISMATCH')
  })

  it('refuses garbage, and sound envelopes with bytes changed, with an error of ours or takes them as they are', () => {
    const bytes = Buffer.from(sound, 'base64')
    const damaged = fc
      .array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
      .map((changes) => {
        const copy = Buffer.from(bytes)
        for (const [place, byte] of changes) copy[place] = byte
        return copy.toString('base64')
      })
    const garbage = fc.uint8Array({ minLength: 1, maxLength: 400 }).map((some) => Buffer.from(some).toString('base64'))
    fc.assert(
      fc.property(fc.oneof(damaged, garbage, fc.string({ minLength: 1 })), (text) => {
        try {
          expect(read(text)).to.have.property('envelope', text)
        } catch (error) {
          if (!(error instanceof KeywardError)) throw error
          expect(error.code).to.be.oneOf(['TRANSACTION_MALFORMED', 'TRANSACTION_UNSUPPORTED'])
        }
      }),
      { numRuns: 400 },
    )
  })
})

describe('XLM: the network', () => {
  const { transactions } = stellar
  const TX = 'ab'.repeat(32)

  it('reads a node’s refusal as final only where the bytes can never be valid', () => {
    const meanings = {
      tx_malformed: 'rejected',
      'xlm.broadcast.failed: {"transaction":"tx_missing_operation"}': 'rejected',
      txMISSING_OPERATION: 'rejected',
      'status: DUPLICATE': 'already-known',
      tx_bad_seq: 'unknown',
      tx_too_late: 'unknown',
      tx_bad_auth: 'unknown',
      tx_insufficient_fee: 'unknown',
      'tx_failed: op_underfunded': 'unknown',
      Timeout: 'unknown',
      '': 'unknown',
    }
    for (const [message, meaning] of Object.entries(meanings)) {
      expect(transactions.rejection(message), message).to.equal(meaning)
    }
  })

  lookupSuite(stellar, '/v3/xlm/transaction', TX, { hash: TX, successful: true })
})
