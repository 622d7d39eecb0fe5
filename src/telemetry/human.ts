import type { LogLevel, LogStream, LogWriter } from './create-log.js'
import { oneLine } from './fields.js'
import type { FieldValue } from './fields.js'

const RESET = '\u001b[0m'
const DIM = '\u001b[2m'
const COLOURS: Readonly<Record<LogLevel, string>> = {
  debug: DIM,
  info: '',
  warn: '\u001b[33m',
  error: '\u001b[31m',
}
const LABELS: Readonly<Record<LogLevel, string>> = { debug: 'debug ', info: '', warn: 'WARNING ', error: 'ERROR ' }

/** Texts that can stand after `name=` without quotes and be read back without doubt. */
const PLAIN = /^[^\s"'=\\]+$/u

export interface HumanOptions {
  readonly stream: LogStream
  readonly colour: boolean
  readonly now: () => Date
}

/** One line per event: `12:00:01 transaction.completed id=65f0… chain=ETH txId=0x…`; the level is named unless it is `info`. */
export function humanWriter({ stream, colour, now }: HumanOptions): LogWriter {
  const painted = (paint: string, text: string): string =>
    colour && paint !== '' && text !== '' ? `${paint}${text}${RESET}` : text
  return (level, event, fields) => {
    const time = painted(DIM, clockTime(now()))
    const title = painted(COLOURS[level], `${LABELS[level]}${oneLine(event)}`)
    const facts = fields.map((field) => ` ${painted(DIM, `${field.name}=`)}${fieldText(field.value)}`)
    stream.write(`${time} ${title}${facts.join('')}\n`)
  }
}

function fieldText(value: FieldValue['value']): string {
  if (typeof value !== 'string') return String(value)
  const safe = oneLine(value)
  if (PLAIN.test(value) && safe === value) return value
  // Backslashes that `oneLine` wrote stay single: this form is for reading, the JSON form is for machines.
  return `"${safe.replace(/"/g, '\\"')}"`
}

function clockTime(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}
