import { setImmediate as nextTurn } from 'node:timers/promises'
import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { Progress, StoreCheckReport, StoreProblem } from '../../core/maintenance.js'
import { wipeWallet } from '../../core/wallet.js'
import type { BackendDependencies } from '../common/dependencies.js'
import { FORMAT_VERSION } from './format/container.js'
import type { SealedRecords } from './format/sealed-records.js'
import type { StoreSession } from './store-session.js'

type Inspect = BackendDependencies['inspect']

/** Reads the file again, opens every record and re-derives what each wallet claims. Changes nothing. @throws KeywardError STORE_* */
export async function checkStore(
  session: StoreSession,
  inspect: Inspect,
  progress: Progress = () => undefined,
): Promise<StoreCheckReport> {
  const { path } = session.file
  await session.refresh()
  const state = await session.read()
  if (state.format === 'none') {
    throw new KeywardError('STORE_MISSING', `there is no wallet store at ${path}`, { context: { path } })
  }
  const problems = await inspectRecords(state.records, inspect, progress)
  const found = state.format === 'legacy' ? [...state.faults, ...state.remarks] : []
  return {
    path,
    format: state.format === 'legacy' ? 'Tatum KMS wallet file' : `Keyward store, version ${FORMAT_VERSION}`,
    wallets: state.records.size,
    problems: [...found, ...problems],
  }
}

/** One problem for each record that does not open and each claim that does not hold. */
export async function inspectRecords(
  records: SealedRecords,
  inspect: Inspect,
  progress: Progress = () => undefined,
): Promise<StoreProblem[]> {
  const problems: StoreProblem[] = []
  let done = 0
  for (const { signatureId } of records.descriptors()) {
    for (const problem of await problemsOf(records, signatureId, inspect)) problems.push({ signatureId, problem })
    done += 1
    progress(done, records.size)
    if (done % 100 === 0) await nextTurn() // Opening a record is synchronous; a progress bar and signals need a turn.
  }
  return problems
}

async function problemsOf(records: SealedRecords, id: SignatureId, inspect: Inspect): Promise<readonly string[]> {
  try {
    const wallet = records.read(id)
    if (!wallet) return []
    try {
      return await inspect(wallet)
    } finally {
      wipeWallet(wallet)
    }
  } catch (thrown) {
    const error = asKeywardError(thrown)
    return error.code === 'CHAIN_UNKNOWN' ? [] : [error.message] // Kept for the version that knows the chain.
  }
}
