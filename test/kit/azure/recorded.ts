import type { VaultModel } from './vault-model.js'
import type { VaultOptions } from './fake-vault.js'
import type { Answer } from '../loopback-server.js'
import { errorAnswer } from './vault-answers.js'

/** Stands for any whole number. */
export const NUMBER = Symbol('a whole number')

/** `{origin}` and `{n}` in texts stand for the vault's address and the secret's name. Objects have exactly these members. */
export type Expected =
  string | boolean | null | RegExp | typeof NUMBER | readonly Expected[] | { readonly [member: string]: Expected }

export interface Exchange {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'DELETE' | 'POST'
  /** With `{n}` for the name; `{next}` for the link of the last page; `{version}` for the id that the last answer named. */
  readonly target: string
  readonly body?: object
  readonly token?: false
  readonly status: number
  readonly answer?: Expected
  readonly headers?: Readonly<Record<string, RegExp>>
}

/** How the backend is driven through the answer of a row, and what must come of it. */
export interface Drive {
  readonly what: 'open' | 'read' | 'names' | 'create' | 'remove' | 'purge'
  /** The error's code; absent when it must succeed. */
  readonly code?: string
  readonly advice?: RegExp
}

export interface Row {
  /** Numbers of the facts. */
  readonly facts: readonly number[]
  readonly title: string
  readonly options?: VaultOptions
  readonly arrange?: (model: VaultModel, name: string) => void
  /** An answer that only a real vault can have a reason for. */
  readonly denial?: { readonly permission: string; readonly answer: Answer }
  readonly exchanges: readonly Exchange[]
  readonly drive?: Drive
}

/** Members of an expected object. */
type Members = Readonly<Record<string, Expected>>

const attributes: Members = {
  enabled: true,
  created: NUMBER,
  updated: NUMBER,
  recoveryLevel: /^Recoverable/,
  recoverableDays: NUMBER,
}
const id = /^\{origin\}\/secrets\/\{n\}\/[0-9a-f]{32}$/
const bundle: Members = { id, attributes }
const error = (code: string, message: string, inner?: string): Expected => ({
  error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) },
})
const notFound = error(
  'SecretNotFound',
  'A secret with (name/id) {n} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182',
)
const deletedNotFound = error('SecretNotFound', 'Deleted Secret not found: {n}')
const deletedBundle: Members = {
  recoveryId: '{origin}/deletedsecrets/{n}',
  ...{ deletedDate: NUMBER, scheduledPurgeDate: NUMBER },
  ...bundle,
}
const put = (body: object = {}, tags?: Expected): Exchange => ({
  ...{ method: 'PUT', target: '/secrets/{n}', body: { value: 'v', ...body }, status: 200 },
  answer: { value: 'v', ...bundle, ...(tags === undefined ? {} : { tags }) },
})
const get: Exchange = { method: 'GET', target: '/secrets/{n}/', status: 200, answer: { value: 'v', ...bundle } }
const remove: Exchange = { method: 'DELETE', target: '/secrets/{n}', status: 200, answer: deletedBundle }
const lookAtDeleted = (status: number): Exchange => ({
  ...{ method: 'GET', target: '/deletedsecrets/{n}', status },
  answer: status === 200 ? deletedBundle : deletedNotFound,
})
const blob = (name: string): string => Buffer.from(`blob-of-${name}`).toString('base64url')

const SERVICE_HEADERS = {
  'cache-control': /^no-cache$/,
  pragma: /^no-cache$/,
  expires: /^-1$/,
  'content-type': /^application\/json; charset=utf-8$/,
  'x-content-type-options': /^nosniff$/,
  'strict-transport-security': /^max-age=31536000;includeSubDomains$/,
  'x-ms-request-id': /./,
  'x-ms-keyvault-region': /./,
  'x-ms-keyvault-service-version': /./,
  'x-ms-keyvault-network-info': /./,
}

