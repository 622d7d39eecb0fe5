import type { TokenCredential } from '@azure/identity'
import type { AzureAuthOf } from '../config.js'
import type { SignInTools } from './credential.js'

/** The library's own chain. AZURE_TOKEN_CREDENTIALS (`prod`, `dev` or one name) narrows it. */
export async function defaultChain(auth: AzureAuthOf<'default'>, { options }: SignInTools): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity')
  const { managedIdentityClientId } = auth
  return new DefaultAzureCredential(
    managedIdentityClientId === undefined ? options : { ...options, managedIdentityClientId },
  )
}
