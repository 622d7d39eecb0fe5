import type { z } from 'zod'
import { KeywardError, remoteText } from '../core/errors.js'

const ADVICE =
  'Stop Keyward, keep the damaged journal aside and restore it from the newest backup. Never start with an empty journal: ' +
  'without its memory, transactions that were already sent could be signed again.'

/** The journal holds something that Keyward never wrote. @param what names the part, without its content. */
export function journalDamaged(what: string): KeywardError {
  return new KeywardError('JOURNAL_IO', `the journal is damaged: ${what}`, { advice: ADVICE })
}

/** Parses what a database returned. @throws KeywardError JOURNAL_IO naming the columns that are wrong, never their content. */
export function parseStored<T extends z.ZodType>(schema: T, stored: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(stored)
  if (parsed.success) return parsed.data
  const columns = new Set(parsed.error.issues.map((issue) => String(issue.path[0] ?? 'row')))
  throw journalDamaged(`${what} cannot be read (${remoteText([...columns].join(', '))})`)
}
