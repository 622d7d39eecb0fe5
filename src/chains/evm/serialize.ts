import type { AccessListEntry } from './fields.js'
import { KAIA_TYPE } from './kaia.js'
import { kaiaFields } from './kaia-fields.js'
import type { EvmTransaction } from './plan.js'
import { encodeRlp, minimalBytes } from '../common/rlp.js'
import type { RlpItem } from '../common/rlp.js'

/** Signature values of one transaction: r and s, 32 bytes each, and the parity of the y coordinate. */
export interface TransactionSignature {
  readonly r: Uint8Array
  readonly s: Uint8Array
  readonly yParity: number
}

const NOTHING = Buffer.alloc(0)
const fromHex = (text: string): Buffer => Buffer.from(text.slice(2), 'hex')

/** The bytes whose hash is signed. EIP-155 adds the chain id and two empty fields to a legacy transaction; typed ones (EIP-2718) carry it themselves. */
export function signingPayload(transaction: EvmTransaction): Buffer {
  const fields = fieldsOf(transaction)
  if (transaction.type === 'kaia') {
    const content = encodeRlp([Buffer.of(KAIA_TYPE[transaction.kind]), ...fields])
    return encodeRlp([content, minimalBytes(transaction.chainId), NOTHING, NOTHING])
  }
  return transaction.type === 'legacy'
    ? encodeRlp([...fields, minimalBytes(transaction.chainId), NOTHING, NOTHING])
    : envelope(transaction, fields)
}

/** What is broadcast. */
export function signedBytes(transaction: EvmTransaction, { r, s, yParity }: TransactionSignature): Buffer {
  const hasEip155 = transaction.type === 'legacy' || transaction.type === 'kaia'
  const v = hasEip155 ? transaction.chainId * 2n + 35n + BigInt(yParity) /* EIP-155 */ : BigInt(yParity)
  const signature = [minimalBytes(v), withoutLeadingZeros(r), withoutLeadingZeros(s)]
  // On Kaia an account may have several keys, so signatures are a list.
  return envelope(transaction, [...fieldsOf(transaction), ...(transaction.type === 'kaia' ? [[signature]] : signature)])
}

/** EIP-2718: typed transactions start with their type. */
function envelope(transaction: EvmTransaction, items: readonly RlpItem[]): Buffer {
  const encoded = encodeRlp(items)
  switch (transaction.type) {
    case 'legacy':
      return encoded
    case 'eip2930':
      return Buffer.concat([Buffer.of(1), encoded])
    case 'eip1559':
      return Buffer.concat([Buffer.of(2), encoded])
    case 'cip64':
      return Buffer.concat([Buffer.of(0x7b), encoded])
    case 'kaia':
      return Buffer.concat([Buffer.of(KAIA_TYPE[transaction.kind]), encoded])
  }
}

function fieldsOf(transaction: EvmTransaction): RlpItem[] {
  const { to, value, data, gas, nonce, chainId } = transaction
  const payment = [
    minimalBytes(gas),
    to === undefined ? NOTHING : fromHex(to),
    minimalBytes(value),
    fromHex(data),
  ] as const
  switch (transaction.type) {
    case 'legacy':
      return [minimalBytes(nonce), minimalBytes(transaction.gasPrice), ...payment]
    case 'eip2930': {
      const price = minimalBytes(transaction.gasPrice)
      return [minimalBytes(chainId), minimalBytes(nonce), price, ...payment, accessListItem(transaction.accessList)]
    }
    case 'kaia':
      return kaiaFields(transaction)
    case 'eip1559':
    case 'cip64': {
      const tip = minimalBytes(transaction.maxPriorityFeePerGas)
      const cap = minimalBytes(transaction.maxFeePerGas)
      const list = accessListItem(transaction.accessList)
      const fields = [minimalBytes(chainId), minimalBytes(nonce), tip, cap, ...payment, list]
      // CIP-64: as EIP-1559, and the token that pays. https://github.com/celo-org/celo-proposals/blob/master/CIPs/cip-0064.md
      return transaction.type === 'cip64' ? [...fields, fromHex(transaction.feeCurrency)] : fields
    }
  }
}

const accessListItem = (list: readonly AccessListEntry[]): RlpItem =>
  list.map(({ address, storageKeys }) => [fromHex(address), storageKeys.map(fromHex)])

/** r and s are numbers to RLP, so one in 256 signatures is a byte shorter. */
function withoutLeadingZeros(number: Uint8Array): Uint8Array {
  const first = number.findIndex((byte) => byte !== 0)
  return number.subarray(first === -1 ? number.length : first)
}
