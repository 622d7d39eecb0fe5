import { secp256k1 } from '@noble/curves/secp256k1'
import { createHash } from 'node:crypto'
import type { Exchange } from './seeds.js'

/* What the vectors do not tell of a family. A family without anything here is fuzzed all the same. */

/**
 * Checksums that guard a whole request would keep all damage from the parser behind them: these make them right again. By family; a family that has none needs
 * none.
 */
export const REPAIRS: ReadonlyMap<string, (text: string) => string> = new Map([['tron', repairTron]])

/** The id is the hash of the bytes; the JSON form of the contents must agree with them, and may be left out. */
function repairTron(text: string): string {
  const rawData = /"raw_data_hex"\s*:\s*"([0-9a-f]*)"/i.exec(text)?.[1]
  if (rawData === undefined) return text
  const txID = createHash('sha256').update(Buffer.from(rawData, 'hex')).digest('hex')
  return JSON.stringify({ txID, raw_data_hex: rawData })
}

const answered = (path: string, answer: unknown): Exchange => ({
  method: 'GET',
  path,
  rpc: undefined,
  status: 200,
  answer,
})

/** Public keys of two of the wallets: a single key, and child 2 of the mnemonic. */
const FLOW_KEYS = [
  '037f70c89f2510a9499066e3955611e88e2ea8afc4320886e7879df5a33d64df44',
  '027c6b5f017f67177b189336b972f6b60cfa604eb14103d3303ca034161206f5e8',
]

const flowKey = (compressed: string, index: number) => ({
  index: index.toString(),
  public_key: `0x${secp256k1.Point.fromHex(compressed).toHex(false).slice(2)}`,
  signing_algorithm: 'ECDSA_secp256k1',
  hashing_algorithm: 'SHA3_256',
  sequence_number: '5',
  weight: '1000',
  revoked: false,
})

/** Answers beside the recorded ones, by family. */
export const STANDING_ANSWERS: ReadonlyMap<string, readonly Exchange[]> = new Map([
  // Transactions name the moment they expire: the network's clock stands just before it, as it did when they were recorded.
  [
    'tron',
    [
      answered('/v3/tron/info', { hash: 'ab'.repeat(32) }),
      answered(`/v3/tron/block/${'ab'.repeat(32)}`, { timestamp: 1_767_225_630_000 }),
    ],
  ],
  // The account that pays is on record, the one that sends is not.
  ['flow', [answered('/v1/accounts/01cf0e2f2f715450', { address: '01cf0e2f2f715450', keys: FLOW_KEYS.map(flowKey) })]],
])
