import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { KeywardError } from '../core/errors.js'
import type { Secret } from '../core/secret.js'
import type { CommandArguments } from './arguments.js'
import type { CommandContext } from './context.js'
import { SecretBytes } from './secret-bytes.js'

export interface SecretInput {
  /** e.g. `mnemonic`. */
  readonly what: string
  /** What the prompt says. */
  readonly question: string
  /** The flag that names a file with the secret, e.g. `mnemonic-file`. */
  readonly fileFlag: string
}

/** Will the person at the terminal be asked, rather than a file or a pipe be read? */
export const isTyped = (context: CommandContext, args: CommandArguments, input: SecretInput): boolean =>
  args.text(input.fileFlag) === undefined && context.host.isTerminal.stdin

/**
 * Lends a secret from a file, from the terminal, or from the first line of what is piped in; never from the command line. Blanks around it are cut off.
 * @throws KeywardError USAGE when it is empty or too long, FILE_UNREADABLE, INTERRUPTED
 */
export async function withSecretInput<T>(
  context: CommandContext,
  args: CommandArguments,
  input: SecretInput,
  use: (secret: Secret) => T,
): Promise<T> {
  const secret = await readSecretInput(context, args, input)
  try {
    return use(secret)
  } finally {
    secret.wipe()
  }
}

async function readSecretInput(context: CommandContext, args: CommandArguments, input: SecretInput): Promise<Secret> {
  const file = args.text(input.fileFlag)
  const secret = await (file !== undefined
    ? readFileSecret(resolve(context.host.cwd, file), input)
    : context.host.isTerminal.stdin
      ? context.prompter.secret(input.question, 'trimmed')
      : readPiped(context))
  if (secret.byteLength > 0) return secret
  secret.wipe()
  throw new KeywardError('USAGE', `no ${input.what} was given`, {
    advice: `Type it at the prompt, pipe it to standard input, or name a file with --${input.fileFlag}.`,
  })
}

/** One line: what follows it stays unread, so a pipe that is kept open does not stall the command. */
async function readPiped(context: CommandContext): Promise<Secret> {
  const line = new SecretBytes()
  try {
    for (;;) {
      const chunk = await context.input.next()
      if (chunk === undefined) return line.trimmed()
      const end = chunk.indexOf(0x0a)
      for (const byte of end === -1 ? chunk : chunk.subarray(0, end)) line.append(byte)
      chunk.fill(0)
      if (end !== -1) return line.trimmed()
    }
  } finally {
    line.wipe()
  }
}

async function readFileSecret(path: string, input: SecretInput): Promise<Secret> {
  const line = new SecretBytes()
  const chunk = Buffer.allocUnsafeSlow(1024)
  const handle = await open(path, 'r').catch((problem: unknown) => {
    throw unreadable(path, input, problem)
  })
  try {
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length).catch((problem: unknown) => {
        throw unreadable(path, input, problem)
      })
      if (bytesRead === 0) return line.trimmed()
      for (const byte of chunk.subarray(0, bytesRead)) line.append(byte)
    }
  } finally {
    line.wipe()
    chunk.fill(0)
    await handle.close()
  }
}

function unreadable(path: string, input: SecretInput, problem: unknown): KeywardError {
  const reason = problem instanceof Error && 'code' in problem ? String(problem.code) : 'unknown reason'
  return new KeywardError('FILE_UNREADABLE', `the ${input.what} file ${path} cannot be read (${reason})`, {
    advice: 'Check the path and that this user may read the file.',
    cause: problem,
  })
}
