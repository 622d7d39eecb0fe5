import { KeywardError } from '../../core/errors.js'
import { mountSchema, readAs } from './answers.js'
import type { Question, Vault } from './vault.js'

export interface MountFacts {
  /** Without slashes at its ends. */
  readonly path: string
  /** Version of the KV secrets engine. */
  readonly version: 1 | 2
  /** OpenBao lists entries with their facts, page by page. */
  readonly openBao: boolean
}

/**
 * What is mounted at a path or above it. Both products tell it to every token that may do anything below the mount: their command line asks this too.
 * @throws KeywardError CONFIG_INVALID, BACKEND_*
 */
export async function mountFacts(vault: Vault, path: string): Promise<MountFacts> {
  const question: Question = {
    ...{ kind: 'read', method: 'GET', path: ['sys', 'internal', 'ui', 'mounts', ...path.split('/')] },
    ...{ what: `use the mount ${path}`, needs: ['read', `${path}/*`] },
  }
  const facts = await vault
    .ask(question, ({ status, body }) => (status === 200 ? readAs(mountSchema, body).data : undefined))
    .catch((thrown: unknown) => {
      throw thrown instanceof KeywardError && thrown.code === 'BACKEND_DENIED' ? nothingThere(path) : thrown
    })
  if (facts === undefined) throw unclear(path)
  if (facts.type !== 'kv' && facts.type !== 'generic') throw otherEngine(path)
  return {
    path: facts.path.replace(/\/+$/, ''),
    version: facts.options?.version === '2' ? 2 : 1,
    openBao: facts.running_plugin_version?.endsWith('.bao') ?? false,
  }
}

/** @returns the facts of the mount that wallets are kept in. @throws KeywardError CONFIG_INVALID when it cannot keep them safely. */
export async function walletMount(vault: Vault, path: string): Promise<MountFacts> {
  const facts = await mountFacts(vault, path)
  if (facts.path !== path) {
    throw new KeywardError('CONFIG_INVALID', `nothing is mounted at ${path}, but at ${facts.path}`, {
      advice: `Set \`backend.mount\` to ${facts.path} and put the rest into \`backend.prefix\`.`,
    })
  }
  if (facts.version === 2) return facts
  throw new KeywardError('CONFIG_INVALID', `the mount ${path} is a KV secrets engine of version 1`, {
    advice: `Version 1 overwrites without a question and keeps no deleted entries. Make a mount of version 2: vault secrets enable -version=2 -path=${path}-v2 kv`,
  })
}

const nothingThere = (path: string): KeywardError =>
  new KeywardError('BACKEND_DENIED', `there is no mount ${path}, or the token may do nothing in it`, {
    advice:
      'Check `backend.mount` and `backend.namespace` against `vault secrets list`, and that the policy of docs/backends/vault.md belongs to the token.',
    context: { path },
  })

const unclear = (path: string): KeywardError =>
  new KeywardError('BACKEND_UNSUPPORTED', `the server does not tell of which version the mount ${path} is`, {
    advice: `Let sys/internal/ui/mounts/${path} through, which every client of KV asks: version 1 would overwrite wallets.`,
    context: { path },
  })

const otherEngine = (path: string): KeywardError =>
  new KeywardError('CONFIG_INVALID', `the mount ${path} is no KV secrets engine`, {
    advice: `Make one: vault secrets enable -version=2 -path=PATH kv, and set \`backend.mount\` to PATH.`,
  })
