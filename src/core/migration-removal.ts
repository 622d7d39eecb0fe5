import { asKeywardError, KeywardError } from './errors.js'
import type { SignatureId } from './ids.js'
import type { MigratedWallet } from './migrate.js'
import { worthlessWallet } from './probe.js'
import { sameWallet } from './same-wallet.js'
import type { RemovalMode, SecretBackend } from './secret-backend.js'
import { wipeWallet } from './wallet.js'
import type { ManagedWallet } from './wallet.js'

/** Wallets that are looked at again together before they are removed. */
const GROUP = 100

/**
 * Takes proven wallets out of the source. Much may have happened since they were proven, so each is read once more from both sides, and goes only while the target
 * has the same one. Why a wallet stays is said in its entry; nothing is thrown.
 */
export async function removeFromSource(
  source: SecretBackend,
  target: SecretBackend,
  wallets: readonly MigratedWallet[],
  options: { readonly mode: RemovalMode; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  try {
    if (wallets.length > 0) await assertApart(source, target, options.mode)
    for (let at = 0; at < wallets.length; at += GROUP) {
      if (options.signal?.aborted) throw stopped()
      await removeGroup(source, target, wallets.slice(at, at + GROUP), options.mode)
    }
  } catch (thrown) {
    const error = asKeywardError(thrown)
    for (const wallet of wallets) if (!wallet.removed) wallet.error ??= error
  }
}

/**
 * Two configurations may name one place in two ways (an alias of a host, a link to a file), and then every wallet is proven by itself and removed from the only
 * place it is in. A wallet without worth that is put into the source shows it.
 */
async function assertApart(source: SecretBackend, target: SecretBackend, mode: RemovalMode): Promise<void> {
  const probe = worthlessWallet()
  const { signatureId } = probe.descriptor
  let seen: boolean
  try {
    await source.create([probe])
    try {
      seen = await has(target, signatureId)
    } finally {
      await source.remove(signatureId, mode)
    }
  } finally {
    wipeWallet(probe)
  }
  if (seen) throw samePlace(source, target)
}

async function has(backend: SecretBackend, signatureId: SignatureId): Promise<boolean> {
  try {
    wipeWallet(await backend.get(signatureId))
    return true
  } catch (thrown) {
    const error = asKeywardError(thrown)
    if (error.code === 'WALLET_NOT_FOUND') return false
    throw error
  }
}

async function removeGroup(
  source: SecretBackend,
  target: SecretBackend,
  group: readonly MigratedWallet[],
  mode: RemovalMode,
): Promise<void> {
  const ids = group.map(({ descriptor }) => descriptor.signatureId)
  const [here, there] = [new Map<SignatureId, ManagedWallet>(), new Map<SignatureId, ManagedWallet>()]
  try {
    await readInto(here, source, ids)
    await readInto(there, target, ids)
    for (const entry of group) {
      const { signatureId } = entry.descriptor
      const [original, copy] = [here.get(signatureId), there.get(signatureId)]
      try {
        if (!original || !copy || !sameWallet(original, copy)) throw changed(signatureId)
        await source.remove(signatureId, mode)
        entry.removed = true
      } catch (thrown) {
        entry.error = asKeywardError(thrown)
      }
    }
  } finally {
    for (const wallet of [...here.values(), ...there.values()]) wipeWallet(wallet)
  }
}

async function readInto(
  found: Map<SignatureId, ManagedWallet>,
  backend: SecretBackend,
  ids: readonly SignatureId[],
): Promise<void> {
  for await (const result of backend.getMany(ids)) if ('wallet' in result) found.set(result.signatureId, result.wallet)
}

const changed = (signatureId: SignatureId): KeywardError =>
  new KeywardError('BACKEND_CONFLICT', `wallet ${signatureId} was proven, but is not the same on both sides any more`, {
    advice: 'It was not removed from the source. Find out who changes wallets meanwhile, then give the command again.',
    context: { signatureId },
  })

const samePlace = (source: SecretBackend, target: SecretBackend): KeywardError =>
  new KeywardError('USAGE', `${source.description} and ${target.description} are the same place`, {
    advice: 'Nothing was removed. Give two configurations with different backends.',
  })

const stopped = (): KeywardError =>
  new KeywardError('INTERRUPTED', 'stopped before it was removed from the source', {
    advice: 'It is safe in the target. The same command goes on from there.',
  })
