import { z } from 'zod'
import { secretReferenceSchema } from '../../core/secret-reference.js'
import type { SecretPurpose, SecretSource } from '../../core/secret-reference.js'
import { Secret } from '../../core/secret.js'
import { unresolved } from '../../core/unresolved.js'
import type { BackendDependencies } from '../common/dependencies.js'
import { readAs } from './answers.js'
import type { VaultConnection } from './config.js'
import { unexpected } from './errors.js'
import { mountFacts } from './mount.js'
import { assertSecure } from './secure-address.js'
import { Vault } from './vault.js'

/** Variables as the command line of Vault reads them. */
interface Variables {
  find(name: string): { readonly text: string } | undefined
}

/** Opens references of the form `vault:MOUNT/PATH#FIELD`. @param rest what follows the colon. */
export type VaultSecretScheme = (
  rest: string,
  context: { readonly purpose: SecretPurpose; readonly environment: Variables },
) => Promise<Secret>

const fieldsSchema = z.record(z.string(), z.unknown())
const version1Schema = z.object({ data: fieldsSchema })
const version2Schema = z.object({ data: z.object({ data: fieldsSchema }) })

/**
 * Secrets of the program itself out of Vault or OpenBao, of a KV mount of either version.
 * @param connection absent: the variables VAULT_ADDR, VAULT_TOKEN, VAULT_NAMESPACE and VAULT_CACERT tell where and how.
 */
export function createVaultSecretScheme(
  connection: VaultConnection | undefined,
  dependencies: Pick<BackendDependencies, 'secrets' | 'log' | 'clock'>,
): VaultSecretScheme {
  return async (rest, { purpose, environment }) => {
    const reference = `vault:${rest}`
    const { path, field } = partsOf(rest)
    const [where, secrets] = connection ? [connection, dependencies.secrets] : ambient(environment, reference)
    assertSecure(where)
    const vault = new Vault(where, { ...dependencies, secrets })
    try {
      await vault.open()
      const fields = await fieldsAt(vault, path, reference, purpose)
      return Secret.fromText(chosen(fields, field, reference))
    } finally {
      await vault.close()
    }
  }
}

function partsOf(rest: string): { readonly path: string; readonly field: string | undefined } {
  const hash = rest.lastIndexOf('#')
  const path = (hash < 0 ? rest : rest.slice(0, hash)).replace(/^\/+|\/+$/g, '')
  const field = hash < 0 ? undefined : rest.slice(hash + 1)
  const names = path.split('/')
  if (names.length < 2 || names.some((name) => name === '' || name === '.' || name === '..') || field === '') {
    throw unresolved(
      `vault:${rest}`,
      'it names no field of an entry',
      'Write vault:MOUNT/PATH#FIELD, e.g. vault:secret/keyward#password.',
    )
  }
  return { path, field }
}

async function fieldsAt(
  vault: Vault,
  path: string,
  reference: string,
  { what }: SecretPurpose,
): Promise<z.output<typeof fieldsSchema>> {
  const mount = await mountFacts(vault, path)
  const inside = path.slice(mount.path.length + 1).split('/')
  const names = [...mount.path.split('/'), ...(mount.version === 2 ? ['data'] : []), ...inside]
  const question = { kind: 'read', method: 'GET', path: names, what: `read ${what}` } as const
  const fields = await vault.ask({ ...question, needs: ['read', names.join('/')] }, ({ status, body }) => {
    if (status === 404) return undefined
    if (status !== 200) throw unexpected(status)
    return mount.version === 2 ? readAs(version2Schema, body).data.data : readAs(version1Schema, body).data
  })
  if (fields !== undefined) return fields
  throw unresolved(
    reference,
    'there is no such entry, or it is deleted',
    'Check the path: it is the one of `vault kv get`, without `data/` behind the mount.',
  )
}

function chosen(fields: z.output<typeof fieldsSchema>, field: string | undefined, reference: string): string {
  const names = Object.keys(fields)
  const name = field ?? (names.length === 1 ? names[0] : undefined)
  if (name === undefined)
    throw unresolved(reference, 'the entry has several fields', 'Say which: vault:MOUNT/PATH#FIELD.')
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (typeof value === 'string' && value !== '') return value
  throw unresolved(
    reference,
    `the entry has no text in a field "${name}"`,
    'Check the name of the field: `vault kv get` shows them.',
  )
}

/** Where the variables of Vault's own command line lead. */
function ambient(environment: Variables, reference: string): [VaultConnection, SecretSource] {
  const given = (name: string): string | undefined => {
    const text = environment.find(name)?.text.trim()
    return text === '' ? undefined : text
  }
  const address = given('VAULT_ADDR')
  if (address === undefined || !URL.canParse(address)) {
    throw unresolved(reference, 'VAULT_ADDR names no server', 'Set VAULT_ADDR, e.g. https://vault.example.com:8200.')
  }
  const token = given('VAULT_TOKEN')
  if (token === undefined) throw unresolved(reference, 'VAULT_TOKEN is not set', 'Set VAULT_TOKEN.')
  const [namespace, caFile] = [given('VAULT_NAMESPACE')?.replace(/^\/+|\/+$/g, ''), given('VAULT_CACERT')]
  return [
    {
      address,
      auth: { method: 'token', token: secretReferenceSchema.parse('env:VAULT_TOKEN') },
      ...(namespace === undefined ? {} : { namespace }),
      ...(caFile === undefined ? {} : { tls: { caFile } }),
    },
    { resolve: () => Promise.resolve(Secret.fromText(token)) },
  ]
}
