import { timingSafeEqual } from 'node:crypto'
import { asKeywardError, ERRORS, KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { Secret } from '../../core/secret.js'
import type { ManagedWallet } from '../../core/wallet.js'
import type { BackendDependencies } from './dependencies.js'
import { sealEnvelope } from './envelope.js'
import { labelsOf } from './labels.js'
import { ReadQueue } from './read-queue.js'
import type { SecretStore } from './secret-store.js'
import { unordered } from './unordered.js'
import { walletExists } from './wallet-errors.js'

type Tools = Pick<BackendDependencies, 'log' | 'clock'>

/** A new entry may take a moment until every replica of the product shows it. */
const SHOW_AFTER_MS = [0, 200, 500, 1000, 2000, 4000]

interface Creation {
  readonly wallet: ManagedWallet
  readonly value: Secret
  /** The product may show it later, though it does not show it now. */
  mayAppear: boolean
}

/**
 * Writes wallets and reads each back before it counts. When one fails, those that were written are taken away again: all or none, as far as the product lets us;
 * what could not be taken away is named.
 * @throws KeywardError WALLET_EXISTS, WALLET_UNSUITABLE, BACKEND_*
 */
export async function createWallets(
  store: SecretStore,
  wallets: readonly ManagedWallet[],
  tools: Tools,
): Promise<void> {
  assertDistinct(wallets)
  const creations: Creation[] = []
  try {
    for (const wallet of wallets) {
      creations.push({ wallet, value: sealEnvelope(wallet, store.facts.maxValueBytes), mayAppear: false })
    }
    await createAll(store, creations, tools)
  } finally {
    for (const { value } of creations) value.wipe()
  }
}

function assertDistinct(wallets: readonly ManagedWallet[]): void {
  const ids = new Set<SignatureId>()
  for (const { descriptor } of wallets) {
    if (ids.has(descriptor.signatureId)) throw walletExists(descriptor.signatureId)
    ids.add(descriptor.signatureId)
  }
}

async function createAll(store: SecretStore, creations: readonly Creation[], tools: Tools): Promise<void> {
  const begun: Creation[] = []
  // Wallets that were written at about the same time are read back in one batch.
  const shown = new ReadQueue(store)
  const create = async (creation: Creation): Promise<SignatureId> => {
    begun.push(creation)
    await createOne(store, shown, creation, tools)
    return creation.wallet.descriptor.signatureId
  }
  try {
    const width = store.facts.readers * store.facts.batchSize
    for await (const { result: signatureId } of unordered(creations, width, create)) {
      tools.log.debug('wallet.created', { signatureId })
    }
  } catch (thrown) {
    throw await rolledBack(store, shown, begun, asKeywardError(thrown), tools)
  }
}

async function createOne(store: SecretStore, shown: ReadQueue, creation: Creation, tools: Tools): Promise<void> {
  const { wallet, value } = creation
  const { signatureId } = wallet.descriptor
  try {
    await store.create(signatureId, value, labelsOf(wallet.descriptor))
    creation.mayAppear = true
  } catch (thrown) {
    // The answer to an earlier attempt may have been lost: our own value under this name is what we wanted.
    const error = asKeywardError(thrown)
    creation.mayAppear = error.code === 'BACKEND_UNCERTAIN' || error.code === 'INTERRUPTED'
    // When the look fails as well, the first error says more.
    const found = leavesOpen(error) ? await holds(shown, signatureId, value).catch(() => undefined) : undefined
    if (found !== 'ours') throw error
  }
  for (const waitMs of SHOW_AFTER_MS) {
    if (waitMs > 0) await tools.clock.sleep(waitMs)
    const found = await holds(shown, signatureId, value)
    if (found === 'ours') return
    if (found === 'another') throw walletExists(signatureId)
  }
  throw new KeywardError('BACKEND_CONFLICT', `wallet ${signatureId} was written but does not come back`, {
    advice: 'It does not count as stored. Look whether something else removes entries from the backend.',
    context: { signatureId },
  })
}

const leavesOpen = (error: KeywardError): boolean =>
  error.code === 'BACKEND_UNCERTAIN' || error.code === 'WALLET_EXISTS' || ERRORS[error.code].again

/** @throws KeywardError when it cannot be told: the backend does not let us look. */
async function holds(shown: ReadQueue, id: SignatureId, value: Secret): Promise<'ours' | 'another' | 'nothing'> {
  let found: Secret
  try {
    found = await shown.read(id)
  } catch (thrown) {
    const error = asKeywardError(thrown)
    if (error.code === 'WALLET_NOT_FOUND') return 'nothing'
    // An entry without a readable value is nothing that we have written.
    if (error.code === 'WALLET_CORRUPT') return 'another'
    throw error
  }
  try {
    const same = found.use((left) => value.use((right) => left.length === right.length && timingSafeEqual(left, right)))
    return same ? 'ours' : 'another'
  } finally {
    found.wipe()
  }
}

/** Takes away what was written, if it is ours. @returns the error that the caller gets. */
async function rolledBack(
  store: SecretStore,
  shown: ReadQueue,
  begun: readonly Creation[],
  reason: KeywardError,
  { log }: Tools,
): Promise<KeywardError> {
  const left: SignatureId[] = []
  for (const { wallet, value, mayAppear } of begun) {
    const { signatureId } = wallet.descriptor
    try {
      const found = await holds(shown, signatureId, value)
      if (found === 'ours') await store.remove(signatureId, 'permanent')
      else if (found === 'nothing' && mayAppear) left.push(signatureId)
    } catch (thrown) {
      const { code } = asKeywardError(thrown)
      if (code === 'WALLET_NOT_FOUND' || code === 'WALLET_DELETED') continue
      left.push(signatureId)
      log.error('wallet.not-taken-back', { signatureId, code, reason: reason.message })
    }
  }
  if (left.length === 0 || (begun.length === 1 && reason.code === 'BACKEND_UNCERTAIN')) return reason
  const named = left.length > 3 ? `${left.slice(0, 3).join(', ')} and ${left.length - 3} more` : left.join(', ')
  return new KeywardError('BACKEND_UNCERTAIN', `${reason.message}; not known whether stored: ${named}`, {
    advice: 'Look with `keyward wallets list`, and remove what you do not want to keep.',
    context: { ...reason.context, reason: reason.code, left: left.length },
    cause: reason,
  })
}
