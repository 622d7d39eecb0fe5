import type { ChainCode, Network, SignatureId } from './ids.js'
import type { Secret } from './secret.js'

/** What a wallet signs from, in the order of preference when an old wallet holds several. */
export const WALLET_KINDS = ['mnemonic', 'privateKey', 'secret'] as const
export type WalletKind = (typeof WALLET_KINDS)[number]

/** A ManagedWallet without its secret: what lists, caches and logs may hold. */
export interface WalletDescriptor {
  readonly signatureId: SignatureId
  readonly chain: ChainCode
  readonly network: Network
  readonly kind: WalletKind
  /** Extended public key of the node whose children are the addresses; mnemonic wallets only. */
  readonly xpub?: string
  /** The one address of a wallet without children. */
  readonly address?: string
  /** ISO 8601, UTC. Absent for wallets that were imported without a date. */
  readonly createdAt?: string
}

/** The secret parts by name. At least the one that `kind` names is present. */
export type WalletMaterial = Readonly<Partial<Record<WalletKind, Secret>>>

/** A wallet with its secrets. Whoever is handed one wipes it after use. */
export interface ManagedWallet {
  readonly descriptor: WalletDescriptor
  readonly material: WalletMaterial
  /** Members of an imported wallet that this version does not know, as a JSON object. They may be sensitive, so they are kept as a secret. */
  readonly extra?: Secret
}

export function wipeWallet(wallet: ManagedWallet): void {
  wipeMaterial(wallet.material)
  wallet.extra?.wipe()
}

export function wipeMaterial(material: WalletMaterial): void {
  for (const kind of WALLET_KINDS) material[kind]?.wipe()
}

/** The caller wipes the copy. */
export function cloneWallet({ descriptor, material, extra }: ManagedWallet): ManagedWallet {
  const copies: Partial<Record<WalletKind, Secret>> = {}
  for (const kind of WALLET_KINDS) {
    const secret = material[kind]
    if (secret) copies[kind] = secret.clone()
  }
  return { descriptor, material: copies, ...(extra ? { extra: extra.clone() } : {}) }
}
