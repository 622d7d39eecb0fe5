import { asKeywardError } from './errors.js'
import type { KeywardError } from './errors.js'
import { chainCodeSchema, newSignatureId } from './ids.js'
import { Secret } from './secret.js'
import type { SecretBackend } from './secret-backend.js'
import { wipeWallet } from './wallet.js'
import type { ManagedWallet } from './wallet.js'

export type ProbeStep = 'open' | 'list' | 'read' | 'create' | 'remove'

export interface ProbeResult {
  readonly step: ProbeStep
  readonly ok: boolean
  /** Why not, with what to do about it. */
  readonly error?: KeywardError
}

/** No chain has this code, so no daemon ever polls for the wallet of a write probe. */
const PROBE_CHAIN = chainCodeSchema.parse('KEYWARD_PROBE')

/**
 * Finds out what this backend lets us do, step by step, and goes on after a step that failed as far as that makes sense. Reads no wallet that is kept there.
 * @param options.write also creates a wallet without worth, reads it back and removes it for good.
 */
export async function probeBackend(
  backend: SecretBackend,
  options: { readonly write: boolean },
): Promise<readonly ProbeResult[]> {
  const results: ProbeResult[] = []
  const attempt = async (step: ProbeStep, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work()
      results.push({ step, ok: true })
      return true
    } catch (thrown) {
      results.push({ step, ok: false, error: asKeywardError(thrown) })
      return false
    }
  }
  if (!(await attempt('open', () => backend.open()))) return results
  await attempt('list', () => listOne(backend))
  await attempt('read', () => readNothing(backend))
  if (!options.write) return results
  const wallet = worthlessWallet()
  try {
    const made = await attempt('create', () => backend.create([wallet]))
    if (made) await attempt('remove', () => backend.remove(wallet.descriptor.signatureId, 'permanent'))
  } finally {
    wipeWallet(wallet)
  }
  return results
}

async function listOne(backend: SecretBackend): Promise<void> {
  const names: AsyncIterable<unknown> = backend.names?.() ?? backend.list()
  const iterator = names[Symbol.asyncIterator]()
  await iterator.next()
  await iterator.return?.()
}

/** A permission to read shows in what the backend says about a wallet that cannot exist. */
async function readNothing(backend: SecretBackend): Promise<void> {
  try {
    wipeWallet(await backend.get(newSignatureId()))
  } catch (thrown) {
    if (asKeywardError(thrown).code !== 'WALLET_NOT_FOUND') throw thrown
  }
}

/** Stands for nothing and signs for no chain. The caller wipes it. */
export const worthlessWallet = (): ManagedWallet => ({
  descriptor: { signatureId: newSignatureId(), chain: PROBE_CHAIN, network: 'testnet', kind: 'secret' },
  material: { secret: Secret.fromText('a probe, worth nothing') },
})
