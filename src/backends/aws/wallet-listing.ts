import { KeywardError } from '../../core/errors.js'
import type { StoredName } from '../common/secret-store.js'
import type { Page } from './answers.js'
import { PAGE_SIZE } from './limits.js'
import type { AwsSession } from './session.js'
import type { WalletPlace } from './wallet-place.js'

/** One page of the listing of our prefix. */
export function listPage(
  session: AwsSession,
  place: WalletPlace,
  page: { readonly token?: string | undefined; readonly size: number; readonly what: string },
  signal?: AbortSignal,
): Promise<Page> {
  return session.run(
    'list',
    page.what,
    (client, abort) => client.page(`${place.prefix}/`, page.token, page.size, abort),
    signal,
  )
}

/** Wallets as the pages come, without those that are deleted. A page may be empty and still not be the last. */
export async function* listWallets(session: AwsSession, place: WalletPlace): AsyncIterable<StoredName> {
  const seen = new Set<string>()
  let token: string | undefined
  do {
    const { secrets, next } = await listPage(session, place, { token, size: PAGE_SIZE, what: 'list the wallets' })
    for (const { name, tags, deleted } of secrets) {
      const signatureId = place.idOf(name)
      if (deleted || signatureId === undefined) continue
      yield tags === undefined ? { signatureId } : { signatureId, labels: tags }
    }
    if (next !== undefined && seen.has(next)) throw endless()
    if (next !== undefined) seen.add(next)
    token = next
  } while (token !== undefined)
}

const endless = (): KeywardError =>
  new KeywardError('BACKEND_UNREACHABLE', 'the listing of AWS repeats itself without end', {
    advice: 'Check `endpoint`, and whether a proxy or an emulator answers in place of AWS.',
  })
