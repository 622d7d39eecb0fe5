import { KeywardError } from '../../../../src/core/errors.js'
import { hexAndAmounts, scriptFor } from '../arbitrary.js'
import { FamilyMember } from '../family.js'
import type { StoredWallet, WalletVector } from '../family.js'

export const bch = await FamilyMember.load('BCH')
export const wallets: readonly WalletVector[] = bch.vectors.wallets.filter(({ testnet }) => !testnet)

export function mnemonicWallet(wallet: number): StoredWallet {
  const { mnemonic, xpub } = wallets[wallet]!
  return { mnemonic, xpub, chain: 'BCH', testnet: false }
}

export const keyWallet = (wallet: number, key: number): StoredWallet => ({
  privateKey: wallets[wallet]!.keys[key]!.privateKey,
  chain: 'BCH',
  testnet: false,
})

/** The script under which a key of the vectors receives. */
export const scriptAt = (wallet: number, key: number): string =>
  scriptFor('p2pkh', wallets[wallet]!.keys[key]!.publicKey)

/** A request that spends so many outputs of 10,000 satoshi each. */
export const spending = (inputs: number, version = 2): string =>
  hexAndAmounts({
    version,
    nLockTime: 0,
    inputs: Array.from({ length: inputs }, (_, position) => ({
      prevTxId: (position + 1).toString(16).padStart(64, '0'),
      outputIndex: position,
      sequenceNumber: 0xffffffff,
      output: { satoshis: 10_000, script: '' },
    })),
    outputs: [{ satoshis: inputs * 10_000 - 500, script: `76a914${'11'.repeat(20)}88ac` }],
  })

export const pendingOf = (serializedTransaction: string, members: object): Readonly<Record<string, unknown>> => ({
  id: '3255f483568088ed32ef90b2',
  chain: 'BCH',
  hashes: [],
  serializedTransaction,
  ...members,
})

/** What a promise or a call is refused with. */
export async function refusalOf(action: () => unknown): Promise<KeywardError> {
  try {
    await action()
  } catch (thrown) {
    if (thrown instanceof KeywardError) return thrown
    throw thrown
  }
  throw new Error('it was not refused')
}
