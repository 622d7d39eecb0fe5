import * as csl from '@emurgo/cardano-serialization-lib-nodejs'
import { expect } from 'chai'
import fc from 'fast-check'
import type { SignedTransaction } from '../../../src/core/chain.js'
import type { IntentAction } from '../../../src/core/intent.js'
import { planDigest } from '../../../src/core/signing-plan.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { codeThrownBy, thrownBy } from '../../kit/chain-suite.js'
import {
  POLICY,
  RECIPIENT,
  REMEMBERED,
  TTL,
  ada,
  bodyHexOf,
  hashOf,
  intentOf,
  otherWallet,
  ownAddress,
  pay,
  payment,
  pendingOf,
  planOf,
  fakeNode,
  inputOf,
  signed,
  spend,
  wallet,
  wrap,
} from './kit.js'
import type { NodeOptions, Part } from './kit.js'

const FORMS = ['bare', 'wrapped', 'transaction', 'wrapped transaction'] as const
/** What the node takes in the end, out of whatever wrapping. */
const innerOf = (raw: string): string => {
  if (!raw.startsWith('82')) return raw
  const bytes = Buffer.from(raw, 'hex')
  const start = 2 + (bytes[1] === 0x79 ? 2 : 1)
  return bytes.subarray(start, bytes.length - REMEMBERED.length / 2).toString('ascii')
}
const vendorView = (raw: string): csl.FixedTransaction => {
  const inner = innerOf(raw)
  // The form of before 2021 lacks the mark of validity; the vendor's library reads today's.
  return csl.FixedTransaction.from_hex(inner.startsWith('83') ? `84${inner.slice(2, -2)}f5f6` : inner)
}
const changes = (hex: string): fc.Arbitrary<string> =>
  fc.tuple(fc.nat(hex.length / 2 - 1), fc.integer({ min: 1, max: 255 })).map(([place, mask]) => {
    const bytes = Buffer.from(hex, 'hex')
    bytes[place] = (bytes[place] ?? 0) ^ mask
    return bytes.toString('hex')
  })
const verifyCode = (plan: SigningPlan, transaction: SignedTransaction) =>
  codeThrownBy(() => ada.transactions.verify(plan, transaction))

