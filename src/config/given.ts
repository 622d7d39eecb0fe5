import type { Place } from './problems.js'

/** A value that some source gives to a setting, as the configuration file would hold it. */
export interface Given {
  /** Dotted path. */
  readonly path: string
  readonly value: unknown
  /** As `config show` prints it: `flag --x`, `environment X`, `.env file PATH`, `PATH:LINE` or `default`. */
  readonly source: string
  /** What a complaint about the value points to. */
  readonly place: Place
  /** Relative paths in the value start here. */
  readonly baseDir: string
  /** Given by the configuration file, which can tell the place of each part of the value. */
  readonly inFile?: true
}

/** Values by path; whoever comes first stays. So sources are added strongest first. */
export class Winners {
  readonly #byPath = new Map<string, Given>()

  add(givens: readonly Given[]): void {
    for (const given of givens) if (!this.#byPath.has(given.path)) this.#byPath.set(given.path, given)
  }

  get(path: string): Given | undefined {
    return this.#byPath.get(path)
  }

  /** The given value, where it is a text. */
  text(path: string): string | undefined {
    const value = this.get(path)?.value
    return typeof value === 'string' ? value : undefined
  }

  /** The values as one configuration file. */
  tree(): Record<string, unknown> {
    const tree: Record<string, unknown> = {}
    for (const { path, value } of this.#byPath.values()) {
      const keys = path.split('.')
      const last = keys.pop() ?? path
      let section = tree
      for (const key of keys) section = subsection(section, key)
      section[last] = value
    }
    return tree
  }
}

function subsection(of: Record<string, unknown>, key: string): Record<string, unknown> {
  const existing = of[key]
  if (isRecord(existing)) return existing
  const made: Record<string, unknown> = {}
  of[key] = made
  return made
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
