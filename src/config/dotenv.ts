/** `NAME=`, `export NAME=` or `NAME: `, with what blanks there are. */
const HEAD = /[ \t]*(?:export[ \t]+)?([\w.-]+)(?:[ \t]*=|:[ \t])[ \t]*/y
/** What may follow a quoted value on its line. */
const TAIL = /[ \t]*(?:#.*)?$/my

interface Value {
  readonly text: string
  /** Offset behind the value. */
  readonly end: number
}

/**
 * Reads a `.env` file the way the dotenv library does, which the reference tool uses: `export` is allowed, values may stand in single, double or back quotes
 * and then span lines, `\n` and `\r` mean line ends in double quotes, `#` starts a comment outside quotes, the last of two equal names counts, and lines that
 * make no sense are passed over. Node's own `parseEnv` differs where it hurts: it cuts `'it's'` to `it`, lets a senseless line swallow the variable below it,
 * and changes with the version of Node; a password that reads differently opens no wallet.
 */
export function parseDotenv(text: string): ReadonlyMap<string, string> {
  const file = text.replace(/\r\n?/g, '\n')
  const values = new Map<string, string>()
  let at = 0
  while (at < file.length) {
    const head = matchAt(HEAD, file, at)
    const name = head?.[1]
    if (head !== undefined && name !== undefined) {
      const value = valueAt(file, at + head[0].length)
      values.set(name, value.text)
      at = value.end
    }
    at = lineEnd(file, at) + 1
  }
  return values
}

function valueAt(file: string, start: number): Value {
  const quote = file[start]
  const end = quote === '"' || quote === "'" || quote === '`' ? closing(file, start, quote) : undefined
  if (end !== undefined) return { text: plain(file.slice(start, end + 1)), end: end + 1 }
  // What does not end like a quoted value is an unquoted one, quotes included.
  const line = file.slice(start, lineEnd(file, start))
  const comment = line.indexOf('#')
  return { text: plain((comment < 0 ? line : line.slice(0, comment)).trim()), end: start }
}

/**
 * Offset of the quote that ends a value: the first without a backslash before it, if nothing but a comment follows on its line; else the last one with a
 * backslash of which that is true, as in `'C:\'`.
 */
function closing(file: string, start: number, quote: string): number | undefined {
  let escaped: number | undefined
  for (let at = file.indexOf(quote, start + 1); at >= 0; at = file.indexOf(quote, at + 1)) {
    const endsLine = matchAt(TAIL, file, at + 1) !== undefined
    if (file[at - 1] !== '\\') return endsLine ? at : escaped
    if (endsLine) escaped = at
  }
  return escaped
}

/** Takes one pair of quotes away; what they enclose stays as it is, but for the line ends of double quotes. */
function plain(value: string): string {
  const quote = value[0]
  const isQuoted = value.length > 1 && quote !== undefined && `"'\``.includes(quote) && value.endsWith(quote)
  const inner = isQuoted ? value.slice(1, -1) : value
  return quote === '"' ? inner.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : inner
}

function lineEnd(file: string, from: number): number {
  const end = file.indexOf('\n', from)
  return end < 0 ? file.length : end
}

function matchAt(pattern: RegExp, file: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at
  return pattern.exec(file) ?? undefined
}
