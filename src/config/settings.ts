import type { Network } from '../core/ids.js'
import type { JsonValue } from '../core/json.js'
import type { Secret } from '../core/secret.js'
import type { Environment } from './environment.js'
import type { ConfigFile } from './schema.js'

/** What the program runs with: checked, with defaults filled in and all paths absolute. Secrets are references. */
export interface Settings extends Readonly<Omit<ConfigFile, 'testnet' | 'journal'>> {
  readonly network: Network
  readonly journal: { readonly path: string }
}

export interface SettingSource {
  /** For people and `--json`; a secret that was given in the open is masked. `undefined`: not set. */
  readonly value: JsonValue | undefined
  /** `flag --x`, `environment X`, `.env file PATH`, `PATH:LINE` or `default`. */
  readonly source: string
}

/** What the secret source needs of what was read. Holds secrets; never printed. */
export interface SecretInputs {
  readonly environment: Environment
  /** Secrets that were given as flags, by flag name. */
  readonly flags: ReadonlyMap<string, Secret>
}

export interface LoadedSettings {
  readonly settings: Settings
  /** By dotted path in the configuration file, every leaf, in its order. */
  readonly sources: ReadonlyMap<string, SettingSource>
  /** Sentences for the user: nothing is wrong, but something could be better. */
  readonly warnings: readonly string[]
  /** Absolute path of the configuration file that was read. */
  readonly configFile?: string
  /** Absolute paths of the .env files that were read, strongest first. */
  readonly envFiles: readonly string[]
  readonly secretInputs: SecretInputs
}
