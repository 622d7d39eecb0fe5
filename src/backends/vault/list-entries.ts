import { KeywardError } from '../../core/errors.js'
import { signatureIdSchema } from '../../core/ids.js'
import type { SignatureId } from '../../core/ids.js'
import type { StoredName } from '../common/secret-store.js'
import { detailsSchema, entryFacts, keysSchema, readAs, stateOf } from './answers.js'
import type { Entries } from './entries.js'
import { unexpected } from './errors.js'
import type { Vault, VaultTools } from './vault.js'

/** Entries with their facts take some 600 bytes each. */
const PAGE = 1000

export interface ListTools extends Pick<VaultTools, 'log' | 'clock'> {
  /** The server lists entries with their facts. */
  readonly openBao: boolean
}

/**
 * The wallets of a folder. OpenBao tells their labels, and which are deleted, in the same answer, page by page; Vault has names only. An empty folder is a 404.
 * @throws KeywardError BACKEND_*
 */
export async function* listEntries(vault: Vault, entries: Entries, tools: ListTools): AsyncGenerator<StoredName> {
  if (tools.openBao) {
    const first = await firstPage(vault, entries, tools)
    if (first !== undefined) {
      yield* detailed(vault, entries, first, tools)
      return
    }
  }
  const question = { ...entries.list(), kind: 'read', what: 'list wallets' } as const
  const keys = await vault.ask(question, ({ status, body }) => {
    if (status === 404) return []
    if (status !== 200) throw unexpected(status)
    return readAs(keysSchema, body).data.keys
  })
  for (const key of keys) {
    const signatureId = ownName(key)
    if (signatureId !== undefined) yield { signatureId }
  }
}

type Page = Readonly<Record<string, unknown>>

/** @returns `undefined` when the policy allows the plain list only, which then has to do. */
async function firstPage(vault: Vault, entries: Entries, { log }: ListTools): Promise<Page | undefined> {
  try {
    return await pageAfter(vault, entries, '')
  } catch (thrown) {
    if (!(thrown instanceof KeywardError) || thrown.code !== 'BACKEND_DENIED') throw thrown
    log.debug('vault.details-denied', { path: entries.policyPath('detailed-metadata', '') })
    return undefined
  }
}

function pageAfter(vault: Vault, entries: Entries, after: string): Promise<Page> {
  const question = { ...entries.details(after, PAGE), kind: 'read', what: 'list wallets with their facts' } as const
  return vault.ask(question, ({ status, body }) => {
    if (status === 404) return {}
    if (status !== 200) throw unexpected(status)
    const { keys, key_info } = readAs(detailsSchema, body).data
    return Object.fromEntries(keys.map((key) => [key, key_info?.[key]]))
  })
}

async function* detailed(
  vault: Vault,
  entries: Entries,
  first: Page,
  { clock }: ListTools,
): AsyncGenerator<StoredName> {
  for (let page = first; ;) {
    const keys = Object.keys(page)
    for (const key of keys) {
      const signatureId = ownName(key)
      const facts = entryFacts(page[key])
      if (signatureId === undefined) continue
      if (facts !== undefined && stateOf(facts.versions?.[facts.current_version], clock.now()) !== 'present') continue
      yield facts?.custom_metadata ? { signatureId, labels: facts.custom_metadata } : { signatureId }
    }
    const last = keys.at(-1)
    if (last === undefined || keys.length < PAGE) return
    page = await pageAfter(vault, entries, last)
  }
}

/** Folders end in a slash; other entries beside the wallets are somebody else's. */
function ownName(key: string): SignatureId | undefined {
  const parsed = signatureIdSchema.safeParse(key)
  return parsed.success && parsed.data === key ? parsed.data : undefined
}
