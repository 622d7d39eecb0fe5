/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other: optimal string alignment. */
function distance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      const at = (line: readonly number[], index: number): number => line[index] ?? Infinity
      let best = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1))
      if (from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        best = Math.min(best, at(beforeLast, column - 2) + 1)
      }
      current.push(best)
    }
    beforeLast = last
    last = current
  }
  return last[to.length] ?? Infinity
}

/** Spelling without what people vary: case, hyphens, underscores. */
const bare = (word: string): string => word.toLowerCase().replace(/[-_]/g, '')

/** Longer than any name of a command, flag, setting or chain. */
const MAX_LENGTH = 64
/** A beginning of this many letters says what was meant. */
const MIN_PREFIX = 3

/** The known word that a mistyped one most likely meant, or `undefined` when none is near. For advice only. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const typed = bare(word.slice(0, MAX_LENGTH))
  let best: { readonly candidate: string; readonly edits: number } | undefined
  for (const candidate of known) {
    const name = bare(candidate)
    const edits = typed.length >= MIN_PREFIX && name.startsWith(typed) ? 1 : distance(typed, name)
    const allowed = Math.max(1, Math.floor(name.length / 3))
    if (edits <= allowed && (best === undefined || edits < best.edits)) best = { candidate, edits }
  }
  return best?.candidate
}
