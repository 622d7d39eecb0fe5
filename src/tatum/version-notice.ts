import type { Clock } from '../core/clock.js'
import { remoteText } from '../core/errors.js'
import type { Log } from '../core/log.js'

/** The version of the Tatum KMS protocol that this client speaks. The API compares it with its own idea of the newest client. */
export const PROTOCOL_VERSION = '8.0.1'

const INTERVAL_MS = 3_600_000

/** Passes on what the API says about newer clients (`version;LEVEL;message`), once an hour at most. */
export class VersionNotice {
  #saidAt: number | undefined

  constructor(
    private readonly log: Log,
    private readonly clock: Clock,
  ) {}

  observe(header: string | string[] | undefined): void {
    if (typeof header !== 'string') return
    const now = this.clock.now()
    if (this.#saidAt !== undefined && now - this.#saidAt < INTERVAL_MS) return
    const [, latest = '', level = '', message = ''] = /^([^;]*);([^;]*);(.*)$/s.exec(header) ?? []
    if (level.trim() === '' || message.trim() === '' || !isNewer(latest.trim(), PROTOCOL_VERSION)) return
    this.#saidAt = now
    const fields = {
      latest: remoteText(latest),
      current: PROTOCOL_VERSION,
      level: remoteText(level),
      message: remoteText(message),
    }
    if (level.trim().toUpperCase() === 'ERROR') this.log.error('api.newer-version', fields)
    else this.log.warn('api.newer-version', fields)
  }
}

function isNewer(candidate: string, current: string): boolean {
  const parts = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(candidate)
  if (parts === null) return false
  const [theirs, ours] = [parts.slice(1).map(Number), current.split('.').map(Number)]
  for (const [index, part] of theirs.entries()) {
    const difference = part - (ours[index] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}
