/** Single letters that must be inserted, removed or replaced to turn one text into the other (Levenshtein distance). */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (const [line, letter] of Array.from(left).entries()) {
    const next = [line + 1]
    for (const [column, other] of Array.from(right).entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

/** The candidate that a mistyped text most likely means, or `undefined` when none is near. Compared without regard to case. */
export function nearestName(text: string, candidates: Iterable<string>): string | undefined {
  let nearest: { readonly name: string; readonly steps: number } | undefined
  // Nothing sensible is longer than this, and the comparison takes time with the square of the length.
  const wanted = text.slice(0, 40).toLowerCase()
  for (const name of candidates) {
    const steps = distance(wanted, name.toLowerCase())
    if (steps <= Math.max(1, Math.floor(name.length / 3)) && steps < (nearest?.steps ?? Infinity)) {
      nearest = { name, steps }
    }
  }
  return nearest?.name
}
