import { readFile } from 'node:fs/promises'
import { vaultConfigSchema } from '../../../src/backends/vault/config.js'
import type { VaultConfig } from '../../../src/backends/vault/config.js'
import { createVaultBackend } from '../../../src/backends/vault/index.js'
import type { Clock } from '../../../src/core/clock.js'
import { systemClock } from '../../../src/core/clock.js'
import { KeywardError } from '../../../src/core/errors.js'
import type { SecretBackend } from '../../../src/core/secret-backend.js'
import { Secret } from '../../../src/core/secret.js'
import type { SecretReference, SecretSource } from '../../../src/core/secret-reference.js'
import { RecordingLog } from '../recording-log.js'

/** Secrets of a test by the name of their `env:` reference; `file:` references are read. */
export class TestSecrets implements SecretSource {
  readonly asked: string[] = []

  constructor(readonly values: Record<string, string> = {}) {}

  async resolve(reference: SecretReference): Promise<Secret> {
    this.asked.push(reference)
    const [scheme = '', rest = ''] = reference.split(/:(.*)/s)
    const value = scheme === 'file' ? await readFile(rest, 'utf8').catch(() => undefined) : this.values[rest]
    if (value === undefined) throw new KeywardError('SECRET_REFERENCE_UNRESOLVED', `nothing at ${reference}`)
    return Secret.fromText(value)
  }
}

export interface VaultTools {
  readonly secrets: TestSecrets
  readonly log: RecordingLog
  readonly clock: Clock
}

export const vaultTools = (secrets: Record<string, string> = {}, clock: Clock = systemClock): VaultTools => ({
  ...{ secrets: new TestSecrets(secrets), log: new RecordingLog(), clock },
})

/** A configuration as the loader would give it. */
export const vaultConfig = (settings: Readonly<Record<string, unknown>>): VaultConfig =>
  vaultConfigSchema.parse({
    ...{ type: 'vault', mount: 'secret', prefix: 'keyward/wallets', auth: { method: 'token', token: 'env:TOKEN' } },
    ...settings,
  })

export const vaultBackend = (config: VaultConfig, tools: VaultTools): SecretBackend =>
  createVaultBackend(config, { ...tools, inspect: () => Promise.resolve([]), whenMissing: 'fail' })

/** Real time in which nobody waits: what was slept through is added. */
export class HurriedClock implements Clock {
  #skippedMs = 0

  now(): number {
    return Date.now() + this.#skippedMs
  }

  async sleep(ms: number): Promise<void> {
    this.#skippedMs += ms
    await new Promise((resolve) => setImmediate(resolve))
  }
}
