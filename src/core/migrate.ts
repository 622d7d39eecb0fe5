import { asKeywardError, KeywardError } from './errors.js'
import type { SignatureId } from './ids.js'
import { removeFromSource } from './migration-removal.js'
import type { RemovalMode, SecretBackend, WalletFilter } from './secret-backend.js'
import { sameWallet } from './same-wallet.js'
import { wipeWallet } from './wallet.js'
import type { ManagedWallet, WalletDescriptor } from './wallet.js'

export interface MigrationOptions {
  readonly filter: WalletFilter
  /** Reads and compares, writes nothing. */
  readonly dryRun: boolean
  /** How wallets leave the source once all of them are safe in the target; absent: they stay. */
  readonly removal?: RemovalMode
  /** As `BackendDependencies.inspect`: what does not hold of what a wallet claims about itself. */
  readonly inspect: (wallet: ManagedWallet) => Promise<readonly string[]>
  readonly progress?: (done: number, total: number) => void
  /** Ends it after the wallets that are underway; what was moved stays moved, and the next run goes on from there. */
  readonly signal?: AbortSignal
}

/** `moved`: written, read back and derived. `there`: the target had the same wallet already. `would-move`: a dry run found nothing against it. */
export type MigrationResult = 'moved' | 'there' | 'would-move' | 'failed' | 'not-reached'

export interface MigratedWallet {
  readonly descriptor: WalletDescriptor
  result: MigrationResult
  error?: KeywardError
  /** Was it taken out of the source? */
  removed: boolean
}

/** Wallets that are read, written and verified together. Large enough for stores that are written as a whole, small enough to lose little. */
const GROUP = 100

/**
 * Copies wallets from one backend to another and proves each copy: read back from the target, the same to the last byte, and its address or xpub derived anew. A
 * wallet that the target has already is compared, not written, so the same call after a crash goes on where the first one ended. The source is touched only when
 * every wallet is proven.
 * @returns one entry for each wallet of the source that the filter lets through. @throws KeywardError when the source or target cannot be listed.
 */
export async function migrateWallets(
  source: SecretBackend,
  target: SecretBackend,
  options: MigrationOptions,
): Promise<readonly MigratedWallet[]> {
  const wallets: MigratedWallet[] = []
  const seen = new Set<SignatureId>()
  for await (const descriptor of source.list(options.filter)) {
    if (seen.has(descriptor.signatureId)) continue // Pages of a listing that changes meanwhile may overlap.
    seen.add(descriptor.signatureId)
    wallets.push({ descriptor, result: 'not-reached', removed: false })
  }
  const there = await idsOf(target)
  const migration = new Migration(source, target, there, options)
  for (let at = 0; at < wallets.length && options.signal?.aborted !== true; at += GROUP) {
    await migration.group(wallets.slice(at, at + GROUP))
    options.progress?.(Math.min(at + GROUP, wallets.length), wallets.length)
  }
  const proven = wallets.every(({ result }) => result === 'moved' || result === 'there')
  if (options.removal !== undefined && proven) {
    await removeFromSource(source, target, wallets, { mode: options.removal, signal: options.signal })
  }
  return wallets
}

class Migration {
  constructor(
    private readonly source: SecretBackend,
    private readonly target: SecretBackend,
    private readonly there: ReadonlySet<SignatureId>,
    private readonly options: MigrationOptions,
  ) {}

  async group(group: readonly MigratedWallet[]): Promise<void> {
    const read = new Map<SignatureId, ManagedWallet>()
    try {
      await this.#readInto(read, group)
      const sound = group.filter(({ descriptor }) => read.has(descriptor.signatureId))
      const known = sound.filter(({ descriptor }) => this.there.has(descriptor.signatureId))
      const fresh = sound.filter(({ descriptor }) => !this.there.has(descriptor.signatureId))
      const written = this.options.dryRun ? [] : await this.#write(fresh, read)
      await this.#prove(known, read, 'there')
      await this.#prove(written, read, 'moved')
      if (this.options.dryRun) for (const wallet of fresh) wallet.result = 'would-move'
    } finally {
      for (const wallet of read.values()) wipeWallet(wallet)
    }
  }