describe('ADA: signing and verifying', () => {
  for (const form of FORMS) {
    it(`signs a ${form} body so that the vendor’s library finds every signature good, and sends it in the form it came in`, async () => {
      const plan = await planOf(payment(), { form })
      const { raw, txId } = signed(plan)
      ada.transactions.verify(plan, { raw, txId })
      const view = vendorView(raw)
      expect(view.transaction_hash().to_hex()).to.equal(txId)
      expect(Buffer.from(view.raw_body()).toString('hex')).to.equal(bodyHexOf(plan))
      const witness = view.witness_set().vkeys()?.get(0)
      if (witness === undefined) throw new Error('it has a witness')
      expect(witness.vkey().public_key().verify(Buffer.from(txId, 'hex'), witness.signature())).to.equal(true)
      expect(innerOf(raw).startsWith(form === 'bare' ? '83' : '84')).to.equal(true)
      expect(raw).to.equal(form.startsWith('wrapped') ? wrap(innerOf(raw)) : innerOf(raw))
    })
  }

  it('makes the signatures of the vendor’s library, bit for bit', async () => {
    const plan = await planOf(payment())
    const key = ada.keys.open(wallet).key(0)
    const vendor = csl.PrivateKey.from_extended_bytes(key.privateKey)
    const { raw, txId } = signed(plan)
    expect(innerOf(raw)).to.include(vendor.sign(Buffer.from(txId, 'hex')).to_hex())
    expect(innerOf(raw)).to.include(vendor.to_public().to_hex().slice(-64))
  })

  it('signs with every key that is needed, each once and in the order of the inputs, and with no other', async () => {
    const [one, two, three] = [ownAddress(5), ada.keys.address(otherWallet.descriptor, 2), ownAddress(0)]
    const outpoint = (place: number) => `${'ef'.repeat(32)}:${place}`
    const operations = [
      ...[one, two, one, three, two].map((address, place) => spend({ address, lovelace: 2_000_000n }, outpoint(place))),
      pay({ address: RECIPIENT, lovelace: 9_800_000n }),
    ]
    const pending = pendingOf(operations, {
      signatures: [
        ...[0, 1, 5].map((index) => ({ id: wallet.descriptor.signatureId, index })),
        { id: otherWallet.descriptor.signatureId, index: 2 },
      ],
    })
    const plan = await ada.transactions.prepare(inputOf(pending, [wallet, otherWallet]), fakeNode())
    expect(plan.signers.map(({ address }) => address)).to.deep.equal([one, two, three])
    const transaction = signed(plan)
    ada.transactions.verify(plan, transaction)
    const witnesses = vendorView(transaction.raw).witness_set().vkeys()
    expect(witnesses?.len()).to.equal(3)
    const [first, second] = plan.signers
    if (first === undefined || second === undefined) throw new Error('the plan has signers')
    expect(verifyCode({ ...plan, signers: plan.signers.slice(0, 2) }, transaction)).to.equal('VERIFICATION_FAILED')
    expect(verifyCode({ ...plan, signers: [second, first, ...plan.signers.slice(2)] }, transaction)).to.equal(
      'VERIFICATION_FAILED',
    )
    expect(
      verifyCode({ ...plan, signers: [...plan.signers, { ...first, address: ownAddress(1) }] }, transaction),
    ).to.equal('VERIFICATION_FAILED')
  })

  it('has room for more keys than the shortest list head counts', async () => {
    const places = Array.from({ length: 30 }, (_, place) => place)
    const operations = [
      ...places.map((place) =>
        spend({ address: ownAddress(place), lovelace: 1_000_000n }, `${'ef'.repeat(32)}:${place}`),
      ),
      pay({ address: RECIPIENT, lovelace: 29_000_000n }),
    ]
    const signatures = places.map((index) => ({ id: wallet.descriptor.signatureId, index }))
    const plan = await ada.transactions.prepare(inputOf(pendingOf(operations, { signatures })), fakeNode())
    const transaction = signed(plan)
    ada.transactions.verify(plan, transaction)
    expect(vendorView(transaction.raw).witness_set().vkeys()?.len()).to.equal(30)
  })

  it('refuses a key that is not the plan’s before it signs anything', async () => {
    const plan = await planOf(payment())
    const foreign = ada.keys.open(otherWallet).key(0)
    const error = thrownBy(() => ada.transactions.sign(plan, () => foreign))
    expect(error.code).to.equal('SIGNER_MISMATCH')
  })

  it('refuses any changed byte of the signed text, in every form, and another id', async () => {
    for (const form of FORMS) {
      const plan = await planOf(payment(), { form })
      const { raw, txId } = signed(plan)
      fc.assert(
        fc.property(changes(raw), (changed) => {
          expect(verifyCode(plan, { raw: changed, txId })).to.equal('VERIFICATION_FAILED')
        }),
        { numRuns: 150 },
      )
      for (const other of ['', raw.slice(2), raw.slice(0, -2), `${raw}00`, raw.toUpperCase(), ` ${raw}`]) {
        expect(verifyCode(plan, { raw: other, txId })).to.equal('VERIFICATION_FAILED')
      }
      expect(verifyCode(plan, { raw, txId: txId.replace(/^../, '00') })).to.equal('VERIFICATION_FAILED')
    }
  })

  it('refuses a signature of which a second form exists, with the group’s order added to it', async () => {
    const plan = await planOf(payment(), { form: 'bare' })
    const { raw, txId } = signed(plan)
    const at = raw.length - 2 - 64
    const order = (1n << 252n) + 27742317777372353535851937790883648493n
    const response = BigInt(
      `0x${Buffer.from(raw.slice(at, at + 64), 'hex')
        .reverse()
        .toString('hex')}`,
    )
    const second = Buffer.from((response + order).toString(16).padStart(64, '0'), 'hex')
      .reverse()
      .toString('hex')
    expect(verifyCode(plan, { raw: raw.slice(0, at) + second + raw.slice(at + 64), txId })).to.equal(
      'VERIFICATION_FAILED',
    )
  })

  it('notices each change of a plan: another digest, and no verification of the old bytes', async () => {
    const plan = await planOf(payment(), { form: 'wrapped' })
    const transaction = signed(plan)
    const hex = bodyHexOf(plan)
    const digests = new Set([planDigest(plan)])
    fc.assert(
      fc.property(changes(hex), (unsigned) => {
        const changed = { ...plan, body: { ...plan.body, unsigned } }
        digests.add(planDigest(changed))
        expect(planDigest(changed)).to.not.equal(planDigest(plan))
        expect(verifyCode(changed, transaction)).to.equal('VERIFICATION_FAILED')
      }),
      { numRuns: 150 },
    )
    for (const member of [{ parts: 3 }, { remembered: undefined }, { remembered: 'a0' }, { from: [RECIPIENT] }]) {
      const changed = { ...plan, body: { ...plan.body, ...member } }
      expect(planDigest(changed)).to.not.equal(planDigest(plan))
      if (!('from' in member)) expect(verifyCode(changed, transaction)).to.equal('VERIFICATION_FAILED')
    }
    expect(codeThrownBy(() => intentOf({ ...plan, body: { ...plan.body, unsigned: 'a0' } }))).to.equal(
      'TRANSACTION_MALFORMED',
    )
    expect(codeThrownBy(() => intentOf({ ...plan, body: { unsigned: hex } }))).to.equal('TRANSACTION_MALFORMED')
  })
})

