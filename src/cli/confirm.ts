import { KeywardError } from '../core/errors.js'
import type { CommandArguments } from './arguments.js'
import type { CommandContext } from './context.js'

const declined = (): KeywardError =>
  new KeywardError('CONFIRMATION_MISSING', 'not confirmed; nothing was done', {
    advice: 'Answer with the word asked for, or give --yes.',
  })

/** Goes on only when exactly `word` is typed. @throws KeywardError CONFIRMATION_MISSING, INTERRUPTED */
export async function demandAnswer(context: CommandContext, question: string, word: string): Promise<void> {
  if ((await context.prompter.answer(question)) !== word) throw declined()
}

/**
 * A secret is about to appear on a screen: asks once more, unless `--yes` says that it has been thought about. Asks only when somebody sits at both ends:
 * scripts that pipe or redirect the output, as users of the reference tool do, work without a flag.
 * @param what completes "This shows …".
 * @throws KeywardError CONFIRMATION_MISSING
 */
export async function confirmShowing(context: CommandContext, args: CommandArguments, what: string): Promise<void> {
  const { stdout } = context.host.isTerminal
  if (args.has('yes') || !stdout || !context.prompter.available) return
  await demandAnswer(context, `This shows ${what} on your screen. Type "yes" to go on:`, 'yes')
}
