import type { TokenCredential } from '@azure/identity'
import type { AzureAuthOf } from '../config.js'
import type { SignInTools } from './credential.js'

/** An application with a secret. */
export async function clientSecret(
  auth: AzureAuthOf<'client-secret'>,
  { options, textOf }: SignInTools,
): Promise<TokenCredential> {
  const { ClientSecretCredential } = await import('@azure/identity')
  const secret = await textOf(auth.clientSecret, `the client secret of the application ${auth.clientId}`)
  return new ClientSecretCredential(auth.tenantId, auth.clientId, secret, options)
}
