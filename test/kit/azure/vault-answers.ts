import type { Answer } from '../loopback-server.js'
import { RECOVERABLE_DAYS } from './vault-model.js'
import type { ModelSecret, ModelVersion } from './vault-model.js'

/** Headers that every answer of the service carries (row 2 of the recorded answers). */
export const COMMON_HEADERS = {
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  expires: '-1',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000;includeSubDomains',
  'x-ms-request-id': '3f2a8d51-0b1c-4a52-9a36-0c9b6d1f7e10',
  'x-ms-keyvault-region': 'westeurope',
  'x-ms-keyvault-service-version': '1.9.1551.1',
  'x-ms-keyvault-network-info': 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;',
}
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }

export const answerOf = (status: number, body: unknown): Answer => ({
  status,
  headers: { ...COMMON_HEADERS, ...(body === undefined ? {} : JSON_TYPE) },
  ...(body === undefined ? {} : { body }),
})

export const errorAnswer = (status: number, code: string, message: string, innerCode?: string): Answer =>
  answerOf(status, {
    error: { code, message, ...(innerCode === undefined ? {} : { innererror: { code: innerCode } }) },
  })

const LINK = 'https://go.microsoft.com/fwlink/?linkid=2125182'

export const notFound = (name: string): Answer =>
  errorAnswer(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see ${LINK}`,
  )
export const deletedNotFound = (name: string): Answer =>
  errorAnswer(404, 'SecretNotFound', `Deleted Secret not found: ${name}`)
export const disabled = (): Answer =>
  errorAnswer(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled')
export const isDeleted = (name: string): Answer =>
  errorAnswer(
    409,
    'Conflict',
    `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    'ObjectIsDeletedButRecoverable',
  )
export const isBeingDeleted = (name: string): Answer =>
  errorAnswer(
    409,
    'Conflict',
    `Secret ${name} is currently being deleted and cannot be re-created; retry later.`,
    'ObjectIsBeingDeleted',
  )
export const purgeTooEarly = (): Answer =>
  errorAnswer(409, 'Conflict', 'Secret is currently being deleted.', 'ObjectIsBeingDeleted')
export const isBeingRecovered = (name: string): Answer =>
  errorAnswer(
    409,
    'Conflict',
    `Secret ${name} is currently being recovered and cannot be re-created; retry later.`,
    'ObjectIsBeingRecovered',
  )
export const purgeProtected = (vault: string): Answer =>
  errorAnswer(
    403,
    'Forbidden',
    `Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.\r\nVault: ${vault};location=westeurope`,
  )
export const throttled = (): Answer =>
  errorAnswer(
    429,
    'Throttled',
    'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached',
  )

/** A bundle as GET, PUT and PATCH answer it; PATCH leaves the value out. */
export function bundle(origin: string, secret: ModelSecret, version: ModelVersion, withValue: boolean): object {
  return {
    ...(withValue ? { value: version.value } : {}),
    ...(version.contentType === undefined ? {} : { contentType: version.contentType }),
    id: `${origin}/secrets/${secret.name}/${version.id}`,
    attributes: attributes(version),
    ...(version.tags === undefined ? {} : { tags: version.tags }),
  }
}

/** An item of a listing; listings of secrets leave the version out of the id. */
export function item(origin: string, secret: ModelSecret, version: ModelVersion, withVersion: boolean): object {
  return {
    id: `${origin}/secrets/${secret.name}${withVersion ? `/${version.id}` : ''}`,
    attributes: attributes(version),
    ...(version.contentType === undefined ? {} : { contentType: version.contentType }),
    ...(version.tags === undefined ? {} : { tags: version.tags }),
  }
}

export function deletedBundle(origin: string, secret: ModelSecret, version: ModelVersion): object {
  const deletedDate = secret.deletedAt ?? 0
  return {
    recoveryId: `${origin}/deletedsecrets/${secret.name}`,
    deletedDate,
    scheduledPurgeDate: deletedDate + RECOVERABLE_DAYS * 86_400,
    ...bundle(origin, secret, version, false),
  }
}

const attributes = ({ enabled, nbf, exp, created, updated }: ModelVersion): object => ({
  enabled,
  ...(nbf === undefined ? {} : { nbf }),
  ...(exp === undefined ? {} : { exp }),
  ...{ created, updated },
  recoveryLevel: 'Recoverable+Purgeable',
  recoverableDays: RECOVERABLE_DAYS,
})
