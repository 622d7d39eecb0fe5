import type { Log, LogFields } from '../../src/core/log.js'

export interface LogLine {
  readonly level: string
  readonly event: string
  readonly fields: LogFields
}

export class RecordingLog implements Log {
  readonly lines: LogLine[] = []
  debug = this.#writer('debug')
  info = this.#writer('info')
  warn = this.#writer('warn')
  error = this.#writer('error')

  events(level: string): string[] {
    return this.lines.filter((line) => line.level === level).map((line) => line.event)
  }

  #writer(level: string): (event: string, fields?: LogFields) => void {
    return (event, fields = {}) => void this.lines.push({ level, event, fields })
  }
}
