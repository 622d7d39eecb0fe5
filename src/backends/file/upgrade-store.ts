import { KeywardError } from '../../core/errors.js'
import type { Progress, StoreProblem, StoreUpgradeReport } from '../../core/maintenance.js'
import type { Secret } from '../../core/secret.js'
import { wipeWallet } from '../../core/wallet.js'
import type { ManagedWallet } from '../../core/wallet.js'
import type { BackendDependencies } from '../common/dependencies.js'
import { assertSameWallets } from './change-password.js'
import { inspectRecords } from './check-store.js'
import { freshKeys } from './format/key-hierarchy.js'
import type { KdfPolicy } from './format/scrypt.js'
import type { SealedRecords } from './format/sealed-records.js'
import { emptyVersion, nextVersion } from './format/store-version.js'
import type { StoreVersion } from './format/store-version.js'
import { assertStrongPassword } from './password-strength.js'
import type { StoreSession, StoreState } from './store-session.js'

export interface UpgradeInput {
  readonly inspect: BackendDependencies['inspect']
  readonly newPassword: () => Promise<Secret>
  readonly kdf: KdfPolicy
  readonly progress: Progress | undefined
}

type LegacyState = Extract<StoreState, { format: 'legacy' }>

/**
 * Converts a Tatum KMS wallet file in its place. The copy is written beside it, read back and compared wallet by wallet; then the original gets a second
 * name, and the copy takes the first. Killed at any moment, either file is complete under the old name.
 * @throws KeywardError STORE_UNSUPPORTED when an entry cannot be carried over; USAGE when there is nothing to convert; STORE_*
 */
export async function upgradeStore(session: StoreSession, input: UpgradeInput): Promise<StoreUpgradeReport> {
  assertConvertible(session, session.state)
  const password = await passwordForCopy(session, input.newPassword)
  try {
    return await session.exclusively(async (state) => {
      const legacy = assertConvertible(session, state)
      const claims = await inspectRecords(legacy.records, input.inspect, input.progress)
      const original = await convert(session, legacy, password, input.kdf)
      const problems: StoreProblem[] = [...legacy.remarks, ...claims]
      session.log.info('store.upgraded', { path: session.file.path, wallets: legacy.records.size, original })
      return { path: session.file.path, original, wallets: legacy.records.size, problems }
    })
  } finally {
    password.wipe()
  }
}

async function convert(session: StoreSession, legacy: LegacyState, password: Secret, kdf: KdfPolicy): Promise<string> {
  const { file, clock } = session
  const { slot, keys } = await freshKeys(password, kdf)
  try {
    const empty = emptyVersion(slot, keys, new Date(clock.now()).toISOString())
    const version = copyInto(empty, legacy.records)
    const names = await file.siblings('.legacy-')
    const already = await file.sameFileAmong(names) // An upgrade that was killed before its last step.
    const name = already ?? file.legacyName(clock.now())
    if (names.includes(name) && already === undefined) throw clash(file.sibling(name))
    const verify = async (written: StoreVersion): Promise<void> => {
      assertSameWallets(legacy.records, written.records)
      if ((await file.token()) !== legacy.token) throw changedMeanwhile(file.path)
    }
    await session.commit(version, verify, already === undefined ? name : undefined)
    await file.restrict(name)
    return file.sibling(name)
  } catch (thrown) {
    session.unlocker.discard(keys)
    throw thrown
  }
}

/** All wallets are plain at the same time for the length of this call: they are sealed under another key in the same turn. */
function copyInto(empty: StoreVersion, records: SealedRecords): StoreVersion {
  const wallets: ManagedWallet[] = []
  try {
    for (const { signatureId } of records.descriptors()) {
      const wallet = records.read(signatureId)
      if (wallet) wallets.push(wallet)
    }
    return nextVersion(empty, empty.records.plus(wallets, 1), wallets.length)
  } finally {
    wallets.forEach(wipeWallet)
  }
}

/** The present password if it is strong enough, so that scripts go on working; otherwise a new one. The caller wipes it. */
async function passwordForCopy(session: StoreSession, newPassword: () => Promise<Secret>): Promise<Secret> {
  const present = session.unlocker.withPassword((password) => (isStrong(password) ? password.clone() : undefined))
  if (present) return present
  session.log.warn('store.password-weak', {
    problem: 'The password of the Tatum KMS wallet file is too weak for a store that is to withstand theft.',
    advice: 'A new one is needed for the converted store.',
  })
  const fresh = await newPassword()
  try {
    assertStrongPassword(fresh)
    return fresh
  } catch (thrown) {
    fresh.wipe()
    throw thrown
  }
}

function isStrong(password: Secret): boolean {
  try {
    assertStrongPassword(password)
    return true
  } catch {
    return false
  }
}

function assertConvertible(session: StoreSession, state: StoreState): LegacyState {
  const { path } = session.file
  if (state.format !== 'legacy') {
    throw new KeywardError('USAGE', `${path} needs no conversion`, {
      advice: 'Only Tatum KMS wallet files are converted.',
    })
  }
  if (state.faults.length === 0) return state
  const faults = state.faults.map(({ signatureId, problem }) => (signatureId ? `${signatureId}: ${problem}` : problem))
  throw new KeywardError('STORE_UNSUPPORTED', `${path} was not converted: ${faults.slice(0, 10).join('; ')}`, {
    advice:
      'These entries cannot be carried over, and nothing is left behind silently. Correct or remove them with the program that wrote the file; it is unchanged.',
    context: { path, entries: faults.length },
  })
}

const clash = (path: string): KeywardError =>
  new KeywardError('STORE_EXISTS', `${path} exists already`, { advice: 'Repeat the conversion.', context: { path } })

const changedMeanwhile = (path: string): KeywardError =>
  new KeywardError('STORE_LOCKED', `${path} was changed while it was converted`, {
    advice: 'Stop every other program that uses it, then repeat. Nothing was changed by this one.',
    context: { path },
  })
