import { KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'
import type { SecretPurpose } from '../../core/secret-reference.js'
import { unresolved } from '../../core/unresolved.js'
import { memberOf } from '../common/json-member.js'
import { AzureClient } from './client.js'
import type { ClientTools } from './client.js'
import type { AzureConnection } from './config.js'
import { azureConnectionSchema } from './config.js'

/** As the configuration room hands it over. */
export interface SchemeContext {
  readonly purpose: SecretPurpose
  readonly environment: { find(name: string): { readonly text: string } | undefined }
}

export type AzureSecretScheme = (rest: string, context: SchemeContext) => Promise<Secret>

interface SecretAddress {
  readonly vaultUrl: string
  readonly name: string
  readonly version: string | undefined
  readonly member: string | undefined
}

/**
 * Opens `azure:[https://]VAULT/secrets/NAME[/VERSION][#MEMBER]`. Signs in as `connection` says, for whatever vault is named; without one by the default chain, as the
 * tool that wrote these references had no way to sign in at all. One client for a vault, so that several references share a token.
 */
export function createAzureSecretScheme(
  connection: AzureConnection | undefined,
  tools: ClientTools,
): AzureSecretScheme {
  const clients = new Map<string, AzureClient>()
  const clientOf = (vaultUrl: string): AzureClient => {
    const client = clients.get(vaultUrl) ?? new AzureClient(connectionTo(vaultUrl, connection), tools)
    clients.set(vaultUrl, client)
    return client
  }
  return async (rest, { purpose, environment }) => {
    const address = addressOf(rest, environment)
    const { name, version, member } = address
    const reference = `azure:${rest}`
    const value = await read(clientOf(address.vaultUrl), name, version, reference, purpose)
    return member === undefined ? value : memberOf(value, member, reference)
  }
}

async function read(
  client: AzureClient,
  name: string,
  version: string | undefined,
  reference: string,
  purpose: SecretPurpose,
): Promise<Secret> {
  try {
    return (await client.read(name, version)).value
  } catch (thrown) {
    if (!(thrown instanceof KeywardError) || !thrown.code.startsWith('WALLET_')) throw thrown
    const state = thrown.code === 'WALLET_DISABLED' ? 'the secret is switched off' : 'there is no such secret'
    throw unresolved(
      reference,
      state,
      `Check the name and version of the secret with ${purpose.what}, and that it was not deleted.`,
    )
  }
}

const connectionTo = (vaultUrl: string, connection: AzureConnection | undefined): AzureConnection =>
  connection === undefined
    ? azureConnectionSchema.parse({ vaultUrl, auth: { method: 'default' } })
    : { ...connection, vaultUrl }

/** A host, with or without scheme, and the path of a secret as Key Vault writes it in its ids. */
const FORM = /^(?:https:\/\/)?([a-z0-9.:[\]-]+)\/secrets\/([0-9a-z-]{1,127})(?:\/([0-9a-z]{1,64})?)?(?:#(.+))?$/i

/** @throws KeywardError SECRET_REFERENCE_UNRESOLVED naming what is missing. */
function addressOf(rest: string, environment: SchemeContext['environment']): SecretAddress {
  if (rest === '') throw missing(environment)
  const match = FORM.exec(rest)
  const [, host = '', name = '', version, member] = match ?? []
  if (match === null || !URL.canParse(`https://${host}`)) {
    throw unresolved(
      `azure:${rest}`,
      'it is not the address of a secret',
      'Write azure:https://VAULT.vault.azure.net/secrets/NAME, and /VERSION or #MEMBER after it where needed.',
    )
  }
  return { vaultUrl: new URL(`https://${host}`).origin, name, version, member }
}

/** The variables of the tool that is replaced; the configuration has formed an empty reference, because one of the first two is not set. */
function missing(environment: SchemeContext['environment']): KeywardError {
  const names = ['TATUM_KMS_AZURE_VAULTURL', 'TATUM_KMS_AZURE_SECRETNAME']
  const absent = names.filter((name) => (environment.find(name)?.text.trim() ?? '') === '')
  const listed = (absent.length > 0 ? absent : names).join(' and ')
  return unresolved(
    'azure:',
    `it names no secret: ${listed} not set`,
    `Set ${listed}, or write azure:https://VAULT.vault.azure.net/secrets/NAME.`,
  )
}
