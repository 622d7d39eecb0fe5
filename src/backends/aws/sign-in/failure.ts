import { KeywardError } from '../../../core/errors.js'
import { answered } from '../../common/remote-failure.js'
import type { RemoteFailure } from '../../common/remote-failure.js'
import { readForeignError } from '../foreign-error.js'
import type { SignIn } from './sign-in.js'

/** The credentials could not be had, so the request that needed them was never sent. */
export class SignInFailure extends Error {
  override readonly name = 'SignInFailure'
  constructor(
    /** Whatever the provider of the credentials threw. */
    readonly problem: unknown,
    /** e.g. `assume the role arn:aws:iam::123456789012:role/keyward`. */
    readonly step: string,
    readonly advice: string,
  ) {
    super('no credentials')
  }
}

/** Marks what a way to sign in throws, so that it is not taken for an answer about a wallet. */
export function naming(step: string, advice: string, signIn: SignIn): SignIn {
  return async (options) => {
    try {
      return await signIn(options)
    } catch (thrown) {
      // One way may use another for its first step, which has named itself already.
      throw thrown instanceof SignInFailure || thrown instanceof KeywardError
        ? thrown
        : new SignInFailure(thrown, step, advice)
    }
  }
}

/** Classes of errors with which the SDK says that a source of credentials has none. */
const NONE = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError'])

/** @param found what the error would mean, were it an answer of AWS to `failure.step`. */
export function signInFailure(failure: SignInFailure, found: RemoteFailure): RemoteFailure {
  const { name, code } = readForeignError(failure.problem)
  if (NONE.has(name) || code === 'ENOENT' || code === 'EACCES') {
    return answered(
      new KeywardError('BACKEND_UNAUTHENTICATED', `there are no AWS credentials: ${failure.step}`, {
        advice: failure.advice,
        context: { reason: code ?? name },
      }),
    )
  }
  const { error } = found
  const kept = error.code === 'BACKEND_DENIED' || error.code === 'CONFIG_INVALID'
  const final = found.kind === 'answer'
  const meaning = !final || kept ? error.code : 'BACKEND_UNAUTHENTICATED'
  return {
    ...found,
    error: new KeywardError(meaning, `cannot sign in to AWS: ${error.message}`, {
      ...(final ? { advice: failure.advice } : error.advice === undefined ? {} : { advice: error.advice }),
      context: error.context,
    }),
  }
}