/** A denial that needs a vault's own settings; the row says with which words it comes. */
function denied(
  fact: number,
  title: string,
  permission: 'get' | 'set',
  inner: string,
  message: string,
  advice: RegExp,
): Row {
  const answer = errorAnswer(403, 'Forbidden', message, inner)
  const exchange: Exchange = permission === 'get' ? { ...get, status: 403 } : { ...put(), status: 403 }
  return {
    ...{ facts: [fact], title, denial: { permission, answer } },
    exchanges: [{ ...exchange, answer: error('Forbidden', message, inner) }],
    drive: { what: permission === 'get' ? 'read' : 'create', code: 'BACKEND_DENIED', advice },
  }
}

/**
 * What the real service was seen to answer, and what the backend makes of it. Facts are numbered as in docs/adr/0022-azure-key-vault.md; they were read in recordings
 * of real traffic and in answers that users printed.
 */
export const RECORDED: readonly Row[] = [
  {
    ...{ facts: [1], title: 'a request without a token is challenged' },
    exchanges: [
      {
        ...{ method: 'GET', target: '/secrets/{n}/', token: false, status: 401 },
        answer: error('Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.'),
        headers: {
          'www-authenticate':
            /^Bearer authorization="https:\/\/.+\/[0-9a-f-]{36}", resource="https:\/\/vault\.azure\.net"$/,
        },
      },
    ],
    drive: { what: 'open' },
  },
  {
    ...{ facts: [2, 3, 4], title: 'a new secret is answered with 200 and its bundle, and read back' },
    exchanges: [{ ...put(), headers: SERVICE_HEADERS }, get],
    drive: { what: 'read' },
  },
  {
    ...{ facts: [5, 6, 9], title: 'a change answers without the value, and keeps the tags that it does not name' },
    exchanges: [
      put({ tags: { a: '1' } }, { a: '1' }),
      {
        method: 'PATCH',
        target: '/secrets/{n}/',
        body: { contentType: 'x', value: 'w' },
        status: 200,
        answer: { ...bundle, tags: { a: '1' } },
      },
      { ...get, answer: { value: 'v', ...bundle, tags: { a: '1' } } },
    ],
    drive: { what: 'create', code: 'WALLET_EXISTS' },
  },
  {
    ...{ facts: [7, 8], title: 'a change that names tags replaces all of them, also by none' },
    exchanges: [
      put({ tags: { A: '1', B: '2' } }, { A: '1', B: '2' }),
      {
        method: 'PATCH',
        target: '/secrets/{n}/{version}',
        body: { tags: { D: '5' } },
        status: 200,
        answer: { ...bundle, tags: { D: '5' } },
      },
      {
        method: 'PATCH',
        target: '/secrets/{n}/{version}',
        body: { tags: {} },
        status: 200,
        answer: { ...bundle, tags: {} },
      },
    ],
    drive: { what: 'create', code: 'WALLET_EXISTS' },
  },
  {
    ...{
      facts: [10, 11, 12],
      title: 'a disabled secret is echoed when it is made, refused when it is read, and can be enabled',
    },
    exchanges: [
      {
        ...put({ attributes: { enabled: false } }),
        answer: { value: 'v', id, attributes: { ...attributes, enabled: false } },
      },
      {
        ...get,
        status: 403,
        answer: error('Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled'),
      },
      {
        method: 'PATCH',
        target: '/secrets/{n}/',
        body: { attributes: { enabled: true } },
        status: 200,
        answer: bundle,
      },
      get,
      {
        method: 'PATCH',
        target: '/secrets/{n}/',
        body: { attributes: { enabled: false } },
        status: 200,
        answer: { id, attributes: { ...attributes, enabled: false } },
      },
    ],
    drive: {
      what: 'read',
      code: 'WALLET_DISABLED',
      advice: /set-attributes --vault-name \S+ --name \S+ --enabled true/,
    },
  },
  {
    ...{ facts: [13, 30], title: 'a disabled secret is listed and can be deleted' },
    arrange: (model, name) => {
      model.settings.deletionSteps = 0
      model.put(name, { value: 'v', enabled: false })
    },
    exchanges: [
      {
        ...{ method: 'GET', target: '/secrets?maxresults=1', status: 200 },
        answer: {
          value: [{ id: '{origin}/secrets/{n}', attributes: { ...attributes, enabled: false } }],
          nextLink: null,
        },
      },
      { ...remove, answer: { ...deletedBundle, attributes: { ...attributes, enabled: false } } },
    ],
    drive: { what: 'read', code: 'WALLET_DELETED', advice: /az keyvault secret recover --vault-name \S+ --name \S+/ },
  },
  {
    ...{ facts: [14, 15], title: 'neither expiry nor not-before is enforced when a secret is read' },
    exchanges: [
      {
        ...put({ attributes: { exp: 1, nbf: 4_000_000_000 } }),
        answer: { value: 'v', id, attributes: { ...attributes, exp: NUMBER, nbf: NUMBER } },
      },
      { ...get, answer: { value: 'v', id, attributes: { ...attributes, exp: NUMBER, nbf: NUMBER } } },
    ],
    drive: { what: 'read' },
  },
  {
    ...{ facts: [16, 18], title: 'an unknown secret is not found, to read, to delete and to recover' },
    exchanges: [
      { ...get, status: 404, answer: notFound },
      { ...remove, status: 404, answer: notFound },
      { method: 'POST', target: '/deletedsecrets/{n}/recover', status: 404, answer: notFound },
    ],
    drive: { what: 'read', code: 'WALLET_NOT_FOUND', advice: /signatureId/ },
  },
  {
    ...{ facts: [17, 19, 20], title: 'a deletion shows a little later, and the secret is not found meanwhile' },
    exchanges: [put(), remove, { ...get, status: 404, answer: notFound }, lookAtDeleted(404), lookAtDeleted(200)],
    drive: { what: 'read', code: 'WALLET_DELETED', advice: /recover/ },
  },
  {
    ...{ facts: [21, 22], title: 'a recovery is answered at once and shows a little later' },
    exchanges: [
      ...[put(), remove, lookAtDeleted(404)],
      { method: 'POST', target: '/deletedsecrets/{n}/recover', status: 200, answer: bundle },
      { ...get, status: 404, answer: notFound },
      get,
    ],
    drive: { what: 'read' },
  },
  {
    ...{ facts: [23], title: 'a purge is answered with 204 and nothing else' },
    exchanges: [put(), remove, lookAtDeleted(404), { method: 'DELETE', target: '/deletedsecrets/{n}', status: 204 }],
    drive: { what: 'read', code: 'WALLET_NOT_FOUND' },
  },
  {
    ...{ facts: [24], title: 'a name is busy for a moment after its purge' },
    arrange: (model) => void (model.settings.purgeSteps = 1),
    exchanges: [
      ...[put(), remove, lookAtDeleted(404)],
      { method: 'DELETE', target: '/deletedsecrets/{n}', status: 204 },
      {
        ...{ method: 'POST', target: '/secrets/restore', body: { value: '{blob}' }, status: 409 },
        answer: {
          error: {
            code: 'Conflict',
            message: /^There was a conflict restoring the secret '.+'\. This can happen if either: /,
          },
        },
      },
      { method: 'POST', target: '/secrets/restore', body: { value: '{blob}' }, status: 200, answer: bundle },
    ],
    drive: { what: 'create', code: 'WALLET_EXISTS' },
  },
  {
    ...{ facts: [25], title: 'a backup that is none is refused' },
    exchanges: [
      {
        ...{ method: 'POST', target: '/secrets/restore', body: { value: blob('').slice(0, 4) }, status: 400 },
        answer: error('Malformed backup blob', 'Backup blob is corrupt.'),
      },
    ],
  },
  {
    ...{ facts: [26], title: 'an empty name is refused' },
    exchanges: [
      { ...put(), target: '/secrets/', status: 405, answer: error('MethodNotAllowed', 'HTTP PUT not allowed') },
    ],
  },
  {
    ...{
      facts: [27, 28, 29],
      title: 'listings come in pages with a link, may be empty in between, and end with a link that is null',
    },
    options: { emptyPages: true },
    arrange: (model, name) => ['', 'b', 'c'].forEach((end) => model.put(`${name}${end}`, { value: 'v' })),
    exchanges: [
      {
        ...{ method: 'GET', target: '/secrets?maxresults=1', status: 200 },
        answer: {
          value: [{ id: '{origin}/secrets/{n}', attributes }],
          nextLink: /^\{origin\}\/secrets\?api-version=.+&\$skiptoken=.+&maxresults=1$/,
        },
      },
      { method: 'GET', target: '{next}', status: 200, answer: { value: [], nextLink: /skiptoken/ } },
      {
        method: 'GET',
        target: '{next}',
        status: 200,
        answer: { value: [{ id: '{origin}/secrets/{n}b', attributes }], nextLink: /skiptoken/ },
      },
      { method: 'GET', target: '{next}', status: 200, answer: { value: [], nextLink: /skiptoken/ } },
      {
        method: 'GET',
        target: '{next}',
        status: 200,
        answer: { value: [{ id: '{origin}/secrets/{n}c', attributes }], nextLink: null },
      },
    ],
    drive: { what: 'names' },
  },
  {
    ...{ facts: [31], title: 'versions are listed with their ids' },
    exchanges: [
      ...[put(), put()],
      {
        ...{ method: 'GET', target: '/secrets/{n}/versions?maxresults=1', status: 200 },
        answer: { value: [{ id, attributes }], nextLink: /^\{origin\}\/secrets\/\{n\}\/versions\?.+skiptoken/ },
      },
      { method: 'GET', target: '{next}', status: 200, answer: { value: [{ id, attributes }], nextLink: null } },
    ],
    drive: { what: 'create', code: 'WALLET_EXISTS' },
  },
  {
    ...{ facts: [32], title: 'an unknown secret has no versions, which is no error' },
    exchanges: [{ method: 'GET', target: '/secrets/{n}/versions', status: 200, answer: { value: [], nextLink: null } }],
    drive: { what: 'create' },
  },
  {
    ...{ facts: [33], title: 'a deleted secret blocks its name' },
    exchanges: [
      ...[put(), remove, lookAtDeleted(404)],
      {
        ...put(),
        status: 409,
        answer: error(
          'Conflict',
          'Secret {n} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.',
          'ObjectIsDeletedButRecoverable',
        ),
      },
    ],
    drive: { what: 'create', code: 'WALLET_DELETED', advice: /az keyvault secret recover --vault-name \S+ --name \S+/ },
  },
  {
    ...{ facts: [34], title: 'a secret that is being deleted blocks its name' },
    arrange: (model) => void (model.settings.deletionSteps = 2),
    exchanges: [
      ...[put(), remove],
      {
        ...put(),
        status: 409,
        answer: error(
          'Conflict',
          'Secret {n} is currently being deleted and cannot be re-created; retry later.',
          'ObjectIsBeingDeleted',
        ),
      },
    ],
    drive: { what: 'create', code: 'BACKEND_CONFLICT', advice: /half a minute/ },
  },
  {
    ...{ facts: [35], title: 'a purge waits for the deletion' },
    arrange: (model) => void (model.settings.deletionSteps = 3),
    exchanges: [
      ...[put(), remove],
      {
        ...{ method: 'DELETE', target: '/deletedsecrets/{n}', status: 409 },
        answer: error('Conflict', 'Secret is currently being deleted.', 'ObjectIsBeingDeleted'),
      },
    ],
    drive: { what: 'purge' },
  },
  {
    ...{ facts: [36], title: 'a secret that is being recovered blocks its name' },
    arrange: (model) => void (model.settings.recoverySteps = 3),
    exchanges: [
      ...[put(), remove, lookAtDeleted(404)],
      { method: 'POST', target: '/deletedsecrets/{n}/recover', status: 200, answer: bundle },
      {
        ...put(),
        status: 409,
        answer: error(
          'Conflict',
          'Secret {n} is currently being recovered and cannot be re-created; retry later.',
          'ObjectIsBeingRecovered',
        ),
      },
    ],
    drive: { what: 'create', code: 'BACKEND_CONFLICT', advice: /recovered wallet/ },
  },
  denied(
    37,
    'an identity without a role is refused',
    'get',
    'ForbiddenByRbac',
    "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: appid=..;oid=..;iss=https://sts.windows.net/../\r\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\nResource: '..'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: payments;location=westeurope\r\n",
    /Key Vault Secrets Officer/,
  ),
  denied(
    38,
    'an identity without an access policy is refused',
    'set',
    'AccessDenied',
    "The user, group or application 'appid=..;oid=..;numgroups=..;iss=..' does not have secrets set permission on key vault 'payments;location=westeurope'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287",
    /az keyvault set-policy --name .+--secret-permissions get list set delete purge/,
  ),
  denied(
    39,
    'a vault without public access refuses who comes from outside',
    'get',
    'ForbiddenByConnection',
    'Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\nCaller: ..\r\nVault: payments;location=westeurope',
    /private endpoint/,
  ),
  denied(
    40,
    'a firewall refuses an address that it does not know',
    'get',
    'ForbiddenByFirewall',
    'Client address is not authorized and caller is not a trusted service.\r\nClient address: 198.51.100.7\r\nVault: payments;location=westeurope',
    /network-rule add/,
  ),
  denied(
    41,
    'an access policy for an application with a user refuses the application alone',
    'get',
    'ForbiddenByPolicy',
    "The policy requires the caller 'appid=..' to use on-behalf-of (OBO) flow. For more information on OBO, please see https://go.microsoft.com/fwlink/?linkid=2152310",
    /access policy for the identity alone/,
  ),
  {
    ...{ facts: [42], title: 'purge protection forbids a purge', options: { purgeProtection: true } },
    exchanges: [
      ...[put(), remove, lookAtDeleted(404)],
      {
        ...{ method: 'DELETE', target: '/deletedsecrets/{n}', status: 403 },
        answer: {
          error: {
            code: 'Forbidden',
            message:
              /^Operation "purge" is not allowed because purge protection is enabled for this vault\. Key Vault service will automatically purge it after the retention period has passed\.\r\nVault: /,
          },
        },
      },
    ],
    drive: { what: 'purge', code: 'BACKEND_UNSUPPORTED', advice: /purge protection/ },
  },
  {
    ...{ facts: [43], title: "another tenant's token is refused" },
    denial: {
      permission: 'get',
      answer: errorAnswer(
        401,
        'Unauthorized',
        'AKV10032: Invalid issuer. Expected one of https://sts.windows.net/a/, found https://sts.windows.net/b/.',
      ),
    },
    exchanges: [
      {
        ...get,
        status: 401,
        answer: error(
          'Unauthorized',
          'AKV10032: Invalid issuer. Expected one of https://sts.windows.net/a/, found https://sts.windows.net/b/.',
        ),
      },
    ],
    drive: { what: 'read', code: 'BACKEND_UNAUTHENTICATED', advice: /same tenant/ },
  },
  {
    ...{ facts: [44], title: 'a name with a character that names may not have is refused' },
    exchanges: [
      {
        ...get,
        target: '/secrets/bad_name/',
        status: 400,
        answer: error('BadParameter', 'The request URI contains an invalid name: bad_name'),
      },
    ],
  },
  {
    ...{ facts: [45], title: 'a vault that is asked too often says so, and does not say for how long' },
    denial: {
      permission: 'get',
      answer: errorAnswer(
        429,
        'Throttled',
        'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached',
      ),
    },
    exchanges: [
      {
        ...get,
        status: 429,
        answer: error(
          'Throttled',
          'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached',
        ),
      },
    ],
    drive: { what: 'read', code: 'BACKEND_THROTTLED', advice: /4,000 requests and 300 creations/ },
  },
]
