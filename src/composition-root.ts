import { approveWithoutCheck, createUrlApprover } from './approval/index.js'
import { createBackend, createSecretSchemes } from './backends/index.js'
import { createChainRegistry } from './chains/index.js'
import { createSecretSource, requireApiKey } from './config/index.js'
import type { ClosableSecretSource, LoadedSettings, Settings } from './config/index.js'
import type { Approver } from './core/approver.js'
import type { ChainRegistry } from './core/chain.js'
import { CachedBackend } from './core/cached-backend.js'
import { systemClock } from './core/clock.js'
import { asKeywardError } from './core/errors.js'
import { container as globalContainer } from './core/injection.js'
import type { DependencyContainer, InjectionToken } from './core/injection.js'
import type { Journal } from './core/journal.js'
import { Keyring } from './core/keyring.js'
import type { Log } from './core/log.js'
import { isMaintainable } from './core/maintenance.js'
import { Daemon } from './core/pipeline/daemon.js'
import { Pipeline } from './core/pipeline/pipeline.js'
import type { Secret } from './core/secret.js'
import type { SecretBackend } from './core/secret-backend.js'
import type { SecretPurpose, SecretReference, SecretSource } from './core/secret-reference.js'
import type { TatumApi } from './core/tatum-api.js'
import { TOKENS } from './core/tokens.js'
import type { ManagedWallet } from './core/wallet.js'
import { WalletDirectory } from './core/wallet-directory.js'
import { createJournal } from './journal/index.js'
import type { JournalRole } from './journal/index.js'
import { createTatumApi } from './tatum/index.js'
import { createLog, wantsColour } from './telemetry/index.js'
import type { LogStream } from './telemetry/index.js'

export interface ComposeOptions {
  /** May the first wallet of this command create the store? */
  readonly whenMissing: 'fail' | 'create'
  /** Asks the person at the terminal; absent when there is none. */
  readonly prompt?: ((purpose: SecretPurpose) => Promise<Secret>) | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly logStream: LogStream
  readonly clientVersion: string
  /** Where a changed store password comes from, when it is not the place of the present one. */
  readonly newPassword?: SecretReference
}

/** The program, put together for one process. Parts are made when they are first asked for and closed in reverse order. */
export interface App {
  readonly settings: Settings
  readonly log: Log
  readonly chains: ChainRegistry
  /** Everything bound to its token; grows as parts are opened. */
  readonly container: DependencyContainer
  /** @throws KeywardError STORE_*, BACKEND_* */
  backend(): Promise<SecretBackend>
  /** The same one, not yet open, for those who want to see what opening it comes to. */
  closedBackend(): Promise<SecretBackend>
  /** @throws KeywardError JOURNAL_* */
  journal(role: JournalRole): Promise<Journal>
  /**
   * Opens all that signing needs. @throws KeywardError, each with its own exit code: API_KEY_MISSING, STORE_*, JOURNAL_LOCKED, APPROVAL_URL_REQUIRED …
   * @param stop ends a warm-up of the cache early
   */
  daemon(stop?: AbortSignal): Promise<Daemon>
  close(): Promise<void>
}

/** The only place that knows every implementation. */
export async function compose(loaded: LoadedSettings, options: ComposeOptions): Promise<App> {
  const { settings } = loaded
  const container = globalContainer.createChildContainer()
  const closing: (() => Promise<void> | void)[] = []
  const bind = <T>(token: InjectionToken<T>, value: T, close?: (value: T) => Promise<void> | void): T => {
    container.register(token, { useValue: value })
    if (close) closing.push(() => close(value))
    return value
  }

  const log = bind(
    TOKENS.Log,
    await createLog({
      ...settings.log,
      stream: options.logStream,
      colour: wantsColour(options.logStream, options.env),
    }),
  )
  for (const warning of loaded.warnings) log.warn('settings.warning', { warning })
  bind(TOKENS.Clock, systemClock)
  const chains = bind(TOKENS.ChainRegistry, createChainRegistry())
  const secrets = secretSource(loaded, options, log)
  bind(TOKENS.SecretSource, secrets, () => secrets.close())

  const closedBackend = once(async () => {
    const inspect = async (wallet: ManagedWallet): Promise<readonly string[]> => {
      const chain = await chains.load(chains.resolve(wallet.descriptor.chain))
      return chain.keys.inspect(wallet)
    }
    const made = await createBackend(settings.backend, {
      secrets,
      log,
      clock: systemClock,
      inspect,
      whenMissing: options.whenMissing,
      ...(options.newPassword === undefined ? {} : { newPassword: options.newPassword }),
    })
    return bind(TOKENS.SecretBackend, made, (open) => open.close())
  })
  const backend = once(async () => {
    const made = await closedBackend()
    await made.open()
    return made
  })
  const journal = once(async (role: JournalRole) => {
    const made = await createJournal({ path: settings.journal.path, role, clock: systemClock })
    bind(TOKENS.Journal, made, (open) => open.close())
    await made.open()
    return made
  })
  const daemon = once(async (stop?: AbortSignal) => {
    const { approver, close } = approverOf(settings, log)
    bind(TOKENS.Approver, approver, close)
    bind(TOKENS.TatumApi, await apiOf(settings, secrets, log, options.clientVersion), (api) => api.close())
    const opened = await backend()
    await journal('daemon')
    const closeCache = (cache: SecretBackend): void => void closing.push(() => cache.close())
    const { wallets, cacheMs } = await walletsToSignWith(opened, settings, log, closeCache, stop)
    const { maxWallets } = settings.keyring
    bind(TOKENS.Keyring, new Keyring(wallets, systemClock, { cacheMs, maxWallets }), (ring) => ring.close())
    const relistMs = settings.daemon.relistSeconds * 1000
    bind(TOKENS.WalletDirectory, new WalletDirectory(wallets, log, systemClock, { relistMs }))
    container.registerSingleton(Pipeline)
    container.registerSingleton(Daemon)
    return container.resolve(Daemon)
  })

  return {
    settings,
    log,
    chains,
    container,
    backend,
    closedBackend,
    journal,
    daemon,
    close: async () => {
      await closeAll(closing.splice(0).reverse())
      await container.dispose()
    },
  }
}

