import { z } from 'zod'
import type { Secret } from './secret.js'

/**
 * Where a secret of the program itself comes from: `env:NAME`, `file:/path`, `fd:3`, `prompt:` and, with a vault configured, that vault's scheme. The secret
 * itself is never a setting.
 */
export type SecretReference = string & z.$brand<'SecretReference'>

export const secretReferenceSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]*:/, 'not a secret reference: write env:NAME, file:/path, fd:3 or prompt:')
  .transform((text): SecretReference => text as SecretReference)

export interface SecretPurpose {
  /** Completes "Enter …": e.g. `the password of the wallet store`. */
  readonly what: string
  /** A new secret is being chosen: ask twice on a terminal. */
  readonly fresh?: boolean
  /** Throws a KeywardError for a new secret that will not do: a person at a terminal is told why, and asked again. */
  readonly check?: (secret: Secret) => void
}

/** Resolves references. The caller wipes what it gets. */
export interface SecretSource {
  /** @throws KeywardError SECRET_REFERENCE_UNRESOLVED naming the reference, never a value. */
  resolve(reference: SecretReference, purpose: SecretPurpose): Promise<Secret>
}
