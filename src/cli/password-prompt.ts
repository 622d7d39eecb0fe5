import { timingSafeEqual } from 'node:crypto'
import { asKeywardError, KeywardError } from '../core/errors.js'
import type { ErrorCode } from '../core/errors.js'
import type { Secret } from '../core/secret.js'
import type { SecretPurpose } from '../core/secret-reference.js'
import type { CommandContext } from './context.js'
import type { Prompter } from './prompter.js'

const ATTEMPTS = 3

/** How the program asks for its own secrets; `undefined` when nobody is there to be asked. */
export function passwordPrompt(context: CommandContext): ((purpose: SecretPurpose) => Promise<Secret>) | undefined {
  const { prompter } = context
  if (!prompter.available) return undefined
  return (purpose) => (purpose.fresh === true ? askForNew(context, purpose) : ask(prompter, `Enter ${purpose.what}:`))
}

const ask = (prompter: Prompter, question: string): Promise<Secret> => prompter.secret(question, 'exact')

/** A new secret that will do, typed twice alike; a slip in it would lock its owner out. @throws KeywardError the last problem, after three attempts */
async function askForNew(context: CommandContext, purpose: SecretPurpose): Promise<Secret> {
  for (let attempt = 1; ; attempt++) {
    const secret = await ask(context.prompter, `Enter ${purpose.what}:`)
    try {
      purpose.check?.(secret)
      await requireSame(context.prompter, secret, purpose.what)
      return secret
    } catch (thrown) {
      secret.wipe()
      const error = asKeywardError(thrown)
      if (attempt === ATTEMPTS || !MENDABLE.includes(error.code)) throw thrown
      context.output.note(explained(error))
    }
  }
}

/** What the same person can do better at once. */
const MENDABLE: readonly ErrorCode[] = ['PASSWORD_TOO_WEAK', 'CONFIRMATION_MISSING']

async function requireSame(prompter: Prompter, first: Secret, what: string): Promise<void> {
  const second = await ask(prompter, 'Enter it again:')
  const same = first.use((a) => second.use((b) => a.length === b.length && timingSafeEqual(a, b)))
  second.wipe()
  if (!same) throw new KeywardError('CONFIRMATION_MISSING', `${what} was not typed twice alike; nothing was done`)
}

const explained = ({ code, message, advice = '' }: KeywardError): string =>
  code === 'CONFIRMATION_MISSING'
    ? 'The two are different.'
    : `${message.charAt(0).toUpperCase()}${message.slice(1)}. ${advice}`
