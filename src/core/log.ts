/** Facts of one event. Public values only: ids, codes, counts, durations in milliseconds. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** One line per event: a stable dotted name (`transaction.completed`) and its facts. */
export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}
