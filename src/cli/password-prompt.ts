import { timingSafeEqual } from 'node:crypto'
import { KeywardError } from '../core/errors.js'
import type { Secret } from '../core/secret.js'
import type { SecretPurpose } from '../core/secret-reference.js'
import type { CommandContext } from './context.js'
import type { Prompter } from './prompter.js'

const ATTEMPTS = 3

/** How the program asks for its own secrets; `undefined` when nobody is there to be asked. */
export function passwordPrompt(context: CommandContext): ((purpose: SecretPurpose) => Promise<Secret>) | undefined {
  const { prompter } = context
  if (!prompter.available) return undefined
  return ({ what, fresh }) => (fresh === true ? askTwice(context, what) : ask(prompter, `Enter ${what}:`))
}

const ask = (prompter: Prompter, question: string): Promise<Secret> => prompter.secret(question, 'exact')

/** A new secret with a slip in it would lock its owner out. */
async function askTwice({ prompter, output }: CommandContext, what: string): Promise<Secret> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const first = await ask(prompter, `Enter ${what}:`)
    const second = await ask(prompter, 'Enter it again:').catch((problem: unknown) => {
      first.wipe()
      throw problem
    })
    const same = first.use((a) => second.use((b) => a.length === b.length && timingSafeEqual(a, b)))
    second.wipe()
    if (same) return first
    first.wipe()
    output.note('The two are different.')
  }
  throw new KeywardError('CONFIRMATION_MISSING', `${what} was not typed twice alike; nothing was done`)
}
