import { KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { RemovalMode } from '../../core/secret-backend.js'
import { pruneBackups } from './create-wallets.js'
import { damaged } from './format/faults.js'
import { encodeVersion, nextVersion } from './format/store-version.js'
import type { StoreVersion } from './format/store-version.js'
import { readOnlyStore } from './read-only.js'
import type { StoreSession } from './store-session.js'

/**
 * `recoverable` first writes the sealed record into a small store of its own beside the store. `permanent` also removes such copies, and every backup,
 * as each may hold the wallet. @throws KeywardError WALLET_NOT_FOUND, WALLET_DELETED, STORE_*
 */
export async function removeWallet(session: StoreSession, id: SignatureId, mode: RemovalMode): Promise<void> {
  await session.exclusively(async (state) => {
    if (state.format === 'legacy') throw readOnlyStore(session.file.path)
    if (state.format === 'keyward' && state.records.has(id)) await takeOut(session, state.version, id, mode)
    else if (mode === 'recoverable' || (await removedCopies(session, id)).length === 0) {
      throw await missingWallet(session, id)
    }
    if (mode === 'permanent') await erase(session, id)
  })
}

async function takeOut(
  session: StoreSession,
  version: StoreVersion,
  id: SignatureId,
  mode: RemovalMode,
): Promise<void> {
  const next = nextVersion(version, version.records.without(id), 0)
  const assertGone = (written: StoreVersion): void => {
    if (written.records.has(id) || written.records.size !== version.records.size - 1) {
      throw damaged(`wallet ${id} could not be taken out`)
    }
  }
  if (mode === 'permanent') return session.commit(next, assertGone)
  const copy = encodeVersion(
    nextVersion(version, version.records.only(id), 0),
    new Date(session.clock.now()).toISOString(),
  )
  const name = session.file.removedName(id, next.epoch)
  await session.file.removeSiblings([name]) // Left by a removal that was killed before the store was written.
  await session.file.writeBeside(name, copy)
  await session.commit(next, assertGone, session.backupName)
  await pruneBackups(session, next.epoch)
  session.log.info('store.wallet-removed', { signatureId: id, keptIn: session.file.sibling(name) })
}

async function erase(session: StoreSession, id: SignatureId): Promise<void> {
  const { file, log } = session
  const backups = await file.siblings('.backup-')
  await file.removeSiblings([...(await removedCopies(session, id)), ...backups])
  log.info('store.wallet-erased', { signatureId: id, backupsRemoved: backups.length })
  for (const name of await file.siblings('.legacy-')) {
    log.warn('store.legacy-copy-left', {
      path: file.sibling(name),
      advice: 'This converted Tatum KMS wallet file may still hold the wallet. Remove it yourself.',
    })
  }
}

const removedCopies = (session: StoreSession, id: SignatureId): Promise<string[]> =>
  session.file.siblings(`.removed-${id}-`)

/** Why there is no such wallet: unknown, unreadable in a legacy file, or removed and still recoverable. */
export async function missingWallet(session: StoreSession, signatureId: SignatureId): Promise<KeywardError> {
  const { state, file } = session
  const fault = state.format === 'legacy' ? state.faults.find((one) => one.signatureId === signatureId) : undefined
  if (fault) {
    return new KeywardError('WALLET_CORRUPT', `wallet ${signatureId} cannot be used: ${fault.problem}`, {
      advice: 'Correct it with the program that wrote the wallet file.',
      context: { signatureId },
    })
  }
  const copy = (await removedCopies(session, signatureId).catch(() => [])).at(-1)
  if (copy !== undefined) {
    return new KeywardError('WALLET_DELETED', `wallet ${signatureId} was removed from ${file.path}`, {
      advice: `It can be brought back from ${file.sibling(copy)}, a wallet store with this one wallet and the password of the time of its removal.`,
      context: { signatureId },
    })
  }
  return new KeywardError('WALLET_NOT_FOUND', `there is no wallet ${signatureId} in ${file.path}`, {
    advice: 'Compare the signatureId with `keyward wallets list`, and that this is the right store.',
    context: { signatureId },
  })
}
