import { readFileSync } from 'node:fs'

interface DerivedKey {
  readonly index: number
  readonly address: string
  readonly privateKey: string
}

export interface VectorWallet {
  readonly mnemonic: string
  readonly testnet: boolean
  readonly xpub: string
  readonly keys: readonly DerivedKey[]
}

interface VectorFile {
  readonly wallets: readonly (Omit<VectorWallet, 'keys'> & { keys?: DerivedKey[]; derived?: DerivedKey[] })[]
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../vectors/${name}`, import.meta.url), 'utf8'))

/** A wallet of the golden vectors: what the reference tool derives. */
export function vectorWallet(chain: 'btc' | 'eth', testnet: boolean): VectorWallet {
  const found = (read(`${chain}.json`) as VectorFile).wallets.find((wallet) => wallet.testnet === testnet)
  if (found === undefined) throw new Error(`no ${chain} wallet in the vectors`)
  const { mnemonic, xpub, keys, derived } = found
  return { mnemonic, testnet, xpub, keys: keys ?? derived ?? [] }
}

export type LegacyEntry = Readonly<Record<string, string | boolean>>

/** A wallet file that the reference tool wrote, with its content. */
export const legacyWallet = {
  bytes: readFileSync(new URL('../../vectors/legacy/wallet.dat', import.meta.url)),
  ...(read('legacy/wallet.json') as { password: string; store: Record<string, LegacyEntry> }),
}
