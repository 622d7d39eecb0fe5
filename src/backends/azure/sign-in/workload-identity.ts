import type { TokenCredential } from '@azure/identity'
import type { AzureAuthOf } from '../config.js'
import type { SignInTools } from './credential.js'

/** A Kubernetes service account whose token an application trusts. The library reads the token file again before the token in it expires. */
export async function workloadIdentity(
  auth: AzureAuthOf<'workload-identity'>,
  { options }: SignInTools,
): Promise<TokenCredential> {
  const { WorkloadIdentityCredential } = await import('@azure/identity')
  return new WorkloadIdentityCredential({
    ...options,
    ...(auth.tenantId === undefined ? {} : { tenantId: auth.tenantId }),
    ...(auth.clientId === undefined ? {} : { clientId: auth.clientId }),
    ...(auth.tokenFile === undefined ? {} : { tokenFilePath: auth.tokenFile }),
  })
}
