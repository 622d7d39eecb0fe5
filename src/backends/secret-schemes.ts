import { z } from 'zod'
import { KeywardError } from '../core/errors.js'
import type { Secret } from '../core/secret.js'
import type { SecretPurpose, SecretSource } from '../core/secret-reference.js'
import { awsConnectionSchema } from './aws/config.js'
import { azureConnectionSchema } from './azure/config.js'
import type { BackendDependencies } from './common/dependencies.js'
import type { BackendConfig } from './config.js'
import { vaultConnectionSchema } from './vault/config.js'
import { vgsConnectionSchema } from './vgs/config.js'

/** Where and how the references of each vault are opened, for secrets of the program itself. */
export const secretConnectionsSchema = z.strictObject({
  aws: awsConnectionSchema.optional().describe('How `aws:` references are opened.'),
  azure: azureConnectionSchema
    .optional()
    .describe('How `azure:` references are opened; `vaultUrl` is the one they name.'),
  vault: vaultConnectionSchema.optional().describe('How `vault:` references are opened.'),
  vgs: vgsConnectionSchema.optional().describe('How `vgs:` references are opened.'),
})
export type SecretConnections = z.output<typeof secretConnectionsSchema>

/** The configuration room's type, in this room's words. */
export type OpenReference = (
  rest: string,
  context: {
    readonly purpose: SecretPurpose
    readonly environment: { find(name: string): { readonly text: string } | undefined }
  },
) => Promise<Secret>

export type SchemeDependencies = Pick<BackendDependencies, 'secrets' | 'log' | 'clock'>

/**
 * Opens references to vaults: with the connection of the `references` section, else with the one of the backend when that is the same product, else with what the
 * environment offers.
 */
export function createSecretSchemes(
  connections: SecretConnections,
  backend: BackendConfig,
  dependencies: SchemeDependencies,
): Readonly<Record<keyof SecretConnections, OpenReference>> {
  const tools = { ...dependencies, secrets: withoutVaults(dependencies.secrets) }
  const { aws, azure, vault, vgs } = { ...connectionOf(backend), ...connections }
  return {
    aws: lazily(async () => (await import('./aws/index.js')).createAwsSecretScheme(aws, tools)),
    azure: lazily(async () => (await import('./azure/index.js')).createAzureSecretScheme(azure, tools)),
    vault: lazily(async () => (await import('./vault/index.js')).createVaultSecretScheme(vault, tools)),
    vgs: lazily(async () => (await import('./vgs/index.js')).createVgsSecretScheme(vgs, tools)),
  }
}

function connectionOf(backend: BackendConfig): SecretConnections {
  switch (backend.type) {
    case 'aws':
      return { aws: backend }
    case 'azure':
      return { azure: backend }
    case 'vault':
      return { vault: backend }
    case 'vgs':
      return { vgs: backend }
    case 'file':
      return {}
  }
}

/** A vault's code and libraries are loaded when the first of its references is opened. */
function lazily(load: () => Promise<OpenReference>): OpenReference {
  let loading: Promise<OpenReference> | undefined
  return async (rest, context) => {
    loading ??= load()
    return (await loading)(rest, context)
  }
}

/** A vault's own credentials come from this machine: were they in a vault again, two vaults could each wait for the other. */
function withoutVaults(secrets: SecretSource): SecretSource {
  return {
    resolve: (reference, purpose) => {
      if (!/^(aws|azure|vault|vgs):/.test(reference)) return secrets.resolve(reference, purpose)
      throw new KeywardError(
        'SECRET_REFERENCE_UNRESOLVED',
        `${purpose.what} signs in to a vault, so it cannot come from a vault itself`,
        { advice: 'Refer to env:NAME, file:/path or fd:3, or sign in without a secret (an identity of the platform).' },
      )
    },
  }
}
