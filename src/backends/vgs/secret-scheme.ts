import type { Clock } from '../../core/clock.js'
import type { Log } from '../../core/log.js'
import { secretReferenceSchema } from '../../core/secret-reference.js'
import type { SecretPurpose, SecretSource } from '../../core/secret-reference.js'
import { Secret } from '../../core/secret.js'
import { unresolved } from '../../core/unresolved.js'
import { aliasSchema } from './catalogue/rows.js'
import { VgsClient } from './client.js'
import type { VgsConnection } from './config.js'

interface Variables {
  find(name: string): { readonly text: string } | undefined
}

/** What is asked for, and where credentials may be. */
export interface VgsSchemeContext {
  readonly purpose: SecretPurpose
  readonly environment: Variables
}

export interface VgsSchemeDependencies {
  readonly secrets: SecretSource
  readonly log: Log
  readonly clock: Clock
}

/** What tests put in the place of the real thing: the address that the reference tool has built in. */
export type VgsSchemeInternals = Pick<VgsConnection, 'baseUrl' | 'tls'>

const USERNAME = 'TATUM_KMS_VGS_USERNAME'
const PASSWORD = 'TATUM_KMS_VGS_PASSWORD'
const ALIAS = 'TATUM_KMS_VGS_ALIAS'

/**
 * Opens `vgs:ALIAS`: the value behind an alias, as it is. Without a connection it uses the variables of the reference tool, which knows the live vaults of the first
 * generation only.
 * @throws KeywardError SECRET_REFERENCE_UNRESOLVED, BACKEND_*
 */
export function createVgsSecretScheme(
  connection: VgsConnection | undefined,
  dependencies: VgsSchemeDependencies,
  internals: VgsSchemeInternals = {},
): (rest: string, context: VgsSchemeContext) => Promise<Secret> {
  return async (rest, { purpose, environment }) => {
    if (rest === '')
      throw unresolved('vgs:', `no alias of ${purpose.what} is named`, `Set ${ALIAS}, or write vgs:ALIAS.`)
    if (!aliasSchema.safeParse(rest).success) {
      throw unresolved('vgs:', 'what follows is no alias', 'Write vgs:ALIAS, e.g. vgs:tok_live_4xAJxTWkXmYSnYpPVq8Qhk.')
    }
    const client =
      connection === undefined
        ? new VgsClient(
            { ...VARIABLES_CONNECTION, ...internals },
            { ...dependencies, secrets: variablesSource(environment) },
          )
        : new VgsClient(connection, dependencies)
    try {
      await client.signIn()
      const found = (await client.reveal([rest], `reveal ${purpose.what}`)).get(rest)
      if (found) return found
    } finally {
      await client.close()
    }
    throw unresolved(
      `vgs:${rest}`,
      'VGS does not know this alias',
      'Check the alias and the vault. If VGS answers so for every alias, reveal may be switched off for the vault: ask VGS support.',
    )
  }
}

const VARIABLES_CONNECTION: VgsConnection = {
  environment: 'live',
  auth: {
    method: 'basic',
    username: secretReferenceSchema.parse(`env:${USERNAME}`),
    password: secretReferenceSchema.parse(`env:${PASSWORD}`),
  },
}

/** The two variables, wherever the settings found them; a program secret must not be looked for through the source that is looking for it. */
function variablesSource(environment: Variables): SecretSource {
  return {
    resolve: (reference) => {
      const name = reference.slice('env:'.length)
      const text = environment.find(name)?.text ?? ''
      if (text !== '') return Promise.resolve(Secret.fromText(text))
      const advice = `Set ${name}, or describe the connection to VGS in the configuration file.`
      return Promise.reject(unresolved(`env:${name}`, `the variable ${name} is not set`, advice))
    },
  }
}
