/** A piece of a JSON text: `text.slice(start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface JsonSpans {
  /** Every value, the innermost first. */
  readonly values: readonly Span[]
  /** Members of objects (name, colon and value) and elements of arrays. */
  readonly parts: readonly Span[]
  /** Places behind an opening brace. */
  readonly insides: readonly number[]
  /** Strings that are values, without their quotes. */
  readonly strings: readonly Span[]
}

/** A string that is not closed goes to the end: were it no string, every quote in it would be tried as the start of one. */
const TOKEN = /"(?:[^"\\]|\\[^])*(?:"|\\?$)|[{}[\],:]|[^\s{}[\],:"]+/g

/** Finds the parts of a JSON text without parsing it, so that digits, doubled names and even damage stay as they are. */
export function jsonSpans(text: string): JsonSpans {
  const [values, parts, strings]: Span[][] = [[], [], []]
  const insides: number[] = []
  const open: number[] = []
  let name: number | undefined
  const finish = (start: number, end: number, part: number): void => {
    values?.push({ start, end })
    if (open.length > 0) parts?.push({ start: part, end })
    name = undefined
  }
  const names: (number | undefined)[] = []
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match
    const end = match.index + token.length
    if (token === ',' || token === ':') continue
    if (token === '{' || token === '[') {
      open.push(match.index)
      names.push(name)
      name = undefined
      if (token === '{') insides.push(end)
    } else if (token === '}' || token === ']') {
      const start = open.pop()
      if (start !== undefined) finish(start, end, names.pop() ?? start)
    } else if (token.startsWith('"') && name === undefined && /^\s*:/.test(text.slice(end, end + 4))) {
      name = match.index
    } else {
      if (token.startsWith('"')) strings?.push({ start: match.index + 1, end: end - 1 })
      finish(match.index, end, name ?? match.index)
    }
  }
  return { values: values ?? [], parts: parts ?? [], insides, strings: strings ?? [] }
}
