import { KeywardError } from '../../../src/core/errors.js'
import { Secret } from '../../../src/core/secret.js'
import type {
  DeletedFacts,
  ListedSecret,
  ReadVersion,
  Tags,
  VaultClient,
  VersionChange,
  VersionFacts,
} from '../../../src/backends/azure/vault-client.js'

export interface MemoryVersion extends VersionFacts {
  readonly value: string
}

/** Decides when a request of a creator takes effect. */
export interface Turns {
  take(who: number): Promise<void>
}

/** The versions of a vault's secrets, for tests that choose the order of requests: each takes effect at once when it is its turn. */
export class MemoryVault {
  /** Requests, counted from 0, whose answer is lost: they take effect, and the caller is told that nobody knows. */
  losses: number[] = []
  #requests = 0
  #made = 0
  readonly #secrets = new Map<string, MemoryVersion[]>()

  constructor(private readonly now: () => number) {}

  versions(name: string): readonly MemoryVersion[] {
    return this.#secrets.get(name) ?? []
  }

  current(name: string): MemoryVersion | undefined {
    return this.versions(name).at(-1)
  }

  names(): readonly string[] {
    return [...this.#secrets.keys()]
  }

  put(name: string, value: string, tags: Tags): MemoryVersion {
    this.#made += 1
    // Ids whose order is not the order in which they were made.
    const version = ((this.#made * 0x9e3779b1) >>> 0).toString(16).padStart(32, '0')
    const createdAtMs = Math.floor(this.now() / 1000) * 1000
    const made: MemoryVersion = { name, version, enabled: true, tags, createdAtMs, notBeforeMs: undefined, value }
    this.#secrets.set(name, [...this.versions(name), made])
    return made
  }

  replace(changed: MemoryVersion): void {
    const versions = this.versions(changed.name).map((known) => (known.version === changed.version ? changed : known))
    this.#secrets.set(changed.name, versions)
  }

  /** Is the answer to this request lost? */
  loses(): boolean {
    const lost = this.losses.includes(this.#requests)
    this.#requests += 1
    return lost
  }
}

/** One creator's connection to it. */
export class MemoryVaultClient implements VaultClient {
  readonly seesDeleted = true

  constructor(
    private readonly vault: MemoryVault,
    private readonly who: number,
    private readonly turns: Turns = { take: () => Promise.resolve() },
  ) {}

  async open(): Promise<void> {}
  async close(): Promise<void> {}
  async ping(): Promise<void> {}

  read(name: string, version?: string): Promise<ReadVersion> {
    return this.#request(() => {
      const versions = this.vault.versions(name)
      const found = version === undefined ? versions.at(-1) : versions.find((known) => known.version === version)
      if (found === undefined) throw new KeywardError('WALLET_NOT_FOUND', 'no such secret')
      if (!found.enabled) throw new KeywardError('WALLET_DISABLED', 'disabled')
      return { ...found, value: Secret.fromText(found.value) }
    })
  }

  put(name: string, value: Secret, tags: Tags): Promise<VersionFacts> {
    const text = value.text()
    return this.#request(() => this.vault.put(name, text, tags))
  }

  change(name: string, version: string, change: VersionChange): Promise<VersionFacts> {
    return this.#request(() => {
      const found = this.vault.versions(name).find((known) => known.version === version)
      if (found === undefined) throw new KeywardError('WALLET_NOT_FOUND', 'no such version')
      const changed = { ...found, ...change }
      this.vault.replace(changed)
      return changed
    })
  }

  versions(name: string): Promise<readonly VersionFacts[]> {
    return this.#request(() => [...this.vault.versions(name)])
  }

  async *list(): AsyncIterable<readonly ListedSecret[]> {
    const current = this.vault.names().flatMap((name) => this.vault.current(name) ?? [])
    yield await this.#request(() => current)
  }

  delete(): Promise<DeletedFacts> {
    return Promise.reject(new Error('not part of these tests'))
  }

  deleted(): Promise<DeletedFacts> {
    return Promise.reject(new KeywardError('WALLET_NOT_FOUND', 'not deleted'))
  }

  purge(): Promise<void> {
    return Promise.reject(new Error('not part of these tests'))
  }

  /** The answer takes a turn of its own: others' requests come in between. */
  async #request<T>(effect: () => T): Promise<T> {
    await this.turns.take(this.who)
    const lost = this.vault.loses()
    const result = effect()
    if (lost) throw new KeywardError('BACKEND_UNREACHABLE', 'the answer was lost')
    return result
  }
}
