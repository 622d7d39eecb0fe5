import { Asset, Keypair, Memo, Operation, TransactionBuilder } from '@stellar/stellar-base'
import { expect } from 'chai'
import fc from 'fast-check'
import { z } from 'zod'
import { formatUnits } from '../../../src/core/amount.js'
import { KeywardError } from '../../../src/core/errors.js'
import { planDigest, signingPlanSchema } from '../../../src/core/signing-plan.js'
import { planFor, signWith } from '../../kit/account-chain.js'
import { codeThrownBy } from '../../kit/chain-suite.js'
import { failureOf } from '../../kit/failure-of.js'
import { testLookups } from '../../kit/lookups.js'
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

  it('verifies no byte changed, added or left out, with and without the signatures of others', async () => {
    const shared = payment()
    shared.sign(Keypair.random())
    for (const transaction of [payment(), shared]) {
      const plan = await planOf(transaction)
      const { raw, txId } = signWith(stellar, plan, [wallet])
      const bytes = Buffer.from(raw, 'base64')
      const refused = (changed: Buffer): void => {
        const signed = { raw: changed.toString('base64'), txId }
        expect(codeThrownBy(() => stellar.transactions.verify(plan, signed))).to.equal('VERIFICATION_FAILED')
      }
      bytes.forEach((byte, place) => {
        const flipped = Buffer.of(byte ^ (1 << (place % 8)))
        refused(Buffer.concat([bytes.subarray(0, place), flipped, bytes.subarray(place + 1)]))
        refused(Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1)]))
      })
      refused(Buffer.concat([bytes, Buffer.alloc(4)]))
      refused(Buffer.from(transaction.toEnvelope().toXDR()))
      refused(Buffer.alloc(0))
    }
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

  it('refuses the key of another wallet', async () => {
    const plan = await planOf(payment())
    const other = stellar.keys.open(otherWallet).key(undefined)
    expect(codeThrownBy(() => stellar.transactions.sign(plan, () => other))).to.equal('SIGNER_MISMATCH')
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

  it('gives the same bytes for a plan that went through the journal', async () => {
    const plan = await planOf(payment())
    const stored = signingPlanSchema.parse(JSON.parse(JSON.stringify(plan)))
    expect(planDigest(stored)).to.equal(planDigest(plan))
    expect(signWith(stellar, stored, [wallet])).to.deep.equal(signWith(stellar, plan, [wallet]))
  })

  it('has another digest for a plan with any letter changed', async () => {
    const plan = await planOf(payment())
    const { envelope } = z.object({ envelope: z.string() }).parse(plan.body)
    const digests = new Set([planDigest(plan)])
    for (let place = 0; place < envelope.length; place++) {
      const letter = envelope[place] === 'A' ? 'B' : 'A'
      const changed = envelope.slice(0, place) + letter + envelope.slice(place + 1)
      digests.add(planDigest({ ...plan, body: { envelope: changed } }))
    }
    expect(digests.size).to.equal(envelope.length + 1)
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

  it('finds a transaction by its id, and takes 404 as no', async () => {
    const paths: string[] = []
    const lookups = testLookups({
      get: async (path) => {
        paths.push(path)
        return { hash: TX, successful: true }
      },
    })
    expect(await transactions.find(TX, lookups)).to.equal(true)
    expect(await transactions.find('cd'.repeat(32), lookups)).to.equal(false)
    expect(paths[0]).to.equal(`/v3/xlm/transaction/${TX}`)
    const missing = testLookups({
      get: () => Promise.reject(new KeywardError('API_REFUSED', 'no', { context: { status: 404 } })),
    })
    expect(await transactions.find(TX, missing)).to.equal(false)
  })
})
