import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'

/** SQLite names its failures `SQLITE_FULL`, the file system `ENOSPC`. Both are public facts. */
const codedSchema = z.object({ code: z.string().regex(/^(SQLITE_[A-Z_]+|E[A-Z0-9]+)$/) })

/** The code of a failure of SQLite or the file system, if it has one. */
export function failureCode(thrown: unknown): string | undefined {
  const parsed = codedSchema.safeParse(thrown)
  return parsed.success ? parsed.data.code : undefined
}

export const isBusy = (thrown: unknown): boolean => /^SQLITE_(BUSY|LOCKED)/.test(failureCode(thrown) ?? '')

interface Explanation {
  readonly codes: RegExp
  readonly what: string
  readonly advice: string
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    codes: /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    what: 'the disk is full',
    advice: 'Make room on the disk of the journal, then start Keyward again: it goes on where it stopped.',
  },
  {
    codes: /^(SQLITE_CORRUPT|SQLITE_NOTADB|SQLITE_FORMAT)/,
    what: 'the file is damaged, or is no journal',
    advice:
      'Check the path of the journal. If it is right, keep the damaged file aside and restore it from the newest backup. Never start with an empty ' +
      'journal: without its memory, transactions that were already sent could be signed again.',
  },
  {
    codes: /^(SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|SQLITE_AUTH|EACCES|EPERM|EROFS)/,
    what: 'the file cannot be opened for writing',
    advice: 'Give the user that runs Keyward read and write access to the journal and to the folder it is in.',
  },
  {
    codes: /^(SQLITE_IOERR|EIO)/,
    what: 'the disk reported an error',
    advice:
      'Check the disk and the system log. Start Keyward again only when the disk is sound: it then goes on where it stopped.',
  },
]

/**
 * A failure after which the disk is not to be trusted. The database's own message may quote data, so only its code is passed on.
 * @param doing e.g. `open`, `write`.
 */
export function journalFailure(thrown: unknown, doing: string): KeywardError {
  if (thrown instanceof KeywardError) return thrown
  const code = failureCode(thrown)
  const known = EXPLANATIONS.find(({ codes }) => code !== undefined && codes.test(code))
  const what = known?.what ?? `an unexpected ${code ?? (thrown instanceof Error ? thrown.name : typeof thrown)}`
  return new KeywardError('JOURNAL_IO', `cannot ${doing} the journal: ${what}`, {
    advice:
      known?.advice ?? 'Check the disk and the system log, then start Keyward again. If it stays, please report it.',
    context: { reason: code },
    cause: thrown,
  })
}
