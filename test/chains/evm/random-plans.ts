import type { TransactionLike } from 'ethers'
import fc from 'fast-check'
import { signatureIdSchema } from '../../../src/core/ids.js'
import { signingPlanSchema } from '../../../src/core/signing-plan.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { ethereum } from './evm-vectors.js'

const unsigned = (bits: bigint): fc.Arbitrary<bigint> =>
  fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** bits - 1n }),
    fc.constantFrom(0n, 1n, 127n, 128n, 255n, 256n, 2n ** bits - 1n),
  )
const bytes = (length: { minLength: number; maxLength: number }): fc.Arbitrary<string> =>
  fc.uint8Array(length).map((value) => `0x${Buffer.from(value).toString('hex')}`)
const address = bytes({ minLength: 20, maxLength: 20 })
const word = bytes({ minLength: 32, maxLength: 32 })
const accessList = fc.array(
  fc.record({ address, storageKeys: fc.array(word, { maxLength: 3 }) }, { noNullPrototype: true }),
  { maxLength: 3 },
)

const content = {
  chainId: fc.constantFrom(1n, 17_000n, 560_048n, 11_155_111n, 1_666_600_000n, 2n ** 52n),
  nonce: unsigned(53n),
  gas: unsigned(64n),
  to: fc.option(address, { nil: undefined, freq: 5 }),
  value: unsigned(256n),
  data: bytes({ minLength: 0, maxLength: 300 }),
}

/** A transaction of any type with any sensible or silly numbers. */
export const randomTransaction = fc.oneof(
  fc.record({ type: fc.constant('legacy' as const), ...content, gasPrice: unsigned(100n) }),
  fc.record({ type: fc.constant('eip2930' as const), ...content, gasPrice: unsigned(100n), accessList }),
  fc
    .record({
      type: fc.constant('eip1559' as const),
      ...content,
      fees: fc.tuple(unsigned(100n), unsigned(100n)),
      accessList,
    })
    .map(({ fees: [one, two], ...rest }) => ({
      ...rest,
      maxFeePerGas: one > two ? one : two,
      maxPriorityFeePerGas: one > two ? two : one,
    })),
)
export type RandomTransaction = typeof randomTransaction extends fc.Arbitrary<infer T> ? T : never

export const privateKey = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .filter((key) => (key[0] ?? 0) < 0xff && key.some((byte) => byte !== 0))
  .map((key) => `0x${Buffer.from(key).toString('hex')}`)

/** The plan that holds this transaction for the account. */
export function planFor({ nonce, ...rest }: RandomTransaction, account: string): SigningPlan {
  const text = (value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)
  const body = Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, text(value)]])),
  )
  return signingPlanSchema.parse({
    version: 1,
    pendingId: '0123456789abcdef01234567',
    chain: ethereum.code,
    network: 'testnet',
    requestDigest: 'ab'.repeat(32),
    signers: [{ signatureId: signatureIdSchema.parse('52839e32-f8c3-4d0c-8f17-36bc26d49375'), address: account }],
    account: { address: account, sequence: nonce.toString() },
    body,
  })
}

/** The same transaction in ethers' words. */
export function ethersForm(transaction: RandomTransaction): TransactionLike {
  const { type, gas, to, nonce, ...rest } = transaction
  const number = { legacy: 0, eip2930: 1, eip1559: 2 }[type]
  return { ...rest, type: number, gasLimit: gas, to: to ?? null, nonce: Number(nonce) }
}
