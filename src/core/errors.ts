/**
 * Every way this program can fail, with the exit code a script can rely on. Codes and numbers are public: a number is
 * never given a second meaning. `again` says whether the same request may succeed later without anybody changing it.
 */
export const ERRORS = {
  INTERNAL: { exitCode: 1, again: false },
  USAGE: { exitCode: 2, again: false },
  APPROVAL_URL_REQUIRED: { exitCode: 2, again: false },
  CONFIG_INVALID: { exitCode: 3, again: false },
  SECRET_REFERENCE_UNRESOLVED: { exitCode: 4, again: false },
  API_KEY_MISSING: { exitCode: 5, again: false },
  CONFIRMATION_MISSING: { exitCode: 6, again: false },
  FILE_UNREADABLE: { exitCode: 7, again: false },
  RUN_INCOMPLETE: { exitCode: 8, again: true },

  STORE_MISSING: { exitCode: 10, again: false },
  STORE_WRONG_PASSWORD: { exitCode: 11, again: false },
  STORE_DAMAGED: { exitCode: 12, again: false },
  STORE_LOCKED: { exitCode: 13, again: true },
  STORE_EXISTS: { exitCode: 14, again: false },
  STORE_READ_ONLY: { exitCode: 15, again: false },
  STORE_UNSUPPORTED: { exitCode: 16, again: false },
  STORE_IO: { exitCode: 17, again: true },
  PASSWORD_TOO_WEAK: { exitCode: 18, again: false },

  WALLET_NOT_FOUND: { exitCode: 20, again: true },
  WALLET_EXISTS: { exitCode: 21, again: false },
  WALLET_CORRUPT: { exitCode: 22, again: false },
  WALLET_UNSUITABLE: { exitCode: 23, again: false },
  WALLET_DELETED: { exitCode: 24, again: false },
  WALLET_DISABLED: { exitCode: 25, again: true },

  BACKEND_DENIED: { exitCode: 30, again: true },
  BACKEND_UNAUTHENTICATED: { exitCode: 31, again: true },
  BACKEND_UNREACHABLE: { exitCode: 32, again: true },
  BACKEND_THROTTLED: { exitCode: 33, again: true },
  BACKEND_SEALED: { exitCode: 34, again: true },
  BACKEND_CONFLICT: { exitCode: 35, again: true },
  BACKEND_UNSUPPORTED: { exitCode: 36, again: false },
  BACKEND_UNCERTAIN: { exitCode: 37, again: false },

  CHAIN_UNKNOWN: { exitCode: 40, again: false },
  MNEMONIC_INVALID: { exitCode: 41, again: false },
  KEY_INVALID: { exitCode: 42, again: false },
  INDEX_INVALID: { exitCode: 43, again: false },

  TRANSACTION_MALFORMED: { exitCode: 50, again: false },
  TRANSACTION_UNSUPPORTED: { exitCode: 51, again: false },
  SIGNER_NOT_REQUESTED: { exitCode: 52, again: false },
  SIGNER_MISMATCH: { exitCode: 53, again: false },
  SIGNATURE_INCOMPLETE: { exitCode: 54, again: false },
  VERIFICATION_FAILED: { exitCode: 55, again: false },
  TRANSACTION_NOT_FOUND: { exitCode: 56, again: false },

  APPROVAL_REFUSED: { exitCode: 60, again: false },
  APPROVAL_PENDING: { exitCode: 61, again: true },

  API_UNAUTHENTICATED: { exitCode: 70, again: true },
  API_UNREACHABLE: { exitCode: 71, again: true },
  API_THROTTLED: { exitCode: 72, again: true },
  API_REPLY_MALFORMED: { exitCode: 73, again: true },
  API_REFUSED: { exitCode: 74, again: true },
  BROADCAST_REJECTED: { exitCode: 75, again: false },
  BROADCAST_UNKNOWN: { exitCode: 76, again: true },

  JOURNAL_IO: { exitCode: 80, again: false },
  JOURNAL_LOCKED: { exitCode: 81, again: true },
  JOURNAL_CONFLICT: { exitCode: 82, again: false },

  SANDBOX_UNAVAILABLE: { exitCode: 90, again: false },
  DAEMON_UNREACHABLE: { exitCode: 91, again: true },
  INTERRUPTED: { exitCode: 130, again: true },
} as const satisfies Record<string, { exitCode: number; again: boolean }>

export type ErrorCode = keyof typeof ERRORS

/** What an error may tell about itself. Public facts only: no type here can hold a secret. */
export type ErrorContext = Readonly<Record<string, string | number | boolean | undefined>>

export interface ErrorDetails {
  /** What the reader should do next, as one or two sentences. */
  readonly advice?: string
  readonly context?: ErrorContext
  readonly cause?: unknown
}

/** The one error type that leaves a room. Its message and context are safe to log; its cause is not printed. */
export class KeywardError extends Error {
  override readonly name = 'KeywardError'
  readonly code: ErrorCode
  readonly advice: string | undefined
  readonly context: ErrorContext

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.advice = details.advice
    this.context = details.context ?? {}
  }

  /** Exit code of a command that ends with this error. */
  get exitCode(): number {
    return ERRORS[this.code].exitCode
  }

  /** Whether the same request may succeed later without anybody changing it. */
  get mayPass(): boolean {
    return ERRORS[this.code].again
  }

  /** The form that logs, `--json` output and the failure report show. */
  toJSON(): { code: ErrorCode; error: string; advice?: string; context?: ErrorContext } {
    return {
      code: this.code,
      error: this.message,
      ...(this.advice === undefined ? {} : { advice: this.advice }),
      ...(Object.keys(this.context).length === 0 ? {} : { context: this.context }),
    }
  }
}

const MAX_REMOTE_TEXT = 256

/**
 * Text that another system sent, made fit for a log line: control and bidirectional-override characters become blanks, runs of blanks
 * collapse, and at most 256 characters remain.
 */
export function remoteText(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return plain.length <= MAX_REMOTE_TEXT ? plain : `${plain.slice(0, MAX_REMOTE_TEXT - 1)}…`
}

/** Anything thrown, as a KeywardError. What is not ours becomes INTERNAL and keeps only its type: foreign messages may hold secrets. */
export function asKeywardError(thrown: unknown): KeywardError {
  if (thrown instanceof KeywardError) return thrown
  const kind = thrown instanceof Error ? thrown.name : typeof thrown
  return new KeywardError('INTERNAL', `an unexpected ${kind} was thrown`, {
    advice: 'This is a defect in Keyward. Please report it with the log lines before it.',
    cause: thrown,
  })
}
