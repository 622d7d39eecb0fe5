import { z } from 'zod'
import { CHECKSUM_BYTES, checksumOf, KEY_BYTES } from './address.js'
import { MAX_ROUNDS, MIN_FEE } from './network.js'

/*
 * The requester writes a transaction object of algosdk 1 as JSON: byte arrays are `{"0":n,…}`, Node's buffers `{"type":"Buffer","data":[n,…]}`, numbers are read with all their digits.
 * Members that are not named here are refused: they may move money, and the reference dropped some of them in silence.
 */

const uint64 = z
  .bigint()
  .min(0n)
  .lt(1n << 64n)
const positive = uint64.refine((value) => value > 0n, 'must be above zero')
const byte = z.bigint().min(0n).max(255n).transform(Number)

const buffer = z
  .strictObject({ type: z.literal('Buffer'), data: z.array(byte).max(2048) })
  .transform(({ data }) => Uint8Array.from(data))
const indexMap = z
  .record(z.string(), byte)
  .refine((map) => Object.keys(map).every((name, place) => name === String(place)), 'not an array of bytes')
  .transform((map) => Uint8Array.from(Object.values(map)))
const bytes = z.union([buffer, indexMap])
const bytesOf = (length: number) => bytes.refine((value) => value.length === length, `must be ${length} bytes`)

const publicKey = z
  .strictObject({ publicKey: bytesOf(KEY_BYTES), checksum: bytesOf(CHECKSUM_BYTES) })
  .refine(({ publicKey: key, checksum }) => checksumOf(key).equals(checksum), 'the checksum of the address is wrong')
  .transform(({ publicKey: key }) => key)

/** Halves of surrogate pairs are refused: UTF-8 has another character for them. */
const text = (maxBytes: number) =>
  z
    .string()
    .refine((value) => Buffer.byteLength(value) <= maxBytes, `more than ${maxBytes} bytes`)
    .refine((value) => Buffer.from(value, 'utf8').toString('utf8') === value, 'not a text')

const NOTE_BYTES = 1024
const HASH_BYTES = 32

/** `flatFee` says how the fee was found; it is final either way. `name`, `tag` and `appArgs` are what every transaction object has. */
const common = {
  name: z.literal('Transaction').optional(),
  tag: bytes
    .refine((value) => Buffer.from(value).toString('latin1') === 'TX', 'not the tag of a transaction')
    .optional(),
  appArgs: z.array(z.unknown()).length(0).optional(),
  flatFee: z.boolean().optional(),
  from: publicKey,
  fee: uint64.refine((fee) => fee >= MIN_FEE, `must be ${MIN_FEE} microalgos or more`),
  firstRound: uint64,
  lastRound: uint64,
  genesisID: text(64).optional(),
  genesisHash: bytesOf(HASH_BYTES),
  note: bytes.refine((value) => value.length <= NOTE_BYTES, `more than ${NOTE_BYTES} bytes`).optional(),
  lease: bytes.refine((value) => value.length === 0 || value.length === HASH_BYTES, 'must be 32 bytes').optional(),
}

const payment = z.strictObject({
  ...common,
  type: z.literal('pay'),
  to: publicKey,
  amount: uint64,
  closeRemainderTo: publicKey.optional(),
})
const assetTransfer = z.strictObject({
  ...common,
  type: z.literal('axfer'),
  to: publicKey,
  amount: uint64,
  assetIndex: positive,
  closeRemainderTo: publicKey.optional(),
  assetRevocationTarget: publicKey.optional(),
})
const assetConfiguration = z.strictObject({
  ...common,
  type: z.literal('acfg'),
  assetIndex: uint64.optional(),
  assetTotal: uint64.optional(),
  assetDecimals: uint64.refine((decimals) => decimals <= 19n, 'more than 19').optional(),
  assetDefaultFrozen: z.boolean().optional(),
  assetUnitName: text(8).optional(),
  assetName: text(32).optional(),
  assetURL: text(96).optional(),
  assetMetadataHash: bytesOf(HASH_BYTES).optional(),
  assetManager: publicKey.optional(),
  assetReserve: publicKey.optional(),
  assetFreeze: publicKey.optional(),
  assetClawback: publicKey.optional(),
})
const assetFreeze = z.strictObject({
  ...common,
  type: z.literal('afrz'),
  assetIndex: positive,
  freezeAccount: publicKey,
  freezeState: z.boolean(),
})

export const transactionSchema = z
  .discriminatedUnion('type', [payment, assetTransfer, assetConfiguration, assetFreeze])
  .refine(({ firstRound, lastRound }) => firstRound <= lastRound && lastRound - firstRound <= MAX_ROUNDS, {
    message: `must be at most ${MAX_ROUNDS} rounds after firstRound`,
    path: ['lastRound'],
  })
export type AlgorandTransaction = z.output<typeof transactionSchema>
/** Types that are signed. */
export const TYPES: readonly string[] = ['pay', 'axfer', 'acfg', 'afrz']
