import { networkOf } from '../core/ids.js'
import { Secret } from '../core/secret.js'
import { checkTogether, checkTree } from './checks.js'
import type { Places } from './checks.js'
import { findConfigFile } from './find-config-file.js'
import type { ConfigFileSearch } from './find-config-file.js'
import { addWorkedOutDefaults } from './defaults.js'
import { readEnvironment } from './environment.js'
import type { Environment } from './environment.js'
import { flagGivens, flagText, variableGivens } from './flags-and-variables.js'
import type { Flags } from './flags-and-variables.js'
import { Winners } from './given.js'
import { absoluteGivens } from './paths.js'
import { Problems } from './problems.js'
import type { Place } from './problems.js'
import { FLAG_KEY, isReference } from './references.js'
import type { ConfigFile } from './schema.js'
import type { LoadedSettings, SecretInputs, Settings } from './settings.js'
import { sourcesOf } from './sources.js'
import { warningsOf } from './warnings.js'

export interface SettingsInput {
  /** In camelCase; flags that are no settings are passed over. */
  readonly flags: Flags
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  /** Variables set nothing, but references to them are followed: for a command that is given two configurations. */
  readonly settingsFromFileOnly?: boolean
}

/**
 * Finds, reads and checks all settings. Strongest first: flag, environment, `.env` file, configuration file, default.
 * @throws KeywardError CONFIG_INVALID that lists everything that is wrong with its place; FILE_UNREADABLE for a file that cannot be used.
 */
export async function loadSettings(input: SettingsInput): Promise<LoadedSettings> {
  const { flags, cwd, home } = input
  const problems = new Problems()
  const envFile = flagText(flags, 'envFile', problems)
  const { environment, files, warnings } = await readEnvironment({
    ...input,
    ...(envFile === undefined ? {} : { envFile }),
  })
  const named = namedConfigFile(flags, environment, cwd, problems)
  const file = await findConfigFile({ ...(named === undefined ? {} : { named }), cwd, home })
  // The YAML library is loaded only where there is YAML.
  const yaml = file === undefined ? undefined : (await import('./config-file.js')).readSettings(file, problems)

  const winners = new Winners()
  winners.add(absoluteGivens(flagGivens(flags, environment, cwd, problems), home))
  if (input.settingsFromFileOnly !== true) winners.add(absoluteGivens(variableGivens(environment, problems), home))
  winners.add(absoluteGivens(yaml?.givens ?? [], home))
  const journalPath = await addWorkedOutDefaults(winners, home)

  const isAccepted = (value: unknown): boolean => isReference(value) || value === FLAG_KEY
  const checked = checkTree(winners.tree(), placesOf(winners, yaml?.places), problems, isAccepted)
  checkTogether(winners, problems)
  if (checked === undefined || problems.any) throw problems.error()
  return {
    settings: settingsOf(checked, journalPath),
    sources: sourcesOf(checked, winners),
    warnings: [...warnings, ...warningsOf({ configFile: file, envFiles: files, environment, winners })],
    ...(file === undefined ? {} : { configFile: file.path }),
    envFiles: files.map(({ path }) => path),
    secretInputs: { environment, flags: flagSecrets(flags, winners) },
  }
}

function namedConfigFile(
  flags: Flags,
  environment: Environment,
  cwd: string,
  problems: Problems,
): ConfigFileSearch['named'] {
  const flag = flagText(flags, 'config', problems)
  if (flag !== undefined) return { path: flag, source: '--config', baseDir: cwd }
  const variable = environment.find('KEYWARD_CONFIG')
  const path = variable?.text.trim() ?? ''
  return variable === undefined || path === '' ? undefined : { ...variable, path }
}

/** Points to whoever gave the value that counts, and for what nobody gave to the place in the file where it should be. */
function placesOf(winners: Winners, file: Places | undefined): Places {
  const place = (path: readonly PropertyKey[]): Place => {
    for (let length = path.length; length > 0; length--) {
      const winner = winners.get(path.slice(0, length).map(String).join('.'))
      if (winner !== undefined) return winner.inFile && file !== undefined ? file.value(path) : winner.place
    }
    return file?.value(path) ?? { text: 'settings' }
  }
  return { value: place, key: place }
}

function settingsOf({ testnet, ...file }: ConfigFile, journalPath: string): Settings {
  return { ...file, network: networkOf(testnet), journal: { path: journalPath } }
}

function flagSecrets(flags: Flags, winners: Winners): SecretInputs['flags'] {
  const key = flags['apiKey']
  if (typeof key !== 'string' || winners.text('api.key') !== FLAG_KEY) return new Map()
  return new Map([['apiKey', Secret.fromText(key.trim())]])
}
