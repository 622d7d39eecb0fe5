import type { DeletedSecret, KeyVaultSecret, SecretProperties } from '@azure/keyvault-secrets'
import { Secret } from '../../core/secret.js'
import type { DeletedFacts, ListedSecret, ReadVersion, VersionFacts } from './vault-client.js'

/*
 * What the client library hands over, checked: its types promise members that an answer of somebody else (a proxy, a page of a hotel) does not have. What is
 * thrown here counts as an answer that cannot be read.
 */

/** @throws Error when the answer names no version. */
export function factsOf(properties: SecretProperties): VersionFacts {
  const { version, createdOn, notBefore } = properties
  if (version === undefined || version === '') throw new Error('an answer without a version')
  return {
    ...listedOf(properties),
    version,
    createdAtMs: createdOn?.getTime() ?? 0,
    notBeforeMs: notBefore?.getTime(),
  }
}

export const listedOf = ({ name, enabled, tags }: SecretProperties): ListedSecret => ({
  name,
  enabled: enabled !== false,
  tags: tags ?? {},
})

/** @throws Error when the answer holds no value. */
export function readOf(secret: KeyVaultSecret): ReadVersion {
  if (typeof secret.value !== 'string') throw new Error('an answer without a value')
  return { ...factsOf(secret.properties), value: Secret.fromText(secret.value) }
}

export const deletedFactsOf = ({ deletedOn, scheduledPurgeDate }: DeletedSecret): DeletedFacts => ({
  deletedAt: deletedOn?.toISOString(),
  purgesAt: scheduledPurgeDate?.toISOString(),
})
