import { pino } from 'pino'
import type { LogStream, LogWriter } from './create-log.js'

/** Members that every line has. A field of the same name gets an underscore, because a JSON object with two equal names has no agreed meaning. */
const OWN_MEMBERS: ReadonlySet<string> = new Set(['level', 'time', 'event'])

/** JSON lines: `{"level":"info","time":"2026-11-22T12:00:01.000Z","event":"transaction.completed","id":"65f0…"}`. */
export function jsonWriter(stream: LogStream, now: () => Date = () => new Date()): LogWriter {
  const logger = pino(
    {
      level: 'debug',
      base: null,
      timestamp: () => `,"time":"${now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      // pino treats members called `err` and `error` specially unless it is told that there is nothing to do.
      serializers: {},
    },
    { write: (line: string) => void stream.write(line) },
  )
  return (level, event, fields) => {
    const line: Record<string, string | number | boolean> = { event }
    for (const { name, value } of fields) line[OWN_MEMBERS.has(name) ? `${name}_` : name] = value
    logger[level](line)
  }
}
