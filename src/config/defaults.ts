import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Given, Winners } from './given.js'
import { DEFAULT_BACKEND_TYPE } from './sections/backend.js'
import { filePath } from './values.js'

/**
 * Defaults that depend on what else is set and on what is there.
 * @returns the journal's path, which there always is.
 */
export async function addWorkedOutDefaults(winners: Winners, home: string): Promise<string> {
  winners.add([byDefault('backend.type', DEFAULT_BACKEND_TYPE)])
  const keepsFile = winners.text('backend.type') === DEFAULT_BACKEND_TYPE
  if (keepsFile) {
    winners.add([byDefault('backend.path', await walletFile(home)), byDefault('backend.password', 'prompt:')])
  }
  const store = filePath.safeParse(keepsFile ? winners.text('backend.path') : undefined)
  const journal = store.success ? `${store.data}.journal` : join(home, '.keyward', 'journal.db')
  winners.add([byDefault('journal.path', journal)])
  return winners.text('journal.path') ?? journal
}

/** The place is never shown: a default is not wrong. */
const byDefault = (path: string, value: string): Given => ({
  path,
  value,
  source: 'default',
  place: { text: 'default' },
  baseDir: '/',
})

/** The reference tool's wallet file when there is no other, so that its users need not move anything. */
async function walletFile(home: string): Promise<string> {
  const own = join(home, '.keyward', 'wallet.dat')
  const reference = join(home, '.tatumrc', 'wallet.dat')
  return !(await exists(own)) && (await exists(reference)) ? reference : own
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
