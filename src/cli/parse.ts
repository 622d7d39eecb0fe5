import { CommanderError } from 'commander'
import type { CommandArguments } from './arguments.js'
import type { CommandSpec, FlagSpec } from './command.js'
import { GLOBAL_FLAGS, REFERENCE_FLAGS } from './flags.js'
import { normalizeArgv } from './normalize-argv.js'
import { parseError } from './parse-error.js'
import { buildProgram } from './program.js'

export type Parsed =
  | { readonly text: string }
  | { readonly spec: CommandSpec; readonly args: CommandArguments; readonly ignoredFlags: readonly string[] }

const BUILT_IN: readonly FlagSpec[] = [
  { name: 'help', summary: 'show help' },
  { name: 'version', summary: 'print the version' },
]

/** Every flag of every command by name. A name takes a value in all commands or in none, so a command line can be read before its command is known. */
export function allFlags(specs: readonly CommandSpec[]): ReadonlyMap<string, FlagSpec> {
  const own = specs.flatMap((spec) => spec.flags)
  const flags = [...BUILT_IN, ...Object.values(GLOBAL_FLAGS), ...Object.values(REFERENCE_FLAGS), ...own]
  return new Map(flags.map((flag) => [flag.name, flag]))
}

/** @returns the command to run, or the text that was asked for: help or version. @throws KeywardError USAGE */
export function parseCommandLine(
  argv: readonly string[],
  specs: readonly CommandSpec[],
  display: { readonly version: string; readonly columns: number },
): Parsed {
  const normalized = helpAsFlag(normalizeArgv(argv, allFlags(specs)))
  let text = ''
  let chosen: Parsed | undefined
  const program = buildProgram(specs, {
    ...display,
    write: (part) => {
      text += part
    },
    chosen: (spec, args, ignoredFlags) => {
      chosen = { spec, args, ignoredFlags }
    },
  })
  try {
    program.parse(normalized, { from: 'user' })
  } catch (problem) {
    if (!(problem instanceof CommanderError)) throw problem
    if (!ASKED_FOR.has(problem.code))
      throw parseError(
        problem,
        normalized.filter((token) => !token.startsWith('-')),
        specs,
      )
  }
  return chosen ?? { text }
}

/** `help export` means `export --help`. */
const helpAsFlag = (tokens: readonly string[]): readonly string[] =>
  tokens[0] === 'help' ? [...tokens.slice(1), '--help'] : tokens

/** What the parser throws after it has written a help page or the version. */
const ASKED_FOR = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version'])
