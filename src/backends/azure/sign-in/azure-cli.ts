import type { TokenCredential } from '@azure/identity'
import type { AzureAuthOf } from '../config.js'
import type { SignInTools } from './credential.js'

/** Starting `az` takes a second or two; a machine under load takes longer. */
const CLI_MS = 15_000

/** Whoever is signed in with `az login`. */
export async function azureCli(auth: AzureAuthOf<'azure-cli'>, { options }: SignInTools): Promise<TokenCredential> {
  const { AzureCliCredential } = await import('@azure/identity')
  return new AzureCliCredential({
    processTimeoutInMs: CLI_MS,
    additionallyAllowedTenants: options.additionallyAllowedTenants,
    ...(auth.tenantId === undefined ? {} : { tenantId: auth.tenantId }),
  })
}
