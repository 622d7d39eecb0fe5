import type { CommandArguments } from './arguments.js'
import type { CommandContext } from './context.js'

/** A flag of a command. `name` is kebab-case without dashes; its camelCase spelling is accepted as well. */
export interface FlagSpec {
  readonly name: string
  /** What the value is called in the help text. Absent: a switch that takes no value. */
  readonly value?: string
  readonly summary: string
}

export interface ArgumentSpec {
  readonly name: string
  readonly summary: string
  readonly optional?: true
}

export const COMMAND_GROUPS = [
  'Wallets',
  'Signing',
  'Secret backend',
  'Wallet store',
  'Configuration',
  'Trying it out',
] as const
export type CommandGroup = (typeof COMMAND_GROUPS)[number]

/**
 * What a command is called, takes and does. Specs are loaded for every invocation, `--help` included, so they import nothing heavy: `run` loads what
 * it needs.
 */
export interface CommandSpec {
  /** One word, or two for a command of a group: `store check`. */
  readonly name: string
  readonly group: CommandGroup
  readonly summary: string
  /** Further paragraphs for the command's own help page. */
  readonly details?: readonly string[]
  readonly arguments?: readonly ArgumentSpec[]
  readonly flags: readonly FlagSpec[]
  /** Command lines, each with a word on what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[]
  /** Also a command of the reference tool: that tool's flags that mean nothing here are accepted with a note instead of refused. */
  readonly reference?: true
  /** Changes nothing and hands over no secret: a reader that has seen enough (`| head`) is no failure. */
  readonly readsOnly?: true
  /** Ctrl-C and SIGTERM abort `context.signal` and the command ends in order. Otherwise they end the process at once. */
  readonly stopsInOrder?: true
  /** @throws KeywardError whose exit code becomes the process's. */
  run(context: CommandContext, args: CommandArguments): Promise<void>
}

/** `--api-key` to `apiKey`, the spelling of the settings. */
export const camelCase = (kebab: string): string =>
  kebab.replace(/-([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase())

/** `apiKey` to `api-key`. Text that is kebab-case already stays as it is. */
export const kebabCase = (camel: string): string => camel.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase()
