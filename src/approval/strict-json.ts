/**
 * Parses JSON in which every object names each member once. Readers disagree about which of two equal members counts, so an answer that has them means
 * one thing to us and another to whoever checks it on the way (RFC 8259, 4).
 * @returns `undefined` for anything else.
 */
export function parseStrictJson(text: string): { readonly value: unknown } | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return repeatsMember(text) ? undefined : { value }
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g

/** @param text valid JSON, so a string is a name exactly when a colon follows it. */
function repeatsMember(text: string): boolean {
  const open: Set<string>[] = []
  let last = ''
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      // Two spellings of one name (`"a"`, `"\u0061"`) are the same member.
      const name = JSON.stringify(JSON.parse(last))
      const names = open.at(-1)
      if (names?.has(name)) return true
      names?.add(name)
    }
    last = token
  }
  return false
}
