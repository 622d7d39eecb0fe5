import type { TokenCredential } from '@azure/identity'
import type { AzureAuthOf } from '../config.js'
import type { SignInTools } from './credential.js'

/** The identity that Azure gives to a machine, container app or function: system-assigned, or user-assigned and named. */
export async function managedIdentity(
  auth: AzureAuthOf<'managed-identity'>,
  { options }: SignInTools,
): Promise<TokenCredential> {
  const { ManagedIdentityCredential } = await import('@azure/identity')
  // The endpoint is on the machine itself, by plain http, so authority and tenants mean nothing here.
  const { retryOptions } = options
  if (auth.resourceId !== undefined) return new ManagedIdentityCredential({ resourceId: auth.resourceId, retryOptions })
  if (auth.objectId !== undefined) return new ManagedIdentityCredential({ objectId: auth.objectId, retryOptions })
  if (auth.clientId !== undefined) return new ManagedIdentityCredential({ clientId: auth.clientId, retryOptions })
  return new ManagedIdentityCredential({ retryOptions })
}
