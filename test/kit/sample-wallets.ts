import { chainCodeSchema, newSignatureId, signatureIdSchema } from '../../src/core/ids.js'
import type { SignatureId } from '../../src/core/ids.js'
import { Secret } from '../../src/core/secret.js'
import { WALLET_KINDS, wipeWallet } from '../../src/core/wallet.js'
import type { ManagedWallet, WalletDescriptor, WalletKind } from '../../src/core/wallet.js'

export interface SampleWallet {
  readonly signatureId?: SignatureId
  readonly chain?: string
  readonly network?: 'mainnet' | 'testnet'
  readonly kind?: WalletKind
  readonly xpub?: string
  readonly address?: string
  readonly createdAt?: string
  readonly material?: Partial<Record<WalletKind, string>>
  readonly extra?: string
}

/** A wallet of test material. Its secrets are never real ones. */
export function sampleWallet(sample: SampleWallet = {}): ManagedWallet {
  const {
    signatureId = newSignatureId(),
    chain = 'BTC',
    network = 'testnet',
    kind = 'mnemonic',
    xpub,
    address,
  } = sample
  const material = sample.material ?? { [kind]: `test-only ${kind} of ${signatureId}` }
  return {
    descriptor: {
      signatureId,
      chain: chainCodeSchema.parse(chain),
      network,
      kind,
      ...(xpub === undefined ? {} : { xpub }),
      ...(address === undefined ? {} : { address }),
      ...(sample.createdAt === undefined ? {} : { createdAt: sample.createdAt }),
    },
    material: Object.fromEntries(Object.entries(material).map(([name, text]) => [name, Secret.fromText(text)])),
    ...(sample.extra === undefined ? {} : { extra: Secret.fromText(sample.extra) }),
  }
}

/** The n-th id of a fixed row of UUIDs. */
export const numberedId = (n: number): SignatureId =>
  signatureIdSchema.parse(`00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`)

export interface PlainWallet {
  readonly descriptor: WalletDescriptor
  readonly material: Readonly<Partial<Record<WalletKind, string>>>
  readonly extra?: string
}

/** A wallet in a form that tests can compare. */
export function plainWallet(wallet: ManagedWallet): PlainWallet {
  const material: Partial<Record<WalletKind, string>> = {}
  for (const kind of WALLET_KINDS) if (wallet.material[kind]) material[kind] = wallet.material[kind].text()
  return { descriptor: wallet.descriptor, material, ...(wallet.extra ? { extra: wallet.extra.text() } : {}) }
}

/** Reads one wallet in that form, and wipes it as every caller should. */
export async function readPlain(
  backend: { get(id: SignatureId): Promise<ManagedWallet> },
  id: SignatureId,
): Promise<PlainWallet> {
  const wallet = await backend.get(id)
  try {
    return plainWallet(wallet)
  } finally {
    wipeWallet(wallet)
  }
}
