import type { Answer } from '../loopback-server.js'

/** What a product can do to a request, by what a user would call it. Not every product knows all of them. */
export type Trouble =
  | 'denied'
  | 'wrong credential'
  | 'throttled'
  | 'sealed'
  | 'cut off'
  | 'half an answer'
  | 'garbage'
  | 'unkind'
  | 'unkind at sign-in'
  | 'down'

/** A secret backend for whole commands: what a configuration says about it, and what was seen at its other end. */
export interface CommandPlace {
  readonly product: string
  /** Section `backend` of the configuration. */
  readonly section: Readonly<Record<string, unknown>>
  /** Member of the section `references`, with how to reach the product; absent for one that no reference can lead to. */
  readonly connection?: Readonly<Record<string, unknown>>
  /** Variables with the credentials that the sections refer to. */
  readonly env: Readonly<Record<string, string>>
  /** Secrets of the program that are used on the way: credentials, and the beginnings of tokens that the fake gives for them. */
  readonly credentials: readonly string[]
  /** Method, address and query of every request. */
  lines(): readonly string[]
  /** Keeps a secret of the program. @returns a reference to it. */
  keep(name: string, value: string): string
  /** A reference of the same form that leads nowhere. */
  absent(name: string): string
  /** From now on every request to the product fails in this way, until `heal`. */
  readonly troubles: Readonly<Partial<Record<Trouble, () => void>>>
  heal(): void
  close(): Promise<void>
}

/** Answers that spoil any request, of whatever product. */
export const SPOILED = {
  'cut off': { how: 'reset' },
  'half an answer': { body: { data: 'x'.repeat(64), value: 'y' }, how: 'half' },
  garbage: { status: 200, headers: { 'content-type': 'application/json' }, body: '{"value":\u0000<html>' },
} as const satisfies Readonly<Partial<Record<Trouble, Answer>>>

/** Says secrets wherever an error of any product has a text: nothing of it may be repeated. */
export function unkindAnswer(secrets: readonly string[]): Answer {
  const text = secrets.join(' | ')
  return {
    status: 400,
    headers: { 'content-type': 'application/json' },
    body: {
      ...{ __type: text, Message: text, message: text, code: text, title: text, errors: [text], value: text },
      error: { code: text, message: text, innererror: { code: text } },
    },
  }
}

export const requestLine = ({ method, target }: { readonly method: string; readonly target: string }): string =>
  `${method} ${target}`
