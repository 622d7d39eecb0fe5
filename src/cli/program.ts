import { Argument, Command, Option } from 'commander'
import type { Help } from 'commander'
import { CommandArguments } from './arguments.js'
import { COMMAND_GROUPS } from './command.js'
import type { CommandSpec, FlagSpec } from './command.js'
import { GLOBAL_FLAGS, REFERENCE_FLAGS } from './flags.js'

const INTRODUCTION =
  'Keyward keeps wallet keys in your own secret backend, has transactions approved, signs them here and broadcasts them exactly once.'
const CLOSING = [
  'Results are JSON on standard output; everything else goes to standard error.',
  'Secrets are never taken from the command line: type them, pipe them, or name a file.',
  'Exit codes and the differences to tatum-kms: docs/migration-from-tatum-kms.md',
].join('\n')

export interface ProgramOptions {
  readonly version: string
  readonly columns: number
  readonly write: (text: string) => void
  /** Called with the command that was asked for, once its arguments are in order. */
  readonly chosen: (spec: CommandSpec, args: CommandArguments, ignoredFlags: readonly string[]) => void
}

const commanderOption = (flag: FlagSpec): Option =>
  new Option(`--${flag.name}${flag.value === undefined ? '' : ` <${flag.value}>`}`, flag.summary)

/** Flags of the reference tool that this command accepts only so that old scripts go on working. */
export function ignoredFlagsOf(spec: CommandSpec): readonly FlagSpec[] {
  if (spec.reference !== true) return []
  const own = new Set(spec.flags.map((flag) => flag.name))
  return Object.values(REFERENCE_FLAGS).filter((flag) => !own.has(flag.name))
}

const ownFlags = (spec: CommandSpec): readonly FlagSpec[] => [...spec.flags, ...Object.values(GLOBAL_FLAGS)]

/** The parser and the help pages, made from the specs. It throws CommanderError instead of ending the process, and reports errors nowhere. */
export function buildProgram(specs: readonly CommandSpec[], options: ProgramOptions): Command {
  const program = new Command('keyward')
    .description(INTRODUCTION)
    .version(options.version, '-V, --version', 'print the version')
    .addHelpText('after', `\n${CLOSING}`)
  withOutput(program, options)
  program.helpCommand(false).configureHelp({ visibleCommands: leaves, subcommandTerm: term })
  const groups = new Map<string, Command>()
  for (const heading of COMMAND_GROUPS) {
    for (const spec of specs.filter((candidate) => candidate.group === heading)) {
      const [first = '', second] = spec.name.split(' ')
      const parent =
        second === undefined ? program : (groups.get(first) ?? groupCommand(program, first, heading, options))
      if (second !== undefined) groups.set(first, parent)
      addCommand(parent, spec, second ?? first, options)
    }
  }
  return program
}

function withOutput(command: Command, options: ProgramOptions): void {
  command
    .exitOverride()
    .helpOption('-h, --help', 'show help')
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({
      writeOut: options.write,
      // Only the help of a group without a command comes this way.
      writeErr: options.write,
      outputError: () => undefined,
      getOutHelpWidth: () => options.columns,
      getErrHelpWidth: () => options.columns,
      getOutHasColors: () => false,
    })
}

/** The commands themselves instead of the groups they are in. */
function leaves(this: Help, command: Command): Command[] {
  return command.commands.flatMap((child) => (child.commands.length > 0 ? leaves.call(this, child) : [child]))
}

/** `store check`, `getaddress ID [INDEX]` */
function term(command: Command): string {
  const group = command.parent?.parent ? [command.parent.name()] : []
  const words = command.registeredArguments.map((argument) =>
    argument.required ? argument.name() : `[${argument.name()}]`,
  )
  return [...group, command.name(), ...words].join(' ')
}

function groupCommand(program: Command, name: string, heading: string, options: ProgramOptions): Command {
  const group = program.command(name).helpGroup(`${heading}:`).helpCommand(false)
  withOutput(group, options)
  group.configureHelp({ subcommandTerm: term })
  return group
}

function addCommand(parent: Command, spec: CommandSpec, word: string, options: ProgramOptions): void {
  const command = parent.command(word).summary(spec.summary).helpGroup(`${spec.group}:`)
  withOutput(command, options)
  command.description([sentence(spec.summary), ...(spec.details ?? [])].join('\n\n'))
  for (const argument of spec.arguments ?? []) {
    const { name, summary, optional } = argument
    command.addArgument(new Argument(optional === true ? `[${name}]` : `<${name}>`, summary))
  }
  for (const flag of ownFlags(spec)) addFlag(command, flag, false)
  for (const flag of ignoredFlagsOf(spec)) addFlag(command, flag, true)
  command.addHelpText('after', examplesText(spec))
  command.action(() => options.chosen(spec, readArguments(spec, command), readIgnored(spec, command)))
}

function addFlag(command: Command, flag: FlagSpec, hidden: boolean): void {
  command.addOption(commanderOption(flag).hideHelp(hidden))
  if (flag.value === undefined) command.addOption(new Option(`--no-${flag.name}`).hideHelp().default(undefined))
}

const sentence = (summary: string): string => `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`

const examplesText = (spec: CommandSpec): string =>
  ['', 'Examples:', ...spec.examples.flatMap(([line, meaning]) => [`  # ${meaning}`, `  ${line}`])].join('\n')

const wasGiven = (command: Command, flag: FlagSpec): boolean =>
  command.getOptionValueSource(attributeName(flag)) === 'cli'

const attributeName = (flag: FlagSpec): string => commanderOption(flag).attributeName()

function readArguments(spec: CommandSpec, command: Command): CommandArguments {
  const operands = new Map<string, string>()
  for (const [at, argument] of (spec.arguments ?? []).entries()) {
    const value = command.args[at]
    if (value !== undefined) operands.set(argument.name, value)
  }
  const flags = new Map<string, string | boolean>()
  for (const flag of ownFlags(spec)) {
    const value: unknown = command.getOptionValue(attributeName(flag))
    if (wasGiven(command, flag) && (typeof value === 'string' || typeof value === 'boolean'))
      flags.set(flag.name, value)
  }
  return new CommandArguments(operands, flags)
}

const readIgnored = (spec: CommandSpec, command: Command): string[] =>
  ignoredFlagsOf(spec)
    .filter((flag) => wasGiven(command, flag))
    .map((flag) => flag.name)
