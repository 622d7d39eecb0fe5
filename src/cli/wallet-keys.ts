import type { App } from '../composition-root.js'
import type { Chain } from '../core/chain.js'
import { KeywardError } from '../core/errors.js'
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

function demandIndex(wallet: ManagedWallet, index: number | undefined): number {
  if (index !== undefined) return index
  // A wallet without children has one key, whatever the index.
  if (wallet.descriptor.kind !== 'mnemonic') return 0
  throw new KeywardError('INDEX_INVALID', `wallet ${wallet.descriptor.signatureId} has many keys: an index is needed`, {
    advice: 'Give the index after the signatureId; the first one is 0.',
  })
}

/** The key in the chain's own text form; of a wallet that is a single key or a chain secret, what was stored. The caller wipes it. */
export function privateKeyOf(wallet: ManagedWallet, chain: Chain, index: number | undefined): Secret {
  const { secret } = wallet.material
  if (wallet.descriptor.kind === 'secret' && secret !== undefined) return secret.clone()
  return chain.keys.privateKey(wallet, demandIndex(wallet, index))
}

/**
 * The address of the key that would sign. Not taken from the stored xpub or address: coins sent to an address that the stored secret does not own are
 * lost.
 */
export function addressOf(wallet: ManagedWallet, chain: Chain, index: number | undefined): string {
  const source = chain.keys.open(wallet)
  try {
    const key = source.key(demandIndex(wallet, index))
    key.wipe()
    return key.address
  } finally {
    source.wipe()
  }
}
