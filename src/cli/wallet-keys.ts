import type { App } from '../composition-root.js'
import type { Chain } from '../core/chain.js'
import type { SignatureId } from '../core/ids.js'
import type { Secret } from '../core/secret.js'
import { wipeWallet } from '../core/wallet.js'
import type { ManagedWallet } from '../core/wallet.js'

/** Lends a stored wallet and its chain. @throws KeywardError WALLET_*, BACKEND_*, CHAIN_UNKNOWN */
export async function withWallet(
  app: App,
  id: SignatureId,
  use: (wallet: ManagedWallet, chain: Chain) => Promise<void>,
): Promise<void> {
  const backend = await app.backend()
  const wallet = await backend.get(id)
  try {
    await use(wallet, await app.chains.load(app.chains.resolve(wallet.descriptor.chain)))
  } finally {
    wipeWallet(wallet)
  }
}

/** The key in the chain's own text form; of a chain secret, what was stored. The caller wipes it. @throws KeywardError INDEX_INVALID */
export function privateKeyOf(wallet: ManagedWallet, chain: Chain, index: number | undefined): Secret {
  const { secret } = wallet.material
  if (wallet.descriptor.kind === 'secret' && secret !== undefined) return secret.clone()
  // Without an index the wallet must be one that needs none; which key is meant then does not depend on the index.
  if (index === undefined) addressOf(wallet, chain, undefined)
  return chain.keys.privateKey(wallet, index ?? 0)
}

/**
 * The address of the key that would sign. Not taken from the stored xpub or address: coins sent to an address that the stored secret does not own are
 * lost.
 * @throws KeywardError INDEX_INVALID
 */
export function addressOf(wallet: ManagedWallet, chain: Chain, index: number | undefined): string {
  const source = chain.keys.open(wallet)
  try {
    const key = source.key(index)
    key.wipe()
    return key.address
  } finally {
    source.wipe()
  }
}
