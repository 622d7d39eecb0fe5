import { FILE_FLAGS, kebabCase } from './flags-and-variables.js'
import { SETTING_ROWS } from './setting-rows.js'

/** A flag in the words of a help text. */
export interface FlagHelp {
  /** camelCase, as `loadSettings` takes it. */
  readonly name: string
  /** `--api-key <key>` */
  readonly usage: string
  readonly summary: string
  /** Dotted path of the setting it gives; absent for flags that lead to files of settings. */
  readonly path?: string
  readonly takesValue: boolean
}

/** Every flag that gives a setting, in the order of the configuration file. */
export const FLAG_HELP: readonly FlagHelp[] = [
  ...FILE_FLAGS.map((flag) => ({ flag, path: undefined, description: '' })),
  ...SETTING_ROWS.flatMap(({ path, description, flags }) => (flags ?? []).map((flag) => ({ flag, path, description }))),
].map(({ flag, path, description }) => ({
  name: flag.name,
  usage: `--${kebabCase(flag.name)}${flag.value === undefined ? '' : ` <${flag.value}>`}`,
  summary: flag.summary ?? description,
  ...(path === undefined ? {} : { path }),
  takesValue: flag.value !== undefined,
}))
