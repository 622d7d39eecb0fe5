import { KeywardError } from '../core/errors.js'
import { kebabCase } from './command.js'
import type { FlagSpec } from './command.js'
import { nearest } from '../core/nearest.js'

/** Names under which people look for a way to hand over a secret in the command line. There is none. */
const SECRET_FLAGS = ['mnemonic', 'seed', 'phrase', 'key', 'private-key', 'secret', 'password', 'passphrase']

const unknownFlag = (name: string, known: Iterable<string>): KeywardError => {
  if (SECRET_FLAGS.includes(name)) {
    return new KeywardError('USAGE', `there is no flag --${name}: secrets are never taken from the command line`, {
      advice:
        'Other users of the machine can read the command line. Pipe the secret to standard input, type it at the prompt, or use --mnemonic-file, --key-file or TATUM_KMS_PASSWORD.',
    })
  }
  const near = nearest(name, known)
  return new KeywardError('USAGE', `unknown flag --${name}`, {
    advice: near === undefined ? 'See `keyward --help`.' : `Did you mean --${near}?`,
  })
}

/**
 * Rewrites a command line of the reference tool's dialect into the one form the parser reads: arguments first, then each flag as one token
 * (`--flag`, `--no-flag` or `--flag=value`, kebab-case).
 *
 * The dialect: flags in camelCase or kebab-case, anywhere (also before the command), `--flag value` or `--flag=value`, switches with `true` or `false`.
 * Values are never repeated in an error: they may be secrets that were put where they do not belong.
 * @param flags every flag of every command by kebab-case name.
 * @throws KeywardError USAGE for an unknown flag, one given twice, or one with a missing or unexpected value.
 */
export function normalizeArgv(argv: readonly string[], flags: ReadonlyMap<string, FlagSpec>): string[] {
  const operands: string[] = []
  const options: string[] = []
  const rest: string[] = []
  const seen = new Set<string>()
  for (let at = 0; at < argv.length; at++) {
    const token = argv[at] ?? ''
    if (token === '--') {
      rest.push(...argv.slice(at))
      break
    }
    const match = /^--([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(token)
    if (match === null) {
      if (/^-[A-Za-z]/.test(token)) options.push(token)
      else operands.push(token)
      continue
    }
    const flag = readFlag(kebabCase(match[1] ?? ''), flags)
    if (seen.has(flag.spec.name)) throw new KeywardError('USAGE', `the flag --${flag.spec.name} is given twice`)
    seen.add(flag.spec.name)
    const next = argv[at + 1]
    const read = flag.spec.value === undefined ? readSwitch(flag, match[2], next) : readValue(flag, match[2], next)
    options.push(read.option)
    if (read.usedNext) at++
  }
  return [...operands, ...options, ...rest]
}

interface Flag {
  readonly spec: FlagSpec
  readonly negated: boolean
}

function readFlag(name: string, flags: ReadonlyMap<string, FlagSpec>): Flag {
  const spec = flags.get(name)
  if (spec !== undefined) return { spec, negated: false }
  const positive = name.startsWith('no-') ? flags.get(name.slice('no-'.length)) : undefined
  if (positive !== undefined && positive.value === undefined) return { spec: positive, negated: true }
  throw unknownFlag(name, flags.keys())
}

interface ReadOption {
  readonly option: string
  readonly usedNext: boolean
}

function readSwitch(flag: Flag, inline: string | undefined, next: string | undefined): ReadOption {
  const { name } = flag.spec
  const usedNext = inline === undefined && !flag.negated && (next === 'true' || next === 'false')
  const value = inline ?? (usedNext ? next : 'true')
  if (value !== 'true' && value !== 'false') {
    throw new KeywardError('USAGE', `the flag --${name} is a switch and takes no value but true or false`)
  }
  return { option: (value === 'true') === flag.negated ? `--no-${name}` : `--${name}`, usedNext }
}

function readValue(flag: Flag, inline: string | undefined, next: string | undefined): ReadOption {
  const { name } = flag.spec
  const value = inline ?? next
  if (value === undefined || value.trim() === '' || (inline === undefined && value.startsWith('--'))) {
    throw new KeywardError('USAGE', `the flag --${name} needs a value`, {
      advice: `Write --${name}=${flag.spec.value ?? 'VALUE'}.`,
    })
  }
  return { option: `--${name}=${value}`, usedNext: inline === undefined }
}
