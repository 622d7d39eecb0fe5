import type { z } from 'zod'
import { KeywardError } from '../core/errors.js'

/** Where something was given. */
export interface Place {
  /** `FILE:LINE:COLUMN`, `flag --x`, `environment X` or `.env file PATH`. */
  readonly text: string
  /** Within a file, to tell what comes first. */
  readonly line?: number
  readonly column?: number
}

export interface Problem {
  readonly place: Place
  /** Dotted path of the setting; absent when the text as a whole is wrong. */
  readonly path?: string
  readonly message: string
}

type Issue = z.core.$ZodIssue

/** What a key without a value says: `url:` */
export const EMPTY_VALUE = 'is empty; give it a value or remove the line'

const EXPECTED: Readonly<Record<string, string>> = {
  boolean: 'must be true or false',
  number: 'must be a number',
  int: 'must be a whole number',
  string: 'must be a text',
  array: 'must be a list',
  object: 'must be a mapping of settings',
}

/** A sentence about one value that never repeats the value: it may be a secret that was put where it does not belong. */
export function issueMessage(issue: Issue, value: unknown): string {
  if (value === null) return EMPTY_VALUE
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined) return 'is missing'
      return EXPECTED[issue.expected] ?? `must be a value of type ${issue.expected}`
    case 'invalid_value':
      return `must be ${oneOf(issue.values.map(String))}`
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `${value === undefined ? 'is missing: it' : ''} must be ${oneOf(issue.options.map(String))}`.trim()
        : 'has a form that is not known here'
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int' ? `must be at least ${issue.minimum}` : issue.message
    case 'too_big':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be at most ${issue.maximum}`
        : `is longer than ${issue.maximum}`
    default:
      return issue.message.startsWith('not ') ? `is ${issue.message}` : issue.message
  }
}

/** `daemon.wallets[2]` */
export const dotted = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')

/** More than anybody mends in one go; a file that is something else altogether has a problem on each line. */
const MAX_LISTED = 50

const oneOf = (options: readonly string[]): string =>
  options.length === 1 ? String(options[0]) : `${options.slice(0, -1).join(', ')} or ${String(options.at(-1))}`

/** Collects problems, each once. */
export class Problems {
  readonly #found = new Map<string, Problem>()

  add(problem: Problem): void {
    this.#found.set(problemLine(problem), problem)
  }

  /** Is something already known to be wrong about this setting? */
  concern(path: string): boolean {
    return [...this.#found.values()].some((problem) => problem.path === path)
  }

  get any(): boolean {
    return this.#found.size > 0
  }

  /** Everything that is wrong, as one CONFIG_INVALID. */
  error(): KeywardError {
    const sorted = [...this.#found.values()].sort(byPlace)
    const lines = sorted.slice(0, MAX_LISTED).map(problemLine)
    if (sorted.length > MAX_LISTED) lines.push(`and ${sorted.length - MAX_LISTED} more`)
    const count = sorted.length === 1 ? 'a problem' : `${sorted.length} problems`
    return new KeywardError('CONFIG_INVALID', [`the configuration has ${count}:`, ...lines].join('\n  '), {
      advice: 'docs/configuration.md lists every setting and what it takes; `keyward config check` checks again.',
      context: { problems: sorted.length },
    })
  }
}

/** Top to bottom within the file, which comes before flags and variables. */
function byPlace({ place: a }: Problem, { place: b }: Problem): number {
  const end = Number.MAX_SAFE_INTEGER
  return (a.line ?? end) - (b.line ?? end) || (a.column ?? end) - (b.column ?? end)
}

function problemLine({ place, path, message }: Problem): string {
  return path === undefined ? `${place.text}: ${message}` : `${place.text}: ${path} ${message}`
}
