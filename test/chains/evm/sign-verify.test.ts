import { expect } from 'chai'
import { SigningKey as EthersKey, Transaction, decodeRlp, encodeRlp, keccak256, toBeHex } from 'ethers'
import fc from 'fast-check'
import type { SignedTransaction } from '../../../src/core/chain.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { planDigest } from '../../../src/core/signing-plan.js'
import { makeWallet, newChain } from './evm-vectors.js'
import { ethersForm, planFor, privateKey, randomTransaction } from './random-plans.js'
import type { RandomTransaction } from './random-plans.js'
import { refusal, sign } from './walk.js'

const chain = newChain()
const verify = (plan: SigningPlan, signed: SignedTransaction): void => chain.transactions.verify(plan, signed)
const KEY = `0x${'46'.repeat(32)}`
const wallet = makeWallet({ privateKey: KEY }, 'testnet')
const account = wallet.descriptor.address ?? ''

const sample: RandomTransaction = {
  type: 'eip1559',
  chainId: 11_155_111n,
  nonce: 5n,
  gas: 90_000n,
  to: `0x${'d2'.repeat(20)}`,
  value: 15n,
  data: '0xdeadbeef',
  maxFeePerGas: 300n,
  maxPriorityFeePerGas: 20n,
  accessList: [{ address: `0x${'11'.repeat(20)}`, storageKeys: [`0x${'22'.repeat(32)}`] }],
}

function signedSample(transaction: RandomTransaction = sample): { plan: SigningPlan; signed: SignedTransaction } {
  const plan = planFor(transaction, account)
  return { plan, signed: sign(chain, plan, wallet) }
}

async function expectMismatch(plan: SigningPlan, signed: SignedTransaction, what: string | RegExp): Promise<void> {
  const error = await refusal(() => verify(plan, signed))
  expect(error.code).to.equal('VERIFICATION_FAILED')
  expect(error.message.replace(/^.*: /, '')).to.match(typeof what === 'string' ? new RegExp(`^${what}$`) : what)
}

/** The bytes with the first such text in them replaced. */
const insert = (bytes: Buffer, old: string, replacement: string): Buffer =>
  Buffer.from(bytes.toString('hex').replace(old, replacement), 'hex')

/** What ethers makes of the transaction. */
function ethersSigned(transaction: RandomTransaction, key = KEY): Transaction {
  const result = Transaction.from(ethersForm(transaction))
  result.signature = new EthersKey(key).sign(result.unsignedHash)
  return result
}

