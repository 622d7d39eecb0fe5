import { KeywardError } from '../core/errors.js'
import { secretReferenceSchema } from '../core/secret-reference.js'
import type { SecretReference } from '../core/secret-reference.js'
import type { CommandArguments } from './arguments.js'
import type { CommandContext } from './context.js'
import { NEW_PASSWORD } from './flags.js'

const PROMPT = secretReferenceSchema.parse('prompt:')

/**
 * Where a new password comes from: the flag, or else the person at the terminal; never the place of the present password, which holds that one.
 * @returns `undefined` when there is neither.
 * @throws KeywardError USAGE for a password in the place of a reference. It is not repeated.
 */
export function newPasswordReference(context: CommandContext, args: CommandArguments): SecretReference | undefined {
  const text = args.text(NEW_PASSWORD.name)
  if (text === undefined) return context.prompter.available ? PROMPT : undefined
  const reference = secretReferenceSchema.safeParse(text)
  if (reference.success) return reference.data
  throw new KeywardError('USAGE', `--${NEW_PASSWORD.name} takes a reference, not the password itself`, {
    advice: 'Write env:NAME, file:/path, fd:3 or prompt:.',
  })
}

/** @throws KeywardError USAGE also when there is neither a flag nor a terminal. */
export function demandNewPassword(context: CommandContext, args: CommandArguments): SecretReference {
  const reference = newPasswordReference(context, args)
  if (reference !== undefined) return reference
  throw new KeywardError('USAGE', 'there is no new password, and no terminal to ask at', {
    advice: `Give --${NEW_PASSWORD.name} with a reference such as file:/path, or run the command at a terminal.`,
  })
}
