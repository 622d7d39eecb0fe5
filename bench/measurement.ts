/** Median and extremes of some runs. */
export interface Summary {
  readonly median: number
  readonly least: number
  readonly most: number
  readonly runs: number
}

/** One line of output: what was measured, under which conditions, and the results. */
export interface Measurement {
  readonly bench: string
  readonly [member: string]: string | number | boolean | Summary
}

/** Three significant digits: more would be noise. */
const rounded = (value: number): number => Number(value.toPrecision(3))

export function summary(values: readonly number[]): Summary {
  const sorted = [...values].sort((left, right) => left - right)
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  return {
    median: rounded(middle),
    least: rounded(sorted[0] ?? 0),
    most: rounded(sorted.at(-1) ?? 0),
    runs: values.length,
  }
}

/** Runs a piece of work and gives its time in milliseconds. */
export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** One after the other. */
export async function repeated<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let n = 0; n < times; n += 1) results.push(await work())
  return results
}
