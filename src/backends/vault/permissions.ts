import { KeywardError } from '../../core/errors.js'
import type { Log } from '../../core/log.js'
import { newSignatureId } from '../../core/ids.js'
import { capabilitiesSchema, capabilityList, readAs } from './answers.js'
import type { Entries } from './entries.js'
import { denied } from './errors.js'
import type { Vault } from './vault.js'

/** What Keyward does, and what a policy grants for it. The first is what it cannot do without. */
const WANTED = [
  { part: 'data', capability: 'read', for: 'read wallets' },
  { part: 'data', capability: 'create', for: 'create wallets' },
  { part: 'data', capability: 'delete', for: 'delete wallets so that they can be recovered' },
  { part: 'metadata', capability: 'read', for: 'describe wallets without reading their secrets' },
  { part: 'metadata', capability: 'update', for: 'keep public facts of wallets beside them' },
  { part: 'metadata', capability: 'delete', for: 'remove wallets for good' },
] as const

/**
 * Asks what the token may do, so that a missing permission is found at the start. What is needed only now and then is a warning.
 * @throws KeywardError BACKEND_DENIED when wallets cannot be read.
 */
export async function checkPermissions(vault: Vault, entries: Entries, log: Log): Promise<void> {
  const granted = await capabilities(vault, entries)
  // A policy without the default one does not let the token ask; then each request finds out by itself.
  if (granted === undefined) return
  for (const { part, capability, for: purpose } of WANTED) {
    if (granted(part, capability)) continue
    const path = entries.policyPath(part)
    if (capability === 'read' && part === 'data') throw denied(purpose, capability, path)
    log.warn('vault.permission-missing', { purpose, path, capability })
  }
  if (granted('folder', 'list')) return
  log.warn('vault.permission-missing', {
    purpose: 'list wallets',
    ...{ path: entries.policyPath('metadata', ''), capability: 'list' },
  })
}

type Granted = (part: 'data' | 'metadata' | 'folder', capability: string) => boolean

async function capabilities(vault: Vault, entries: Entries): Promise<Granted | undefined> {
  const anyWallet = newSignatureId()
  const paths = {
    data: entries.policyPath('data', anyWallet),
    metadata: entries.policyPath('metadata', anyWallet),
    folder: entries.policyPath('metadata', ''),
  }
  const answer = await vault
    .ask(
      {
        ...{ kind: 'read', method: 'POST', path: ['sys', 'capabilities-self'], body: { paths: Object.values(paths) } },
        ...{ what: 'ask for its own permissions', needs: ['update', 'sys/capabilities-self'] },
      },
      ({ status, body }) => (status === 200 ? readAs(capabilitiesSchema, body).data : undefined),
    )
    .catch((thrown: unknown) => passOver(thrown))
  if (answer === undefined) return undefined
  return (part, capability) => {
    const list = capabilityList.safeParse(answer[paths[part]]).data ?? []
    return list.includes(capability) || list.includes('root')
  }
}

function passOver(thrown: unknown): undefined {
  if (thrown instanceof KeywardError && thrown.code === 'BACKEND_DENIED') return undefined
  throw thrown
}
