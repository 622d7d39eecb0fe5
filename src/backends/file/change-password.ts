import { KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'
import { wipeWallet } from '../../core/wallet.js'
import { sameWallet } from '../../core/same-wallet.js'
import { damaged } from './format/faults.js'
import { freshKeys, tryPassword, wipeStoreKeys } from './format/key-hierarchy.js'
import type { KdfPolicy } from './format/scrypt.js'
import type { SealedRecords } from './format/sealed-records.js'
import { rekeyedVersion } from './format/store-version.js'
import type { StoreVersion } from './format/store-version.js'
import { assertStrongPassword } from './password-strength.js'
import { readOnlyStore } from './read-only.js'
import type { StoreSession } from './store-session.js'

/**
 * A new password and a new file key. Re-wrapping the old file key would be less work, but whoever has an old copy of the store and the old password could
 * then open every later version. Backups open with the old password, so they are removed once every wallet was read back under the new one.
 * @throws KeywardError PASSWORD_TOO_WEAK, USAGE for the same password again, STORE_*
 */
export async function changeStorePassword(
  session: StoreSession,
  askPassword: () => Promise<Secret>,
  policy: KdfPolicy,
): Promise<void> {
  const { path } = session.file
  if (session.state.format === 'legacy') throw readOnlyStore(path)
  const password = await askPassword() // Before the lock is taken: a person may take long.
  try {
    assertStrongPassword(password)
    await session.exclusively(async (state) => {
      if (state.format === 'legacy') throw readOnlyStore(path)
      if (state.format === 'none') throw noStoreYet(path)
      await assertOther(state.version, password, policy)
      await rekey(session, state.version, password, policy)
    })
  } finally {
    password.wipe()
  }
}

async function rekey(session: StoreSession, version: StoreVersion, password: Secret, policy: KdfPolicy): Promise<void> {
  const { slot, keys } = await freshKeys(password, policy)
  try {
    const next = rekeyedVersion(version, slot, keys)
    await session.commit(next, (written) => assertSameWallets(version.records, written.records))
  } catch (thrown) {
    session.unlocker.discard(keys)
    throw thrown
  }
  const backups = await session.file.siblings('.backup-')
  await session.file.removeSiblings(backups)
  session.log.info('store.password-changed', { path: session.file.path, backupsRemoved: backups.length })
}

async function assertOther(version: StoreVersion, password: Secret, policy: KdfPolicy): Promise<void> {
  const keys = await tryPassword(version.slot, password, policy)
  if (!keys) return
  wipeStoreKeys(keys)
  throw new KeywardError('USAGE', 'the new password of the wallet store is the present one', {
    advice: 'Nothing was changed. Give another password; the new one may need a source of its own.',
  })
}

/** @throws KeywardError STORE_DAMAGED, WALLET_CORRUPT unless both hold the same wallets to the last byte. */
export function assertSameWallets(before: SealedRecords, after: SealedRecords): void {
  if (before.size !== after.size) throw damaged('the copy holds another number of wallets')
  for (const { signatureId } of before.descriptors()) {
    const [left, right] = [before.read(signatureId), after.read(signatureId)]
    const same = left !== undefined && right !== undefined && sameWallet(left, right)
    if (left) wipeWallet(left)
    if (right) wipeWallet(right)
    if (!same) throw damaged(`wallet ${signatureId} does not come back as it was`)
  }
}

const noStoreYet = (path: string): KeywardError =>
  new KeywardError('STORE_MISSING', `there is no wallet store at ${path} yet`, {
    advice: 'The password that was given will be its first.',
    context: { path },
  })
