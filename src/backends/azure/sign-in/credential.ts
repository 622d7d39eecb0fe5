import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity'
import { z } from 'zod'
import type { SecretReference } from '../../../core/secret-reference.js'
import type { Exchange, Exchanges, PipelineStep } from '../pipeline.js'

/** What every way to sign in hands to the identity library. */
export interface IdentityOptions {
  readonly authorityHost: string
  readonly disableInstanceDiscovery: boolean
  readonly additionallyAllowedTenants: string[]
  readonly retryOptions: { readonly maxRetries: 0 }
  readonly additionalPolicies: PipelineStep[]
}

/** What a way to sign in is given besides its settings. */
export interface SignInTools {
  readonly options: IdentityOptions
  /** Text of a secret. The identity library keeps it as long as the credential lives: docs/security-model.md. */
  readonly textOf: (reference: SecretReference, what: string) => Promise<string>
}

/** Why no token was had: facts of the identity service's answer, and the code in the library's words. Never those words. */
export class SignInFailure extends Error {
  constructor(
    readonly method: string,
    readonly exchange: Exchange,
    /** A word that tells what is missing, e.g. `cli-missing`. */
    readonly gap: SignInGap | undefined,
  ) {
    super('no token')
  }
}

export type SignInGap =
  'cli-missing' | 'cli-signed-out' | 'token-file' | 'certificate' | 'settings' | 'tenant' | 'no-endpoint'

const NETWORK = /\b(ENOTFOUND|EAI_AGAIN|E(?:CONN|HOST|NET)[A-Z]+|ETIMEDOUT|network_error|endpoints_resolution_error)\b/
const TEXT_CODE = /\b(AADSTS\d{4,9})\b/
/** The managed identity's pipeline takes no watching step; its library keeps the status on the error that it wraps. */
const wrappedSchema = z.object({ cause: z.object({ status: z.int().min(100).max(599) }) })

const GAPS: readonly (readonly [RegExp, SignInGap])[] = [
  [/Azure CLI could not be found/i, 'cli-missing'],
  [/az login|'az account set'/i, 'cli-signed-out'],
  [/ENOENT|No content on the file|Invalid file path/i, 'token-file'],
  [/PEM|private ?key|DECODER|asn1|bad decrypt|passphrase|ERR_OSSL/i, 'certificate'],
  [/additionallyAllowedTenants|not configured to acquire tokens for tenant/i, 'tenant'],
  [/required parameter|is unavailable\./i, 'settings'],
]

/** A credential whose failures carry facts only: the libraries' own errors hold whole answers and sometimes settings. */
export class WatchedCredential implements TokenCredential {
  constructor(
    private readonly method: string,
    private readonly inner: TokenCredential,
    private readonly exchanges: Exchanges,
  ) {}

  async getToken(scopes: string | string[], options?: GetTokenOptions): Promise<AccessToken> {
    const exchange: Exchange = {}
    try {
      const token = await this.exchanges.run(exchange, () => this.inner.getToken(scopes, options))
      if (token !== null) return token
    } catch (thrown) {
      throw signInFailure(this.method, exchange, thrown)
    }
    throw new SignInFailure(this.method, exchange, undefined)
  }
}

export function signInFailure(method: string, exchange: Exchange, thrown: unknown): SignInFailure {
  const text = thrown instanceof Error ? `${thrown.message} ${codeOf(thrown)}` : ''
  const textCode = exchange.textCode ?? TEXT_CODE.exec(text)?.[1]
  const status = exchange.status ?? statusOf(thrown)
  const networkCode = exchange.networkCode ?? NETWORK.exec(text)?.[1]
  const facts: Exchange = {
    ...exchange,
    ...(textCode === undefined ? {} : { textCode }),
    ...(status === undefined ? {} : { status }),
    ...(networkCode === undefined ? {} : { networkCode }),
  }
  const gap = GAPS.find(([pattern]) => pattern.test(text))?.[1]
  return new SignInFailure(method, facts, gap)
}

const statusOf = (thrown: unknown): number | undefined => wrappedSchema.safeParse(thrown).data?.cause.status

const codeOf = (thrown: Error): string => ('code' in thrown && typeof thrown.code === 'string' ? thrown.code : '')
