import { absolutePath } from './files.js'

/** Schemes of the vaults: known, so that a reference to them is told from a secret, and resolved by whoever registers the scheme. */
export const VAULT_SCHEMES = ['aws', 'azure', 'vault', 'vgs'] as const

/** Refers to the text of `--apiKey`. Made by the loader alone: `isReference` refuses it from anybody else. */
export const FLAG_KEY = 'flag:apiKey'

export interface ReferenceParts {
  readonly scheme: string
  /** What follows the colon. */
  readonly rest: string
}

export function referenceParts(reference: string): ReferenceParts {
  const colon = reference.indexOf(':')
  return { scheme: reference.slice(0, Math.max(colon, 0)), rest: reference.slice(colon + 1) }
}

const FORMS: Readonly<Record<string, RegExp>> = {
  env: /^[A-Za-z_][A-Za-z0-9_]*$/,
  file: /^[^\0]+$/,
  // 0 to 2 belong to the terminal, pipes and logs.
  fd: /^([3-9]|[1-9]\d{1,5})$/,
  prompt: /^$/,
}

/**
 * Is this a reference to a secret and not the secret itself? A password with a colon in it must not pass, because references are shown.
 */
export function isReference(value: unknown): value is string {
  if (typeof value !== 'string') return false
  const { scheme, rest } = referenceParts(value)
  const form = Object.hasOwn(FORMS, scheme) ? FORMS[scheme] : undefined
  return form ? form.test(rest) : VAULT_SCHEMES.some((known) => known === scheme)
}

export const PLAIN_SECRET =
  'is no reference to a secret: secrets are never written here, where backups and logs would copy them. Write env:NAME, file:/path, fd:3 or prompt:'

/** A `file:` reference with its path made absolute; any other reference as it is. */
export function absoluteReference(reference: string, base: string, home: string): string {
  const { scheme, rest } = referenceParts(reference)
  return scheme === 'file' ? `file:${absolutePath(rest, base, home)}` : reference
}
