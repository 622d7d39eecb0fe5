import type { ChainDefinition, WalletDraft } from '../core/chain.js'
import { newSignatureId } from '../core/ids.js'
import type { Network } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { SecretBackend } from '../core/secret-backend.js'
import { wipeWallet } from '../core/wallet.js'
import type { ManagedWallet } from '../core/wallet.js'

/** Names a draft: from here on the wallet owns the draft's material. */
export function nameWallet(draft: WalletDraft, chain: ChainDefinition, network: Network): ManagedWallet {
  const { kind, material, xpub, address } = draft
  return {
    descriptor: {
      signatureId: newSignatureId(),
      chain: chain.code,
      network,
      kind,
      ...(xpub === undefined ? {} : { xpub }),
      ...(address === undefined ? {} : { address }),
      createdAt: new Date().toISOString(),
    },
    material,
  }
}

/**
 * Stores one wallet and wipes it.
 * @returns what the outside may know of it: `{signatureId, address?, xpub?}`. It is durable then.
 */
export async function storeWallet(backend: SecretBackend, wallet: ManagedWallet): Promise<JsonObject> {
  try {
    await backend.create([wallet])
  } finally {
    wipeWallet(wallet)
  }
  const { signatureId, address, xpub } = wallet.descriptor
  return { signatureId, address, xpub }
}
