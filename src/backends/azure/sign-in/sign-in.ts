import type { TokenCredential } from '@azure/identity'
import type { SecretSource } from '../../../core/secret-reference.js'
import { authorityHostOf } from '../config.js'
import type { AzureConnection } from '../config.js'
import type { Exchanges, PipelineStep } from '../pipeline.js'
import { azureCli } from './azure-cli.js'
import { clientCertificate } from './client-certificate.js'
import { clientSecret } from './client-secret.js'
import { signInFailure, WatchedCredential } from './credential.js'
import type { SignInTools } from './credential.js'
import { defaultChain } from './default-chain.js'
import { managedIdentity } from './managed-identity.js'
import { workloadIdentity } from './workload-identity.js'

/**
 * The credential of a connection. It asks for nothing yet; one serves all requests of a client, as it keeps the token.
 * @param exchanges watches its requests.
 * @throws KeywardError SECRET_REFERENCE_UNRESOLVED; SignInFailure when the settings or variables it needs are missing.
 */
export async function signInWith(
  connection: AzureConnection,
  secrets: SecretSource,
  exchanges: Exchanges,
  trust: PipelineStep | undefined,
): Promise<TokenCredential> {
  const tools: SignInTools = {
    options: {
      authorityHost: authorityHostOf(connection),
      disableInstanceDiscovery: connection.disableInstanceDiscovery,
      additionallyAllowedTenants: [...connection.additionallyAllowedTenants],
      // Repeats are made in one place: RemoteCalls.
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [exchanges.step(false), ...(trust ? [trust] : [])],
    },
    textOf: async (reference, what) => {
      const secret = await secrets.resolve(reference, { what })
      try {
        return secret.text()
      } finally {
        secret.wipe()
      }
    },
  }
  return new WatchedCredential(connection.auth.method, await credentialOf(connection, tools), exchanges)
}

async function credentialOf({ auth }: AzureConnection, tools: SignInTools): Promise<TokenCredential> {
  switch (auth.method) {
    case 'managed-identity':
      return await managedIdentity(auth, tools)
    case 'workload-identity':
      // Its constructor refuses when neither settings nor variables name tenant, application and file.
      return await workloadIdentity(auth, tools).catch((thrown: unknown) => {
        throw signInFailure(auth.method, {}, thrown)
      })
    case 'client-secret':
      return await clientSecret(auth, tools)
    case 'client-certificate':
      return await clientCertificate(auth, tools)
    case 'azure-cli':
      return await azureCli(auth, tools)
    case 'default':
      return await defaultChain(auth, tools)
  }
}
