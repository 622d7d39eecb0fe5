import type { KeywardError } from '../core/errors.js'
import type { Host } from './host.js'

const RED = '\u001b[31m'
const PLAIN = '\u001b[0m'

export interface ErrorStyle {
  /** Words for a person rather than JSON for a program. */
  readonly readable: boolean
  readonly colours: boolean
  readonly stack: boolean
}

export const errorStyle = (host: Host, debug: boolean): ErrorStyle => ({
  readable: host.isTerminal.stderr,
  colours: host.isTerminal.stderr && (host.env['NO_COLOR'] ?? '') === '',
  stack: debug,
})

/**
 * The text a failed command leaves on standard error: for programs the reference tool's shape, a JSON object that starts with `error`, here with a stable
 * `code` and advice.
 */
export function renderError(error: KeywardError, style: ErrorStyle): string {
  const { code, advice, context } = error.toJSON()
  const stack = style.stack ? stackFrames(error) : []
  if (!style.readable) {
    const shown = { error: error.message, code, advice, context, ...(stack.length > 0 ? { stack } : {}) }
    return `${JSON.stringify(shown, undefined, 2)}\n`
  }
  const title = style.colours ? `${RED}error${PLAIN}` : 'error'
  const lines = [`${title}: ${error.message} [${code}]`, ...(advice === undefined ? [] : [advice]), ...stack]
  return `${lines.join('\n')}\n`
}

const MAX_CAUSES = 5

/** Where it happened, and where its causes did. Names and places only: the message of a foreign error may hold a secret. */
function stackFrames(error: KeywardError): string[] {
  const lines: string[] = []
  let at: unknown = error
  for (let depth = 0; at instanceof Error && depth < MAX_CAUSES; depth++) {
    if (depth > 0) lines.push(`caused by ${at.name}`)
    // The message may have several lines; frames are the indented `at …` lines after it.
    const afterMessage = (at.stack ?? '').slice(`${at.name}: ${at.message}`.length)
    lines.push(
      ...afterMessage
        .split('\n')
        .filter((line) => /^\s+at /.test(line))
        .map((line) => line.trim()),
    )
    at = at.cause
  }
  return lines
}
