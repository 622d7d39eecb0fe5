import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Chain } from '../core/chain.js'
import { KeywardError } from '../core/errors.js'
import type { Network } from '../core/ids.js'
import type { SecretBackend } from '../core/secret-backend.js'
import { wipeWallet } from '../core/wallet.js'
import type { ManagedWallet } from '../core/wallet.js'
import type { CommandContext } from './context.js'
import { nameWallet } from './new-wallet.js'
import { ProgressLine } from './progress.js'

/** The first lines appear soon; later a chunk is large enough that many keys share the cost of a durable write, which may be that of the whole store. */
const FIRST_CHUNK = 10
const LARGEST_CHUNK = 1000

export interface KeyBatch {
  readonly chain: Chain
  readonly network: Network
  readonly count: number
}

/**
 * Makes and stores single keys chunk by chunk. The lines of a chunk are printed when the backend has made it durable; a chunk that is not stored is not
 * printed and its keys are wiped.
 * @throws KeywardError INTERRUPTED after an orderly stop; the backend's errors.
 */
export async function generateKeys(context: CommandContext, backend: SecretBackend, batch: KeyBatch): Promise<void> {
  const progress = new ProgressLine(context, 'keys')
  let stored = 0
  try {
    for (let size = FIRST_CHUNK; stored < batch.count; size = Math.min(size * 2, LARGEST_CHUNK)) {
      const lines = await storeChunk(context, backend, batch, Math.min(size, batch.count - stored), (made) =>
        progress.update(stored + made, batch.count),
      )
      if (lines === undefined) throw stopped(stored, batch.count)
      progress.clear()
      await context.output.text(lines.join(''))
      stored += lines.length
    }
  } finally {
    progress.clear()
  }
}

/** @returns a line for each key, or `undefined` when a stop was asked for before the chunk was written. */
async function storeChunk(
  context: CommandContext,
  backend: SecretBackend,
  batch: KeyBatch,
  size: number,
  progress: (made: number) => void,
): Promise<string[] | undefined> {
  const wallets: ManagedWallet[] = []
  try {
    while (wallets.length < size) {
      // Deriving a key keeps the processor busy for milliseconds; a stop signal is noticed in between.
      await nextTurn()
      if (context.signal.aborted) return undefined
      const { definition, keys } = batch.chain
      wallets.push(nameWallet(keys.generateSingleKey(batch.network), definition, batch.network))
      progress(wallets.length)
    }
    await backend.create(wallets)
    return wallets.map(({ descriptor: { signatureId, address } }) => `${JSON.stringify({ signatureId, address })}\n`)
  } finally {
    wallets.forEach(wipeWallet)
  }
}

const stopped = (stored: number, count: number): KeywardError =>
  new KeywardError('INTERRUPTED', `stopped after ${stored} of ${count} keys`, {
    advice: 'Every key whose line was printed is stored; no other was.',
  })