  /** Only wallets that could sign are worth moving: a spoilt one is reported, and stays where it is. */
  async #readInto(read: Map<SignatureId, ManagedWallet>, group: readonly MigratedWallet[]): Promise<void> {
    for await (const result of this.source.getMany(group.map(({ descriptor }) => descriptor.signatureId))) {
      const entry = group.find(({ descriptor }) => descriptor.signatureId === result.signatureId)
      if ('error' in result) fail(entry, result.error)
      else if (await this.#holds(entry, result.wallet)) read.set(result.signatureId, result.wallet)
      else wipeWallet(result.wallet)
    }
  }

  /** All together; when that fails, one by one, so that one wallet that cannot be kept holds up no other. @returns what was written. */
  async #write(
    fresh: readonly MigratedWallet[],
    read: ReadonlyMap<SignatureId, ManagedWallet>,
  ): Promise<readonly MigratedWallet[]> {
    const secretsOf = (wallets: readonly MigratedWallet[]): ManagedWallet[] =>
      wallets.flatMap(({ descriptor }) => read.get(descriptor.signatureId) ?? [])
    try {
      await this.target.create(secretsOf(fresh))
      return fresh
    } catch (thrown) {
      if (fresh.length === 1) return this.#refused(fresh, thrown)
    }
    const written: MigratedWallet[] = []
    for (const wallet of fresh) {
      try {
        await this.target.create(secretsOf([wallet]))
        written.push(wallet)
      } catch (thrown) {
        written.push(...this.#refused([wallet], thrown))
      }
    }
    return written
  }

  /** A wallet that another run of this migration has written meanwhile is proven like any other. */
  #refused(wallets: readonly MigratedWallet[], thrown: unknown): readonly MigratedWallet[] {
    const error = asKeywardError(thrown)
    if (error.code === 'WALLET_EXISTS') return wallets
    for (const wallet of wallets) fail(wallet, error)
    return []
  }

  async #prove(
    group: readonly MigratedWallet[],
    read: ReadonlyMap<SignatureId, ManagedWallet>,
    result: 'moved' | 'there',
  ): Promise<void> {
    if (group.length === 0) return
    const entries = new Map(group.map((entry) => [entry.descriptor.signatureId, entry]))
    for await (const answer of this.target.getMany(entries.keys())) {
      const entry = entries.get(answer.signatureId)
      if ('error' in answer) {
        fail(entry, answer.error)
        continue
      }
      try {
        const original = read.get(answer.signatureId)
        if (original === undefined || !sameWallet(original, answer.wallet)) fail(entry, different(answer.signatureId))
        else if (entry && (await this.#holds(entry, answer.wallet))) entry.result = result
      } finally {
        wipeWallet(answer.wallet)
      }
    }
  }

  async #holds(entry: MigratedWallet | undefined, wallet: ManagedWallet): Promise<boolean> {
    try {
      const problems = await this.options.inspect(wallet)
      if (problems.length === 0) return true
      fail(entry, unsound(wallet.descriptor.signatureId, problems))
    } catch (thrown) {
      fail(entry, asKeywardError(thrown))
    }
    return false
  }
}

async function idsOf(backend: SecretBackend): Promise<ReadonlySet<SignatureId>> {
  const ids = new Set<SignatureId>()
  if (backend.names) for await (const id of backend.names()) ids.add(id)
  else for await (const { signatureId } of backend.list()) ids.add(signatureId)
  return ids
}

function fail(entry: MigratedWallet | undefined, error: KeywardError): void {
  if (!entry) return
  entry.result = 'failed'
  entry.error = error
}

const different = (signatureId: SignatureId): KeywardError =>
  new KeywardError('WALLET_EXISTS', `the target has another wallet ${signatureId}`, {
    advice: 'Nothing was overwritten. Find out which of the two is the right one before either is used.',
    context: { signatureId },
  })

const unsound = (signatureId: SignatureId, problems: readonly string[]): KeywardError =>
  new KeywardError('WALLET_CORRUPT', `wallet ${signatureId} is not what it claims to be: ${problems.join('; ')}`, {
    advice: 'Look at this wallet in the source; it was not moved.',
    context: { signatureId },
  })