/** One part that cannot be closed leaves no other one open, with its secrets. @throws what the first one threw */
async function closeAll(closing: readonly (() => Promise<void> | void)[]): Promise<void> {
  const failures: unknown[] = []
  for (const close of closing) {
    try {
      await close()
    } catch (thrown) {
      failures.push(thrown)
    }
  }
  if (failures.length > 0) throw asKeywardError(failures[0])
}

/** References to vaults are opened by the backends' code, whose own credentials are references again. */
function secretSource(
  { settings, secretInputs }: LoadedSettings,
  options: ComposeOptions,
  log: Log,
): ClosableSecretSource {
  const again: SecretSource = { resolve: (reference, purpose) => secrets.resolve(reference, purpose) }
  const schemes = createSecretSchemes(settings.references, settings.backend, {
    secrets: again,
    log,
    clock: systemClock,
  })
  const secrets = createSecretSource({ ...secretInputs, log, prompt: options.prompt, schemes })
  return secrets
}

/** Makes a part at the first call and gives the same one ever after; a failure is not remembered. */
function once<Arguments extends unknown[], T>(
  make: (...given: Arguments) => Promise<T>,
): (...given: Arguments) => Promise<T> {
  let made: Promise<T> | undefined
  return (...given) => {
    made ??= make(...given).catch((thrown: unknown) => {
      made = undefined
      throw thrown
    })
    return made
  }
}

const PROGRESS_EVERY_MS = 2000

/** The backend itself, or behind a cache where each read is a request. Opened wallets then stay no longer than the cache would keep them. */
async function walletsToSignWith(
  backend: SecretBackend,
  { cache, keyring }: Settings,
  log: Log,
  made: (cache: SecretBackend) => void,
  stop: AbortSignal | undefined,
): Promise<{ wallets: SecretBackend; cacheMs: number }> {
  if (isMaintainable(backend)) return { wallets: backend, cacheMs: keyring.cacheSeconds * 1000 }
  const { ttlSeconds, keepSeconds, maxWallets, warmUp } = cache
  const options = { ttlMs: ttlSeconds * 1000, keepMs: keepSeconds * 1000, maxWallets }
  const wallets = new CachedBackend(backend, options, { clock: systemClock, log })
  made(wallets) // Before it is filled: a warm-up that breaks off leaves secrets to wipe too.
  if (warmUp) {
    let saidAt = systemClock.now()
    const progress = (read: number): void => {
      if (systemClock.now() - saidAt < PROGRESS_EVERY_MS) return
      saidAt = systemClock.now()
      log.info('wallets.warming-up', { read })
    }
    log.info('wallets.warm', { ...(await wallets.warmUp(progress, stop)) })
  }
  return { wallets, cacheMs: Math.min(keyring.cacheSeconds, ttlSeconds) * 1000 }
}

function approverOf(settings: Settings, log: Log): { approver: Approver; close: () => Promise<void> } {
  const { url, method, reply, allowInsecure, deadlineMs } = settings.approval
  if (url === undefined) return { approver: approveWithoutCheck, close: () => Promise.resolve() }
  const approver = createUrlApprover({ url, method, reply, allowInsecure, deadlineMs, log })
  return { approver, close: () => approver.close() }
}

/** Paths that were configured, by chain. */
function broadcastPathsOf({ chains }: Settings): Readonly<Record<string, string>> {
  const given = Object.entries(chains).flatMap(([code, { broadcastPath }]) =>
    broadcastPath === undefined ? [] : [[code, broadcastPath] as const],
  )
  return Object.fromEntries(given)
}

async function apiOf(settings: Settings, secrets: SecretSource, log: Log, clientVersion: string): Promise<TatumApi> {
  const { key: reference, ...api } = settings.api
  const key = await requireApiKey(reference, secrets)
  try {
    const broadcastPaths = broadcastPathsOf(settings)
    return createTatumApi({ ...api, key, broadcastPaths, clientVersion, log, clock: systemClock })
  } finally {
    key.wipe()
  }
}
