import { createHash } from 'node:crypto'
import { decodeBase58Check } from '../../../src/chains/common/base58check.js'
import { pendingTransactionSchema } from '../../../src/core/pending-transaction.js'
import type { PendingTransaction } from '../../../src/core/pending-transaction.js'

/*
 * Transactions as a node makes them, written by hand: an encoder of its own, so that the decoder under test does not prove itself.
 */

export const WALLET_ID = '92412f23-36e2-498d-82b2-ace5cc7c7038'
export const PRIVATE_KEY = '3db8be0521615056e79f7d8c2478bfb982aebd7da9b47d53e4477a18d82d8377'
export const OWNER = 'TGSzvEW4raNfZLaXxcqt1phCMy94sChk2f'
export const OTHER = 'TZ14CoXzWvrCdVVySGmLNHnj4HGf1vw5SH'

export type Wire = readonly (readonly [field: number, value: bigint | Uint8Array | Wire])[]

export const address = (text: string): Buffer => decodeBase58Check(Buffer.from(text, 'ascii')) ?? Buffer.alloc(0)
export const addressHex = (text: string): string => address(text).toString('hex')
export const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8')

export function varint(value: bigint): Buffer {
  const bytes: number[] = []
  let rest = value
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(bytes)
}

export function encode(fields: Wire): Buffer {
  return Buffer.concat(
    fields.flatMap(([field, value]) => {
      if (typeof value === 'bigint') return [varint(BigInt(field * 8)), varint(value)]
      const bytes = value instanceof Uint8Array ? value : encode(value)
      return [varint(BigInt(field * 8 + 2)), varint(BigInt(bytes.length)), bytes]
    }),
  )
}

export interface Sample {
  readonly type: number
  readonly name: string
  readonly value: Wire
  readonly json: Readonly<Record<string, unknown>>
  /** Members of the contract's wrapper, after its parameter. */
  readonly wrapper?: Wire
  readonly more?: Wire
  readonly moreJson?: Readonly<Record<string, unknown>>
  readonly data?: Buffer
  readonly expiration?: bigint
}

export const transfer: Sample = {
  type: 1,
  name: 'TransferContract',
  value: [
    [1, address(OWNER)],
    [2, address(OTHER)],
    [3, 1_500_000n],
  ],
  json: { owner_address: addressHex(OWNER), to_address: addressHex(OTHER), amount: 1_500_000 },
}

const EXPIRATION = 1_767_225_660_000n

export function rawDataOf(sample: Sample): Buffer {
  const url = utf8(`type.googleapis.com/protocol.${sample.name}`)
  const parameter: Wire = [
    [1, url],
    [2, sample.value],
  ]
  const type: Wire = sample.type === 0 ? [] : [[1, BigInt(sample.type)]]
  const data: Wire = sample.data === undefined ? [] : [[10, sample.data]]
  return encode([
    [1, Buffer.from('d687', 'hex')],
    [4, Buffer.alloc(8, 0xab)],
    [8, sample.expiration ?? EXPIRATION],
    ...data,
    [11, [...type, [2, parameter], ...(sample.wrapper ?? [])]],
    [14, 1_767_225_600_000n],
    ...(sample.more ?? []),
  ])
}

/** What a node answers, with members replaced. */
export function jsonOf(sample: Sample, changed: Readonly<Record<string, unknown>> = {}): string {
  const raw = rawDataOf(sample)
  return JSON.stringify({
    visible: false,
    txID: createHash('sha256').update(raw).digest('hex'),
    raw_data_hex: raw.toString('hex'),
    raw_data: {
      contract: [
        {
          parameter: { value: sample.json, type_url: `type.googleapis.com/protocol.${sample.name}` },
          type: sample.name,
        },
      ],
      ref_block_bytes: 'd687',
      ref_block_hash: 'ab'.repeat(8),
      expiration: Number(sample.expiration ?? EXPIRATION),
      timestamp: 1_767_225_600_000,
      ...(sample.data === undefined ? {} : { data: sample.data.toString('hex') }),
      ...sample.moreJson,
    },
    ...changed,
  })
}

/** As `jsonOf`, around bytes that no sound encoder makes. */
export const jsonAround = (raw: Buffer, sample: Sample = transfer): string =>
  jsonOf(sample, {
    txID: createHash('sha256').update(raw).digest('hex'),
    raw_data_hex: raw.toString('hex'),
  })

export const pendingOf = (serializedTransaction: string): PendingTransaction =>
  pendingTransactionSchema.parse({
    id: 'a6388150e7c2d379c4da6750',
    chain: 'TRON',
    hashes: [WALLET_ID],
    serializedTransaction,
  })
