import { vectors } from './fixtures.js'
import type { StoredWallet, WalletVector } from './fixtures.js'

/** Names for wallets in tests. */
export const A = '68174303-0197-44ef-a93b-e95e554a629c'
export const B = '4fa279d4-a364-4344-bd1a-c2f0edb3f545'
export const C = '0c811eef-e2af-40d1-8bbf-f0255f9da1c4'

/** Mainnet wallets of the vectors. */
export const mainnet: readonly WalletVector[] = vectors.wallets.filter((wallet) => !wallet.testnet)

export function mnemonicWallet(wallet: number): StoredWallet {
  const { mnemonic, xpub } = mainnet[wallet]!
  return { mnemonic, xpub, chain: 'BTC', testnet: false }
}

export const keyWallet = (wallet: number, key: number): StoredWallet => ({
  privateKey: mainnet[wallet]!.keys[key]!.privateKey,
  chain: 'BTC',
  testnet: false,
})

/** The pay-to-witness-public-key-hash script of a key of the vectors, by its place (indexes 0, 1, 5 and the last). */
export const publicKeyAt = (wallet: number, key: number): string => mainnet[wallet]!.keys[key]!.publicKey

export interface Spent {
  readonly script: string
  readonly satoshis?: number
  readonly txId?: string
}

let counter = 0

/** The server's JSON for these inputs and outputs; members can be overridden. */
export function serialized(
  inputs: readonly Spent[],
  outputs: readonly { satoshis: number; script: string }[] = [{ satoshis: 500, script: `0014${'11'.repeat(20)}` }],
  members: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    version: 2,
    nLockTime: 0,
    inputs: inputs.map(({ script, satoshis = 1000, txId }) => ({
      prevTxId: txId ?? (++counter).toString(16).padStart(64, '0'),
      outputIndex: 0,
      sequenceNumber: 0xffffffff,
      script: '',
      scriptString: '',
      output: { satoshis, script },
    })),
    outputs,
    ...members,
  })
}

export const pendingOf = (
  serializedTransaction: string,
  members: Readonly<Record<string, unknown>>,
): Record<string, unknown> => ({
  id: '3255f483568088ed32ef90b2',
  chain: 'BTC',
  hashes: [],
  serializedTransaction,
  ...members,
})