const lovelace = fc.bigInt({ min: 1_000_000n, max: 1n << 40n })
const assets = fc.dictionary(
  fc.stringMatching(/^([0-9a-f]{2}){0,32}$/).map((name) => `${POLICY}${name}`),
  fc.bigInt({ min: 1n, max: 1n << 62n }),
  { maxKeys: 3 },
)
const recipients = fc.constantFrom(RECIPIENT, ownAddress(0), ownAddress(1), ada.keys.address(otherWallet.descriptor, 4))
const outputs = fc.array(fc.record({ address: recipients, lovelace, tokens: assets }), { minLength: 1, maxLength: 6 })

describe('ADA: properties', () => {
  it('what is decoded from the plan is what was requested, and it is signed and verified', async () => {
    await fc.assert(
      fc.asyncProperty(
        outputs,
        fc.bigInt({ min: 1n, max: 10_000_000n }),
        fc.constantFrom(...FORMS),
        async (parts, fee, form) => {
          const options: NodeOptions = { form }
          const tokens: Record<string, bigint> = {}
          for (const part of parts)
            for (const [asset, amount] of Object.entries(part.tokens)) tokens[asset] = (tokens[asset] ?? 0n) + amount
          const sum = parts.reduce((total, part) => total + part.lovelace, fee)
          const plan = await planOf(
            [spend({ address: ownAddress(0), lovelace: sum, tokens }), ...parts.map(pay)],
            options,
          )
          const intent = intentOf(plan)
          expect(intent.undecoded).to.deep.equal([])
          expect(intent.fee.amount).to.equal(fee)
          expect(paymentsOf(intent.actions)).to.deep.equal(parts.map(wanted))
          const transaction = signed(plan)
          ada.transactions.verify(plan, transaction)
          expect(transaction.txId).to.equal(hashOf(bodyHexOf(plan)))
          expect(intent.actions.at(-1)).to.deep.include({ name: 'Expiry', details: { slot: TTL.toString() } })
        },
      ),
      { numRuns: 60 },
    )
  })
})

interface Paid {
  address: string
  lovelace: bigint
  tokens: Record<string, bigint>
}
const wanted = ({ address, lovelace: amount, tokens = {} }: Part): Paid => ({
  address,
  lovelace: amount,
  tokens: { ...tokens },
})

function paymentsOf(actions: readonly IntentAction[]): Paid[] {
  const payments: Paid[] = []
  for (const action of actions) {
    if (action.type !== 'transfer') continue
    const { contract } = action.asset
    const last = payments.at(-1)
    if (contract === undefined) payments.push({ address: action.to, lovelace: action.amount, tokens: {} })
    else if (last !== undefined) last.tokens[contract] = action.amount
  }
  return payments
}
