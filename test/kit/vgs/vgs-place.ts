import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BackendDependencies } from '../../../src/backends/index.js'
import { vgsConfigSchema } from '../../../src/backends/vgs/config.js'
import type { VgsConfig } from '../../../src/backends/vgs/config.js'
import { VgsBackend } from '../../../src/backends/vgs/vgs-backend.js'
import { VgsStore } from '../../../src/backends/vgs/vgs-store.js'
import type { VgsInternals } from '../../../src/backends/vgs/vgs-store.js'
import { systemClock } from '../../../src/core/clock.js'
import type { Clock } from '../../../src/core/clock.js'
import { Secret } from '../../../src/core/secret.js'
import type { SecretReference, SecretSource } from '../../../src/core/secret-reference.js'
import { RecordingLog } from '../file-store.js'
import { testCertificate } from '../test-certificate.js'
import { CREDENTIALS, FakeVgs } from './fake-vgs.js'

/** `env:username` and the like give the fake's credentials, unless a test says otherwise. */
export class FakeCredentials implements SecretSource {
  readonly handedOut: Secret[] = []

  constructor(readonly values: Record<string, string> = { ...CREDENTIALS }) {}

  async resolve(reference: SecretReference): Promise<Secret> {
    const secret = Secret.fromText(this.values[reference.slice('env:'.length)] ?? '')
    this.handedOut.push(secret)
    return secret
  }
}

/** Real time, with waits that are cut short: repeats come at once. */
export const hurriedClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => systemClock.sleep(Math.min(ms, 2), signal),
}

/** A clock that stands where a test puts it; waits move it on. */
export class MovedClock implements Clock {
  time = 1_800_000_000_000
  waitedMs = 0

  now = (): number => this.time

  sleep = async (ms: number): Promise<void> => {
    this.time += ms
    this.waitedMs += ms
    await new Promise((resolve) => setImmediate(resolve))
  }
}

export interface VgsOptions extends VgsInternals, Partial<BackendDependencies> {
  readonly config?: Record<string, unknown>
}

const AUTH = {
  v1: { method: 'basic', username: 'env:username', password: 'env:password' },
  v2: { method: 'service-account', clientId: 'env:clientId', clientSecret: 'env:clientSecret' },
}

/** A fake vault, a folder for the catalogue, and backends on both. */
export class VgsPlace {
  readonly log = new RecordingLog()
  readonly secrets = new FakeCredentials()
  readonly #opened: { close(): Promise<void> }[] = []

  private constructor(
    readonly fake: FakeVgs,
    readonly folder: string,
  ) {}

  static async make(): Promise<VgsPlace> {
    const place = new VgsPlace(await FakeVgs.start(), await mkdtemp(join(tmpdir(), 'keyward-vgs-')))
    await writeFile(place.caFile, testCertificate.cert)
    return place
  }

  get path(): string {
    return join(this.folder, 'state', 'catalogue.jsonl')
  }

  get caFile(): string {
    return join(this.folder, 'ca.pem')
  }

  config(overrides: Record<string, unknown> = {}): VgsConfig {
    const { generation } = this.fake.behaviour
    return vgsConfigSchema.parse({
      ...{ type: 'vgs', environment: 'sandbox', vaultId: 'tntcanary', baseUrl: this.fake.url },
      auth: { ...AUTH[generation], ...(generation === 'v2' ? { tokenUrl: this.fake.tokenUrl } : {}) },
      tls: { caFile: this.caFile },
      // The product's rate belongs to the tests that are about it.
      limits: { requestsPerSecond: 10_000 },
      catalogue: { path: this.path },
      ...overrides,
    })
  }

  dependencies(overrides: Partial<BackendDependencies> = {}): BackendDependencies {
    const { secrets, log } = this
    return { secrets, log, clock: hurriedClock, inspect: async () => [], whenMissing: 'create', ...overrides }
  }

  /** Not yet open. */
  store(options: VgsOptions = {}): VgsStore {
    const store = new VgsStore(this.config(options.config), this.dependencies(options), { random: () => 0, ...options })
    this.#opened.push(store)
    return store
  }

  async openStore(options: VgsOptions = {}): Promise<VgsStore> {
    const store = this.store(options)
    await store.open()
    return store
  }

  /** Not yet open. */
  backend(options: VgsOptions = {}): VgsBackend {
    return new VgsBackend(this.store(options), this.dependencies(options))
  }

  async openBackend(options: VgsOptions = {}): Promise<VgsBackend> {
    const backend = this.backend(options)
    await backend.open()
    return backend
  }

  async dispose(): Promise<void> {
    for (const one of this.#opened) await one.close()
    await this.fake.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}
