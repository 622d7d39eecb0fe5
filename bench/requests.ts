import { createHash } from 'node:crypto'
import { address as addresses, networks, Transaction } from 'bitcoinjs-lib'
import type { StoredKey } from './stores.js'

/** An item of the API's list of pending transactions. */
export interface PendingItem {
  readonly id: string
  readonly chain: string
  readonly hashes: readonly string[]
  readonly serializedTransaction: string
}

export const BTC_INPUTS = 5
const GWEI = 10n ** 9n

const pendingId = (number: number): string => number.toString(16).padStart(24, '0')

/** Payments that leave nonce, gas and chain id to be looked up, spread over the wallets in turn. */
export function ethereumRequests(wallets: readonly StoredKey[], count: number): PendingItem[] {
  return Array.from({ length: count }, (_, n) => {
    const transaction = {
      to: wallets[(n + 1) % wallets.length]!.address,
      value: `0x${(BigInt(n + 1) * GWEI).toString(16)}`,
      gasPrice: `0x${(20n * GWEI).toString(16)}`,
    }
    return {
      id: pendingId(n + 1),
      chain: 'ETH',
      hashes: [wallets[n % wallets.length]!.id],
      serializedTransaction: JSON.stringify(transaction),
    }
  })
}

/** Transactions of five inputs, each of another wallet, and two outputs, in the form of the API. */
export function bitcoinRequests(wallets: readonly StoredKey[], count: number): PendingItem[] {
  return Array.from({ length: count }, (_, n) => {
    const owners = Array.from({ length: BTC_INPUTS }, (_, i) => wallets[(n * BTC_INPUTS + i) % wallets.length]!)
    const inputs = owners.map(({ address }, i) => ({
      prevTxId: createHash('sha256').update(`${n}/${i}`).digest('hex'),
      outputIndex: i,
      sequenceNumber: 0xffffffff,
      script: '',
      output: { satoshis: 100_000, script: scriptOf(address) },
    }))
    const outputs = [1, 2].map((i) => ({
      satoshis: 200_000 + i,
      script: scriptOf(wallets[(n + i) % wallets.length]!.address),
    }))
    return {
      id: pendingId(n + 1),
      chain: 'BTC',
      hashes: owners.map(({ id }) => id),
      serializedTransaction: JSON.stringify({ hash: idOf(inputs, outputs), version: 2, inputs, outputs, nLockTime: 0 }),
    }
  })
}

const scriptOf = (address: string): string =>
  Buffer.from(addresses.toOutputScript(address, networks.testnet)).toString('hex')

function idOf(
  inputs: readonly { readonly prevTxId: string; readonly outputIndex: number }[],
  outputs: readonly { readonly satoshis: number; readonly script: string }[],
): string {
  const transaction = new Transaction()
  transaction.version = 2
  for (const { prevTxId, outputIndex } of inputs) {
    transaction.addInput(Buffer.from(prevTxId, 'hex').reverse(), outputIndex)
  }
  for (const { satoshis, script } of outputs) transaction.addOutput(Buffer.from(script, 'hex'), BigInt(satoshis))
  return transaction.getId()
}
