import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileBackend } from '../../src/backends/file/file-backend.js'
import type { FileBackendInternals } from '../../src/backends/file/file-backend.js'
import type { KdfPolicy } from '../../src/backends/file/format/scrypt.js'
import type { BackendDependencies } from '../../src/backends/index.js'
import { systemClock } from '../../src/core/clock.js'
import { KeywardError } from '../../src/core/errors.js'
import { secretReferenceSchema } from '../../src/core/secret-reference.js'
import type { SecretPurpose, SecretSource } from '../../src/core/secret-reference.js'
import { Secret } from '../../src/core/secret.js'
import { RecordingLog } from './recording-log.js'

export { RecordingLog } from './recording-log.js'

/** A thousandth of the real work, so that hundreds of stores can be opened. */
export const FAST_KDF: KdfPolicy = { fresh: { N: 2 ** 10, r: 8, p: 1 }, minimumN: 2 ** 10 }

export const PASSWORD = 'correct horse battery staple 42'
export const PASSWORD_REFERENCE = secretReferenceSchema.parse('env:STORE_PASSWORD')

/** Answers what it is set to, and remembers what it was asked for. */
export class ScriptedSecrets implements SecretSource {
  readonly asked: SecretPurpose[] = []
  readonly handedOut: Secret[] = []
  #answers: string[] = []

  constructor(public standing: string = PASSWORD) {}

  /** The next questions get these answers; after them the standing one counts again. */
  next(...answers: string[]): this {
    this.#answers.push(...answers)
    return this
  }

  async resolve(_reference: unknown, purpose: SecretPurpose): Promise<Secret> {
    this.asked.push(purpose)
    const secret = Secret.fromText(this.#answers.shift() ?? this.standing)
    this.handedOut.push(secret)
    return secret
  }
}

export interface StoreOptions extends FileBackendInternals, Partial<BackendDependencies> {}

/** A file backend with a fast KDF, a scripted password and a recorded log. */
export function storeAt(path: string, options: StoreOptions = {}): FileBackend {
  const dependencies: BackendDependencies = {
    secrets: new ScriptedSecrets(),
    log: new RecordingLog(),
    clock: systemClock,
    inspect: async () => [],
    whenMissing: 'create',
    ...options,
  }
  return new FileBackend({ path, password: PASSWORD_REFERENCE }, dependencies, { kdf: FAST_KDF, ...options })
}

export async function openStoreAt(path: string, options: StoreOptions = {}): Promise<FileBackend> {
  const store = storeAt(path, options)
  await store.open()
  return store
}

/** A folder for one test, removed by `dispose`; `path` names a store in it that is not there yet. */
export async function storeFolder(): Promise<{ folder: string; path: string; dispose: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'keyward-store-'))
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true })
  return { folder, path: join(folder, 'wallet.dat'), dispose }
}

export const chainUnknown = async (): Promise<never> => {
  throw new KeywardError('CHAIN_UNKNOWN', 'this build has no such chain')
}
