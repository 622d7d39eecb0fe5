import type { CommanderError } from 'commander'
import { KeywardError } from '../core/errors.js'
import type { CommandSpec } from './command.js'
import { nearest } from '../core/nearest.js'

const usage = (message: string, advice: string): KeywardError => new KeywardError('USAGE', message, { advice })

/**
 * What the parser found wrong, in our words. Of what was typed only the names of flags and short command words are repeated: anything else may be a
 * secret in the wrong place.
 */
export function parseError(
  problem: CommanderError,
  typed: readonly string[],
  specs: readonly CommandSpec[],
): KeywardError {
  const command = specs.find((spec) => spec.name === typed.slice(0, spec.name.split(' ').length).join(' '))
  const help = command === undefined ? 'See `keyward --help`.' : `See \`keyward ${command.name} --help\`.`
  switch (problem.code) {
    case 'commander.unknownCommand':
      return unknownCommand(typed, specs)
    case 'commander.unknownOption': {
      const flag = /--?[A-Za-z][\w-]*/.exec(problem.message)?.[0] ?? 'this flag'
      const near = nearest(flag.replace(/^-+/, ''), command?.flags.map((known) => known.name) ?? [])
      const advice = near === undefined ? help : `Did you mean --${near}? ${help}`
      return usage(command === undefined ? `unknown flag ${flag}` : `${command.name} has no flag ${flag}`, advice)
    }
    case 'commander.missingArgument': {
      const wanted = (command?.arguments ?? []).map(({ name, optional }) => (optional ? `[${name}]` : name))
      return usage(`${command?.name ?? 'the command'} needs ${wanted.join(' ')}`, help)
    }
    case 'commander.excessArguments':
      return usage(`${command?.name ?? 'the command'} got more arguments than it takes`, exposed(command) ?? help)
    default:
      return usage('the command line is not understood', help)
  }
}

/** What stands behind a command that stores a secret was most likely that secret: by now the shell's history and the process list had it. */
function exposed(command: CommandSpec | undefined): string | undefined {
  const fileFlag = command?.flags.find(({ name }) => name === 'key-file' || name === 'mnemonic-file')?.name
  if (fileFlag === undefined) return undefined
  return `Type the secret at the prompt, pipe it in, or use --${fileFlag}. If it stood on the command line, it is in the shell's history: treat it as known to others.`
}

/** A word that may have been meant as a command. Anything longer, or with blanks, may be a secret. */
const isCommandLike = (word: string): boolean => /^[A-Za-z][\w-]{0,39}$/.test(word)

function unknownCommand(typed: readonly string[], specs: readonly CommandSpec[]): KeywardError {
  const names = specs.map((spec) => spec.name)
  const group = names.some((name) => name.startsWith(`${typed[0] ?? ''} `))
  const words = typed.slice(0, group ? 2 : 1)
  const near = nearest(words.join(' '), names)
  return usage(
    `unknown command${words.every(isCommandLike) ? ` ${words.join(' ')}` : ''}`,
    near === undefined ? 'See `keyward --help`.' : `Did you mean \`keyward ${near}\`?`,
  )
}
