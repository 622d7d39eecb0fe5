import type { Chain, KeySource, SigningKey } from './chain.js'
import type { Clock } from './clock.js'
import { KeywardError } from './errors.js'
import type { SignatureId } from './ids.js'
import type { SecretBackend } from './secret-backend.js'
import type { Signer } from './signing-plan.js'
import { wipeWallet } from './wallet.js'

export interface KeyringOptions {
  /** How long an opened wallet may stay in memory after it was read; 0 reads the backend for every use. */
  readonly cacheMs: number
  /** How many opened wallets may stay in memory; the least recently used goes first. */
  readonly maxWallets: number
}

interface OpenWallet {
  readonly source: Promise<KeySource>
  expiresAt: number
  users: number
  retired: boolean
}

/**
 * The one place where secrets are plain. Lends signing keys for the length of one synchronous call and wipes them after it. Opened wallets are kept for a
 * short time, so that a busy wallet costs one read and one seed derivation, not one for each transaction.
 */
export class Keyring {
  readonly #open = new Map<SignatureId, OpenWallet>()
  readonly #sweeper: NodeJS.Timeout

  constructor(
    private readonly backend: SecretBackend,
    private readonly clock: Clock,
    private readonly options: KeyringOptions,
  ) {
    this.#sweeper = setInterval(() => this.#sweep(), 1000)
    this.#sweeper.unref()
  }

  /**
   * Calls `use` with a function that opens the key of a signer. Keys are wiped when `use` returns; it must not keep them.
   * @throws KeywardError SIGNER_MISMATCH when a wallet's key does not have the address that the plan names, and the backend's errors.
   */
  async with<T>(
    chain: Chain,
    signers: readonly Signer[],
    use: (keyOf: (signer: Signer) => SigningKey) => T,
  ): Promise<T> {
    const ids = [...new Set(signers.map((signer) => signer.signatureId))]
    const wallets = new Map(ids.map((id) => [id, this.#acquire(chain, id)]))
    const lent: SigningKey[] = []
    try {
      const sources = new Map<SignatureId, KeySource>()
      for (const [id, wallet] of wallets) sources.set(id, await wallet.source)
      return use((signer) => {
        const source = sources.get(signer.signatureId)
        if (!source)
          throw new KeywardError('SIGNER_MISMATCH', `wallet ${signer.signatureId} is not a signer of this plan`)
        const key = source.key(signer.index)
        lent.push(key)
        if (key.address !== signer.address) {
          throw new KeywardError('SIGNER_MISMATCH', `wallet ${signer.signatureId} does not own ${signer.address}`, {
            advice: 'The wallet in the backend is another one than the one this transaction was planned for.',
          })
        }
        return key
      })
    } finally {
      for (const key of lent) key.wipe()
      for (const wallet of wallets.values()) this.#release(wallet)
    }
  }

  /** Address of the key at an index, for wallets that cannot be described without their secret. @throws as `with` */
  async addressOf(chain: Chain, { signatureId, index }: Pick<Signer, 'signatureId' | 'index'>): Promise<string> {
    const wallet = this.#acquire(chain, signatureId)
    try {
      const key = (await wallet.source).key(index)
      key.wipe()
      return key.address
    } finally {
      this.#release(wallet)
    }
  }

  /** Wipes everything that is not in use at this moment, and the rest as soon as it is not. */
  clear(): void {
    for (const id of [...this.#open.keys()]) this.#retire(id)
  }

  close(): void {
    clearInterval(this.#sweeper)
    this.clear()
  }

  #acquire(chain: Chain, id: SignatureId): OpenWallet {
    const known = this.#open.get(id)
    const now = this.clock.now()
    if (known && !this.#expired(known)) {
      this.#open.delete(id) // Re-inserted last: the map's order is the order of use.
      this.#open.set(id, known)
      known.users += 1
      return known
    }
    if (known) this.#retire(id)
    const wallet: OpenWallet = {
      source: this.#read(chain, id),
      expiresAt: now + this.options.cacheMs,
      users: 1,
      retired: false,
    }
    wallet.source.then(
      // A wallet that was in the backend's memory for a while has that time behind it.
      () => (wallet.expiresAt = Math.min(wallet.expiresAt, this.backend.usableUntil?.(id) ?? Infinity)),
      () => this.#forget(id, wallet),
    )
    this.#open.set(id, wallet)
    while (this.#open.size > Math.max(1, this.options.maxWallets)) {
      const oldest = this.#open.keys().next().value
      if (oldest === undefined || oldest === id) break
      this.#retire(oldest)
    }
    return wallet
  }

  async #read(chain: Chain, id: SignatureId): Promise<KeySource> {
    const wallet = await this.backend.get(id)
    try {
      if (wallet.descriptor.signatureId !== id || wallet.descriptor.chain !== chain.definition.code) {
        throw new KeywardError('WALLET_CORRUPT', `the backend answered for ${id} with another wallet`, {
          advice: 'Check the backend for swapped or edited records before anything else is signed.',
        })
      }
      return chain.keys.open(wallet)
    } finally {
      wipeWallet(wallet)
    }
  }

  #release(wallet: OpenWallet): void {
    wallet.users -= 1
    this.#wipeIfIdle(wallet)
  }

  /** Takes a wallet out of the cache; its keys are wiped once nobody uses them. */
  #retire(id: SignatureId): void {
    const wallet = this.#open.get(id)
    if (!wallet) return
    this.#open.delete(id)
    wallet.retired = true
    this.#wipeIfIdle(wallet)
  }

  /** A read that failed is not remembered. */
  #forget(id: SignatureId, wallet: OpenWallet): void {
    if (this.#open.get(id) === wallet) this.#open.delete(id)
  }

  #wipeIfIdle(wallet: OpenWallet): void {
    if (!wallet.retired || wallet.users > 0) return
    wallet.source.then(
      (source) => source.wipe(),
      () => undefined,
    )
  }

  #sweep(): void {
    for (const [id, wallet] of [...this.#open]) if (this.#expired(wallet)) this.#retire(id)
  }

  /** More time left than there ever was means that somebody has set the clock back. */
  #expired({ expiresAt }: OpenWallet): boolean {
    const leftMs = expiresAt - this.clock.now()
    return leftMs <= 0 || leftMs > this.options.cacheMs
  }
}
