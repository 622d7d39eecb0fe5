import type { KaiaKind } from './kaia.js'
import { minimalBytes } from '../common/rlp.js'
import type { RlpItem } from '../common/rlp.js'

interface KaiaTransaction {
  readonly kind: KaiaKind
  readonly nonce: bigint
  readonly gasPrice: bigint
  readonly gas: bigint
  readonly to?: string | undefined
  readonly value: bigint
  readonly from: string
  readonly data: string
  readonly accountKey?: string | undefined
}

const fromHex = (text: string): Buffer => Buffer.from(text.slice(2), 'hex')

/** The fields of a type in their order, without type and signature. */
export function kaiaFields({ kind, ...transaction }: KaiaTransaction): RlpItem[] {
  const to = fromHex(transaction.to ?? '0x')
  const from = fromHex(transaction.from)
  const data = fromHex(transaction.data)
  const [nonce, gasPrice, gas, value, zero] = [
    minimalBytes(transaction.nonce),
    minimalBytes(transaction.gasPrice),
    minimalBytes(transaction.gas),
    minimalBytes(transaction.value),
    minimalBytes(0n),
  ]
  const head = [nonce, gasPrice, gas]
  switch (kind) {
    case 'VALUE_TRANSFER':
      return [...head, to, value, from]
    case 'VALUE_TRANSFER_MEMO':
    case 'SMART_CONTRACT_EXECUTION':
      return [...head, to, value, from, data]
    case 'ACCOUNT_UPDATE':
      return [...head, from, fromHex(transaction.accountKey ?? '0x')]
    case 'SMART_CONTRACT_DEPLOY':
      return [...head, to, value, from, data, zero /* no readable address */, zero /* code for the EVM */]
    case 'CANCEL':
      return [...head, from]
  }
}
