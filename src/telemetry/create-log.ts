import type { Log, LogFields } from '../core/log.js'
import { publicFields } from './fields.js'
import type { FieldValue } from './fields.js'
import { humanWriter } from './human.js'

/** In order of severity. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]
/** `auto`: one line for people on a terminal, JSON lines otherwise. */
export type LogFormat = 'auto' | 'human' | 'json'

/** Where lines go: standard error for commands, standard output for the daemon, or a test's own. */
export interface LogStream {
  write(text: string): unknown
  readonly isTTY?: boolean
}

export interface LogOptions {
  /** Events below this level are dropped. */
  readonly level: LogLevel
  readonly format: LogFormat
  readonly stream: LogStream
  /** Colours in the human format; see `wantsColour`. Default: none. */
  readonly colour?: boolean
  /** Time of an event, for tests. */
  readonly now?: () => Date
}

/** Fields have been made safe by `publicFields` when a writer sees them. */
export type LogWriter = (level: LogLevel, event: string, fields: readonly FieldValue[]) => void

/** Colours are for a terminal that can show them, and for people who did not say NO_COLOR (https://no-color.org). */
export function wantsColour(stream: LogStream, env: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb'
}

/**
 * Makes the program's log: JSON lines by pino, or one short line per event for people. The JSON library is loaded only when it is needed.
 * Every field passes the redaction guard first, so neither format can print a secret or break a line.
 */
export async function createLog(options: LogOptions): Promise<Log> {
  const human = options.format === 'human' || (options.format === 'auto' && options.stream.isTTY === true)
  const writer = human
    ? humanWriter({ stream: options.stream, colour: options.colour ?? false, now: options.now ?? (() => new Date()) })
    : (await import('./json.js')).jsonWriter(options.stream, options.now)
  return guarded(options.level, writer)
}

function guarded(threshold: LogLevel, write: LogWriter): Log {
  const lowest = LOG_LEVELS.indexOf(threshold)
  const at = (level: LogLevel) => {
    if (LOG_LEVELS.indexOf(level) < lowest) return () => undefined
    return (event: string, fields: LogFields = {}): void => write(level, event, publicFields(fields))
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
