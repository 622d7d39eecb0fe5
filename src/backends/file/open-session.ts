import { KeywardError } from '../../core/errors.js'
import type { SecretReference } from '../../core/secret-reference.js'
import type { BackendDependencies } from '../common/dependencies.js'
import type { Disk } from '../common/disk.js'
import type { FileContent } from '../common/durable-file.js'
import { ProcessLock } from '../common/process-lock.js'
import type { KdfPolicy } from './format/scrypt.js'
import { assertStrongPassword } from './password-strength.js'
import { StoreFile } from './store-file.js'
import { StoreSession } from './store-session.js'
import type { StoreState } from './store-session.js'
import { Unlocker } from './unlocker.js'

export interface OpenSessionInput {
  readonly path: string
  readonly password: SecretReference
  readonly dependencies: BackendDependencies
  readonly kdf: KdfPolicy
  readonly disk: Disk
  readonly lockTimeoutMs?: number
  readonly signal: AbortSignal | undefined
}

/**
 * Finds the store, makes sure that its form is sound before a password is asked for, and unlocks it. A missing store takes its new password now and is
 * written with its first wallet.
 */
export async function openSession(input: OpenSessionInput): Promise<StoreSession> {
  const { secrets, clock, log, whenMissing } = input.dependencies
  const file = await StoreFile.at(input.path, input.disk)
  const unlocker = new Unlocker(input.kdf)
  const lock = new ProcessLock(`${file.path}.lock`, clock, input.disk, input.lockTimeoutMs)
  const session = new StoreSession(file, unlocker, lock, clock, log)
  try {
    const content = await file.read()
    if (!content && whenMissing === 'fail') throw missingStore(file.path)
    if (content) await assertSound(session, content)
    const purpose = content
      ? { what: 'the password of the wallet store' }
      : { what: 'a password for the new wallet store', fresh: true, check: assertStrongPassword }
    unlocker.give(await secrets.resolve(input.password, purpose))
    if (!content) unlocker.withPassword(assertStrongPassword)
    if (input.signal?.aborted) throw new KeywardError('INTERRUPTED', 'interrupted before the wallet store was opened')
    report(session, await session.refresh())
    if (content) await reportPermissions(session, content)
    return session
  } catch (thrown) {
    unlocker.wipe()
    throw thrown
  }
}

async function assertSound(session: StoreSession, content: FileContent): Promise<void> {
  try {
    session.unlocker.recognise(content.bytes)
  } catch (thrown) {
    throw await session.explain(thrown)
  }
}

function report({ log, file }: StoreSession, state: StoreState): void {
  if (state.format === 'keyward') {
    log.info('store.opened', { path: file.path, wallets: state.records.size, epoch: state.version.epoch })
  }
  if (state.format !== 'legacy') return
  log.warn('store.legacy', {
    path: file.path,
    wallets: state.records.size,
    problem:
      'This is a Tatum KMS wallet file: nothing protects it against changes, and one MD5 per guess protects its password. It is used for reading only.',
    advice: 'Run `keyward store upgrade`.',
  })
  for (const { signatureId, problem } of [...state.faults, ...state.remarks]) {
    log.warn('store.legacy-entry', { signatureId, problem })
  }
}

async function reportPermissions({ log, file }: StoreSession, { mode }: FileContent): Promise<void> {
  if (process.platform === 'win32') return
  const folderMode = await file.folderMode()
  if ((mode & 0o077) !== 0) {
    log.warn('store.permissions', { path: file.path, mode: octal(mode), advice: `chmod 600 ${file.path}` })
  }
  if (folderMode !== undefined && (folderMode & 0o022) !== 0) {
    log.warn('store.permissions', { path: file.folder, mode: octal(folderMode), advice: `chmod 700 ${file.folder}` })
  }
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

const missingStore = (path: string): KeywardError =>
  new KeywardError('STORE_MISSING', `there is no wallet store at ${path}`, {
    advice: 'Check the path. A store is made when its first wallet is made, e.g. by `keyward generatemanagedwallet`.',
    context: { path },
  })
