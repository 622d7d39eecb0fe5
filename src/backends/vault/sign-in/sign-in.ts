import { KeywardError } from '../../../core/errors.js'
import { Secret } from '../../../core/secret.js'
import type { VaultAnswer, VaultRequest } from '../client.js'
import { loginSchema, readAs } from '../answers.js'

/** A token and what the server says about it. Whoever is handed one wipes the token. */
export interface Login {
  readonly token: Secret
  /** Seconds until it ends; 0 for a token without end. */
  readonly leaseSeconds: number
  readonly renewable: boolean
  /** Requests that may still be made with it; 0 for any number. */
  readonly uses: number
}

export interface SessionQuestion extends VaultRequest {
  readonly what: string
  /** `false`: a lost answer must not be followed by a second attempt. */
  readonly repeatable?: boolean
}

/**
 * Sends a request as it is: without a token, unless it brings one.
 * @param read runs inside the attempt, so that half an answer counts as none.
 */
export type Ask = <T>(question: SessionQuestion, read: (answer: VaultAnswer) => T) => Promise<T>

/** One way to get a token. */
export interface SignIn {
  /** For messages: `AppRole at auth/approle`. */
  readonly name: string
  /** Can it get another token by itself when one has ended? */
  readonly repeatable: boolean
  /** @throws KeywardError BACKEND_UNAUTHENTICATED, SECRET_REFERENCE_UNRESOLVED, BACKEND_*, CONFIG_INVALID */
  signIn(ask: Ask): Promise<Login>
  /** Wipes what it keeps. Safe to call twice. */
  close(): void
}

/** Reads the answer of a sign-in. @throws KeywardError BACKEND_UNAUTHENTICATED */
export function loginOf({ status, body }: VaultAnswer, name: string, advice: string): Login {
  if (status !== 200) throw rejected(name, status, advice)
  const { client_token, lease_duration, renewable, num_uses = 0 } = readAs(loginSchema, body).auth
  return { token: Secret.fromText(client_token), leaseSeconds: lease_duration, renewable, uses: num_uses }
}

export const rejected = (name: string, status: number, advice: string): KeywardError =>
  new KeywardError('BACKEND_UNAUTHENTICATED', `the server refused the sign-in by ${name} (${status})`, {
    advice,
    context: { status },
  })