describe('Ethereum: signing and verifying', () => {
  it('signs any plan to the bytes and the hash that ethers makes, and verifies them', () => {
    fc.assert(
      fc.property(randomTransaction, privateKey, (transaction, key) => {
        const owner = makeWallet({ privateKey: key }, 'testnet')
        const plan = planFor(transaction, owner.descriptor.address ?? '')
        const signed = sign(chain, plan, owner)
        const witness = ethersSigned(transaction, key)
        expect(signed).to.deep.equal({ raw: witness.serialized, txId: witness.hash })
        expect(witness.from?.toLowerCase()).to.equal(owner.descriptor.address)
        verify(plan, signed)
      }),
      { numRuns: 150 },
    )
  })

  it('signs the same plan to the same bytes', () => {
    expect(signedSample().signed).to.deep.equal(signedSample().signed)
  })

  it('signs and verifies more data than any node takes', () => {
    const { plan, signed } = signedSample({ ...sample, data: `0x${'5b'.repeat(200_000)}` })
    verify(plan, signed)
    expect(Transaction.from(signed.raw).hash).to.equal(signed.txId)
  })

  it("refuses to sign with a key that is not the account's", async () => {
    const stranger = makeWallet({ privateKey: `0x${'47'.repeat(32)}` }, 'testnet')
    expect((await refusal(() => sign(chain, planFor(sample, account), stranger))).code).to.equal('SIGNER_MISMATCH')
  })

  it('refuses plans that this version does not write', async () => {
    const sound = planFor(sample, account)
    const { account: _account, ...withoutNonce } = sound
    const [signer] = sound.signers
    const odd: SigningPlan[] = [
      withoutNonce,
      { ...sound, signers: [] },
      { ...sound, signers: signer === undefined ? [] : [signer, signer] },
      { ...sound, account: { address: `0x${'00'.repeat(20)}`, sequence: '5' } },
      { ...sound, body: {} },
      { ...sound, body: { ...sound.body, type: 'eip4844' } },
      { ...sound, body: { ...sound.body, feeCurrency: '0x' } },
      { ...sound, body: { ...sound.body, value: 15 } },
      { ...sound, body: { ...sound.body, value: '015' } },
      { ...sound, body: { ...sound.body, value: '-15' } },
      { ...sound, body: { ...sound.body, to: '0xD2a5ca0f9affe6959bf168ad34f8d89d17671e0a' } },
      { ...sound, body: { ...sound.body, data: '0xabc' } },
    ]
    for (const plan of odd) {
      expect((await refusal(() => sign(chain, plan, wallet))).code).to.equal('TRANSACTION_MALFORMED')
      if (plan.account)
        expect((await refusal(() => chain.transactions.decode(plan, new Map()))).code).to.equal('TRANSACTION_MALFORMED')
    }
  })

  describe('verify', () => {
    it('refuses bytes of which any one was changed', () => {
      fc.assert(
        fc.property(randomTransaction, fc.nat(), fc.integer({ min: 1, max: 255 }), (transaction, place, mask) => {
          const { plan, signed } = signedSample(transaction)
          const bytes = Buffer.from(signed.raw.slice(2), 'hex')
          const at = place % bytes.length
          bytes[at] = (bytes[at] ?? 0) ^ mask
          expect(() => verify(plan, { ...signed, raw: `0x${bytes.toString('hex')}` })).to.throw(/do not agree/)
        }),
        { numRuns: 300 },
      )
    })

    it('refuses a changed byte even when somebody computed its hash', async () => {
      const { plan, signed } = signedSample()
      for (let at = 2; at < signed.raw.length; at += 2) {
        const flipped = (Number.parseInt(signed.raw.slice(at, at + 2), 16) ^ 1).toString(16).padStart(2, '0')
        const raw = signed.raw.slice(0, at) + flipped + signed.raw.slice(at + 2)
        expect(() => verify(plan, { raw, txId: keccak256(raw) }), `byte ${at / 2 - 1}`).to.throw(/do not agree/)
      }
    })

    it('refuses bytes that were cut or have something behind them', () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 400 }), fc.string({ minLength: 1 }), (cut, tail) => {
          const { plan, signed } = signedSample()
          expect(() => verify(plan, { ...signed, raw: signed.raw.slice(0, -cut) })).to.throw(/do not agree/)
          expect(() => verify(plan, { ...signed, raw: signed.raw + tail })).to.throw(/do not agree/)
        }),
      )
    })

    it('names the field in which another transaction differs from the plan', async () => {
      const plan = planFor(sample, account)
      const differing: [string, Partial<RandomTransaction>][] = [
        ['chainId', { chainId: 1n }],
        ['nonce', { nonce: 6n }],
        ['maxPriorityFeePerGas', { maxPriorityFeePerGas: 21n }],
        ['maxFeePerGas', { maxFeePerGas: 301n }],
        ['gas', { gas: 90_001n }],
        ['to', { to: `0x${'d3'.repeat(20)}` }],
        ['to', { to: undefined }],
        ['value', { value: 0n }],
        ['data', { data: '0xdeadbee0' }],
        ['accessList', { accessList: [] }],
      ]
      for (const [field, change] of differing) {
        const { serialized: raw, hash } = ethersSigned({ ...sample, ...change } as RandomTransaction)
        await expectMismatch(plan, { raw, txId: hash ?? '' }, field)
      }
    })

    it('refuses another type of transaction', async () => {
      const { chainId, nonce, gas, to, value, data, accessList } = sample
      const common = { chainId, nonce, gas, to, value, data, gasPrice: 300n }
      const legacy: RandomTransaction = { type: 'legacy', ...common }
      const listed: RandomTransaction = { type: 'eip2930', ...common, accessList }
      const all = [legacy, listed, sample]
      for (const planned of all) {
        for (const sent of all.filter((other) => other !== planned)) {
          const { serialized: raw, hash } = ethersSigned(sent)
          await expectMismatch(
            planFor(planned, account),
            { raw, txId: hash ?? '' },
            /the type|the encoding|the number of fields/,
          )
        }
      }
    })

    it('refuses the signature of another key', async () => {
      const { serialized: raw, hash } = ethersSigned(sample, `0x${'47'.repeat(32)}`)
      await expectMismatch(planFor(sample, account), { raw, txId: hash ?? '' }, 'the sender')
    })

    it('refuses the other, malleable half of a signature', async () => {
      const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
      const { plan, signed } = signedSample()
      const items = decodeRlp(`0x${signed.raw.slice(4)}`) as string[]
      const [parity, r, s] = items.slice(-3)
      const flipped = [...items.slice(0, -3), parity === '0x' ? '0x01' : '0x', r ?? '', toBeHex(order - BigInt(s ?? 0))]
      const raw = `0x02${encodeRlp(flipped).slice(2)}`
      await expectMismatch(plan, { raw, txId: keccak256(raw) }, 'the range of the signature')
    })

    it('refuses signatures without replay protection and those of another chain', async () => {
      const { gas, to, value, data, nonce } = sample
      const legacy: RandomTransaction = { type: 'legacy', chainId: 17_000n, nonce, gas, to, value, data, gasPrice: 1n }
      const items = decodeRlp(ethersSigned(legacy).serialized) as string[]
      for (const v of ['0x1b', '0x1c', '0x25', '0x26', '0x', '0x01', '0x0084f3']) {
        const raw = encodeRlp([...items.slice(0, -3), v, ...items.slice(-2)])
        await expectMismatch(
          planFor(legacy, account),
          { raw, txId: keccak256(raw) },
          /chain id in the signature|number of the signature/,
        )
      }
    })

    it('refuses zero, oversized and padded signature numbers', async () => {
      const { plan, signed } = signedSample()
      const items = decodeRlp(`0x${signed.raw.slice(4)}`) as string[]
      const [, r = '', s = ''] = items.slice(-3)
      for (const [otherR, otherS] of [
        ['0x', s],
        [r, '0x'],
        [`0x${'ff'.repeat(32)}`, s],
        [`0x01${'00'.repeat(32)}`, s],
        [`0x00${r.slice(2)}`, s],
        [r, `0x00${s.slice(2)}`],
      ] as const) {
        const raw = `0x02${encodeRlp([...items.slice(0, -2), otherR, otherS]).slice(2)}`
        await expectMismatch(plan, { raw, txId: keccak256(raw) }, /range of the signature|number of the signature/)
      }
    })

    it('refuses every other encoding of the same items, so that one transaction has one id', async () => {
      const { plan, signed } = signedSample()
      const body = Buffer.from(signed.raw.slice(2), 'hex')
      const list = body.subarray(3) // after the type, f8 and the length
      const others = {
        'a longer length of the list': [[0xf9, 0, list.length], list],
        'a header for a byte that needs none': [[0xf8, list.length + 1], insert(list, '05', '8105')],
        'a long header for a short text': [[0xf8, list.length + 1], insert(list, '84deadbeef', 'b804deadbeef')],
        'a leading zero in a number': [[0xf8, list.length + 1], insert(list, '0f', '82000f')],
      } as const
      for (const [what, [header, content]] of Object.entries(others)) {
        const raw = `0x02${Buffer.concat([Buffer.from(header), content]).toString('hex')}`
        expect(raw, what).not.to.equal(signed.raw)
        await expectMismatch(plan, { raw, txId: keccak256(raw) }, /the encoding|value/)
      }
      await expectMismatch(plan, { ...signed, raw: `0x${signed.raw.slice(2).toUpperCase()}` }, /the encoding|the type/)
    })

    it('refuses a wrong transaction id', async () => {
      const { plan, signed } = signedSample()
      await expectMismatch(plan, { ...signed, txId: `0x${'00'.repeat(32)}` }, 'the transaction id')
      await expectMismatch(plan, { ...signed, txId: signed.txId.toUpperCase() }, 'the transaction id')
    })

    it('refuses what is no transaction', async () => {
      const { plan } = signedSample()
      for (const raw of [
        '',
        '0x',
        '0x02',
        '0x02c0',
        '0x0280',
        '0x02zz',
        'nonsense',
        '0x02f8',
        `0x02${'c1'.repeat(100)}`,
      ])
        await expectMismatch(plan, { raw, txId: '' }, /the type|the encoding|the number of fields/)
    })

    it('refuses the signed bytes of a plan for any plan with another digest', () => {
      fc.assert(
        fc.property(randomTransaction, randomTransaction, (one, two) => {
          const { plan, signed } = signedSample(one)
          const other = planFor(two, account)
          if (planDigest(plan) === planDigest(other)) return
          expect(() => verify(other, signed)).to.throw(/do not agree/)
        }),
      )
    })
  })
})
