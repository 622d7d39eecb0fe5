import { asKeywardError } from '../../core/errors.js'
import { wipeWallet } from '../../core/wallet.js'
import type { ManagedWallet } from '../../core/wallet.js'
import { sameWallet } from '../../core/same-wallet.js'
import { damaged } from './format/faults.js'
import type { SealedRecords } from './format/sealed-records.js'
import { nextVersion } from './format/store-version.js'
import type { StoreVersion } from './format/store-version.js'
import { readOnlyStore } from './read-only.js'
import type { StoreSession, StoreState } from './store-session.js'

/** All wallets in one write, which is read back before it takes the place of the store. @throws KeywardError WALLET_EXISTS, STORE_* */
export async function createWallets(session: StoreSession, wallets: readonly ManagedWallet[]): Promise<void> {
  await session.exclusively(async (state) => {
    const version = await versionToChange(session, state)
    try {
      const records = version.records.plus(wallets, version.epoch + 1)
      const next = nextVersion(version, records, wallets.length)
      await session.commit(next, (written) => assertHolds(written.records, wallets), session.backupName)
      await pruneBackups(session, next.epoch)
    } catch (thrown) {
      session.unlocker.discard(version.keys)
      throw thrown
    }
    if (state.format === 'none') session.log.info('store.created', { path: session.file.path })
  })
}

async function versionToChange(session: StoreSession, state: StoreState): Promise<StoreVersion> {
  if (state.format === 'legacy') throw readOnlyStore(session.file.path)
  if (state.format === 'keyward') return state.version
  return session.unlocker.create(new Date(session.clock.now()).toISOString())
}

/** @throws KeywardError STORE_DAMAGED unless every wallet comes back to the last byte. */
export function assertHolds(records: SealedRecords, wallets: readonly ManagedWallet[]): void {
  for (const wallet of wallets) {
    const read = records.read(wallet.descriptor.signatureId)
    const same = read !== undefined && sameWallet(read, wallet)
    if (read) wipeWallet(read)
    if (!same) throw damaged(`wallet ${wallet.descriptor.signatureId} does not come back as it was written`)
  }
}

/** The write is done and acknowledged; old backups that cannot be removed are worth a warning and no more. */
export async function pruneBackups(session: StoreSession, epoch: number): Promise<void> {
  try {
    await session.file.pruneBackups(epoch)
  } catch (thrown) {
    session.log.warn('store.backups-not-pruned', { reason: asKeywardError(thrown).message })
  }
}
