import { decodeRlp, encodeRlp } from 'ethers/utils'
import type { RlpStructuredData } from 'ethers/utils'
import type { SignedTransaction } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { recover } from '../common/secp256k1.js'
import { addressOf } from '../common/ethereum-address.js'
import { expectedFields, quantity } from './expected-fields.js'
import { hex, keccak256 } from '../common/keccak.js'
import { senderOf, transactionOf } from './plan.js'
import type { EvmTransaction } from './plan.js'

/*
 * The check between signing and the journal: what do these bytes say, and who signed that? It shares neither the encoder nor the order of fields with the
 * code that made them: RLP is ethers' here. Recovery proves that the signature covers exactly the decoded content and is the planned account's.
 */

/** EIP-2718: the byte before the list; a legacy transaction has none. */
/** Kaia's types: https://docs.kaia.io/learn/transactions/basic/ */
const KAIA_PREFIX = {
  VALUE_TRANSFER: '0x08',
  VALUE_TRANSFER_MEMO: '0x10',
  ACCOUNT_UPDATE: '0x20',
  SMART_CONTRACT_DEPLOY: '0x28',
  SMART_CONTRACT_EXECUTION: '0x30',
  CANCEL: '0x38',
} as const
const TYPE_PREFIX = { legacy: '0x', eip2930: '0x01', eip1559: '0x02', cip64: '0x7b' } as const
const prefixOf = (transaction: EvmTransaction): string =>
  transaction.type === 'kaia' ? KAIA_PREFIX[transaction.kind] : TYPE_PREFIX[transaction.type]
/** Order of the group (SEC 2, secp256k1). Ethereum takes no s above its half (EIP-2). */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** @throws KeywardError VERIFICATION_FAILED naming what does not agree. */
export function verifyTransaction(plan: SigningPlan, { raw, txId }: SignedTransaction): void {
  const transaction = transactionOf(plan)
  const items = decode(raw, prefixOf(transaction))
  const { content, signature: values } = partsOf(transaction, items)
  const expected = Object.entries(expectedFields(transaction))
  if (content.length !== expected.length) throw failed('the number of fields')
  expected.forEach(([name, value], place) => {
    if (!isSame(content[place], value)) throw failed(name)
  })
  const [v, r, s] = values.map(numberOf)
  const signature = { yParity: yParityOf(transaction, v), r: scalarOf(r, ORDER), s: scalarOf(s, ORDER / 2n + 1n) }
  if (recoveredFrom(hashOf(transaction, content), signature) !== senderOf(plan)) throw failed('the sender')
  if (txId !== hex(keccak256(bytesOf(raw)))) throw failed('the transaction id')
}

/** The last three items; on Kaia the last one, a list with the one signature. */
function partsOf(
  { type }: EvmTransaction,
  items: RlpStructuredData[],
): { readonly content: RlpStructuredData[]; readonly signature: RlpStructuredData[] } {
  if (type !== 'kaia') return { content: items.slice(0, -3), signature: items.slice(-3) }
  const list = items.at(-1)
  const [signature] = Array.isArray(list) && list.length === 1 ? list : []
  if (!Array.isArray(signature) || signature.length !== 3) throw failed('the list of signatures')
  return { content: items.slice(0, -1), signature }
}

const failed = (what: string): KeywardError =>
  new KeywardError('VERIFICATION_FAILED', `the signed bytes do not agree with the plan: ${what}`, {
    advice: 'Nothing was sent. This is a defect in Keyward or a failing computer: please report it.',
  })

/** The items of the list, each as hexadecimal. Only one text is taken for one transaction. */
function decode(raw: string, prefix: string): RlpStructuredData[] {
  if (!raw.startsWith(prefix) || raw !== raw.toLowerCase()) throw failed('the type')
  const encoded = `0x${raw.slice(prefix.length)}`
  const items = decodeList(encoded)
  if (byteLength(encoded) !== shortestLength(items)) throw failed('the encoding')
  return items
}

function decodeList(encoded: string): RlpStructuredData[] {
  let items: RlpStructuredData
  try {
    items = decodeRlp(encoded)
  } catch {
    throw failed('the encoding')
  }
  if (Array.isArray(items)) return items
  throw failed('the encoding')
}

/** Bytes of the shortest encoding. There is one of that length only: every other way to write the same items has needless bytes in a header. */
function shortestLength(item: RlpStructuredData): number {
  if (Array.isArray(item)) return withHeader(item.reduce((sum, element) => sum + shortestLength(element), 0))
  const isOwnEncoding = byteLength(item) === 1 && item < '0x80'
  return isOwnEncoding ? 1 : withHeader(byteLength(item))
}

const withHeader = (payload: number): number => 1 + (payload > 55 ? byteLength(quantity(BigInt(payload))) : 0) + payload

const byteLength = (hexadecimal: string): number => hexadecimal.length / 2 - 1

const isSame = (one: RlpStructuredData | undefined, other: RlpStructuredData): boolean =>
  one === other || JSON.stringify(one) === JSON.stringify(other)

function numberOf(item: RlpStructuredData): bigint {
  if (typeof item !== 'string' || item.startsWith('0x00')) throw failed('a number of the signature')
  return item === '0x' ? 0n : BigInt(item)
}

/** EIP-155 for legacy transactions, the bare parity for typed ones. */
function yParityOf({ type, chainId }: EvmTransaction, v: bigint | undefined): 0 | 1 {
  const base = type === 'legacy' || type === 'kaia' ? 35n + 2n * chainId : 0n
  if (v === base) return 0
  if (v === base + 1n) return 1
  throw failed('the chain id in the signature')
}

function scalarOf(number: bigint | undefined, limit: bigint): string {
  if (number === undefined || number === 0n || number >= limit) throw failed('the range of the signature')
  return number.toString(16).padStart(64, '0')
}

function hashOf(transaction: EvmTransaction, content: RlpStructuredData[]): Buffer {
  const { type, chainId } = transaction
  if (type === 'kaia') {
    const inner = encodeRlp([prefixOf(transaction), ...content])
    return keccak256(bytesOf(encodeRlp([inner, quantity(chainId), '0x', '0x'])))
  }
  const signed = type === 'legacy' ? [...content, quantity(chainId), '0x', '0x'] : content
  return keccak256(bytesOf(`${TYPE_PREFIX[type]}${encodeRlp(signed).slice(2)}`))
}

function recoveredFrom(hash: Buffer, { yParity, r, s }: { yParity: 0 | 1; r: string; s: string }): string | undefined {
  const signature = Buffer.from(r + s, 'hex')
  const publicKey = recover(hash, { signature, recoveryId: yParity }, false)
  return publicKey === undefined ? undefined : addressOf(publicKey)
}

const bytesOf = (text: string): Buffer => Buffer.from(text.slice(2), 'hex')
