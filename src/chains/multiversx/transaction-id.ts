import { blake2b } from '@noble/hashes/blake2'
import { addressBytes } from './address.js'
import type { UnsignedTransaction } from './plan.js'

/*
 * The id of a transaction is BLAKE2b-256 of its protobuf form: https://github.com/multiversx/mx-chain-core-go/blob/main/data/transaction/proto/transaction.proto
 */

const FIELD = {
  ...{ nonce: 1, value: 2, receiver: 3, sender: 5, gasPrice: 7, gasLimit: 8 },
  ...{ data: 9, chainId: 10, version: 11, signature: 12 },
} as const

/** 64 lower-case hexadecimal digits. */
export const transactionId = (transaction: UnsignedTransaction, signature: Uint8Array): string =>
  Buffer.from(blake2b(encode(transaction, signature), { dkLen: 32 })).toString('hex')

export const encode = (transaction: UnsignedTransaction, signature: Uint8Array): Buffer =>
  Buffer.concat([
    number(FIELD.nonce, transaction.nonce),
    bytes(FIELD.value, signedMagnitude(BigInt(transaction.value))),
    bytes(FIELD.receiver, addressBytes(transaction.to) ?? new Uint8Array()),
    bytes(FIELD.sender, addressBytes(transaction.sender) ?? new Uint8Array()),
    number(FIELD.gasPrice, transaction.gasPrice),
    number(FIELD.gasLimit, transaction.gasLimit),
    bytes(FIELD.data, Buffer.from(transaction.data, 'base64')),
    bytes(FIELD.chainId, Buffer.from(transaction.chainId, 'ascii')),
    number(FIELD.version, transaction.version),
    bytes(FIELD.signature, signature),
  ])

/** A byte for the sign, which is never minus here, and the digits; zero has a byte of zero. */
function signedMagnitude(value: bigint): Buffer {
  const digits = value.toString(16)
  return Buffer.from(`00${digits.length % 2 === 0 ? digits : `0${digits}`}`, 'hex')
}

/** Zero is left out. */
const number = (field: number, value: number): Buffer =>
  value === 0 ? Buffer.alloc(0) : Buffer.concat([varint(BigInt(field << 3)), varint(BigInt(value))])

/** What is empty is left out. */
const bytes = (field: number, value: Uint8Array): Buffer =>
  value.length === 0
    ? Buffer.alloc(0)
    : Buffer.concat([varint(BigInt((field << 3) | 2)), varint(BigInt(value.length)), value])

function varint(value: bigint): Buffer {
  const groups: number[] = []
  let rest = value
  do {
    groups.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(groups)
}
