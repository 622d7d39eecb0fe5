import { KeywardError } from '../../core/errors.js'
import { answered } from '../common/remote-failure.js'
import type { RemoteFailure } from '../common/remote-failure.js'
import { readForeignError } from './foreign-error.js'
import { networkFailure } from './network-errors.js'
import { serviceFailure } from './service-errors.js'
import { SignInFailure, signInFailure } from './sign-in/failure.js'

/** Anything that a request to AWS throws, as an error of ours: nothing of the foreign error is kept, not even as its cause. */
export function awsFailureOf(thrown: unknown, what: string): RemoteFailure {
  if (thrown instanceof KeywardError) return answered(thrown)
  if (thrown instanceof SignInFailure) return signInFailure(thrown, awsFailureOf(thrown.problem, thrown.step))
  const error = readForeignError(thrown)
  if (/^Region (is missing|not accepted)/.test(error.message)) return answered(regionProblem(error.message))
  return networkFailure(error, what) ?? serviceFailure(error, what)
}

const regionProblem = (message: string): KeywardError =>
  new KeywardError(
    'CONFIG_INVALID',
    message.startsWith('Region is missing')
      ? 'it is not said in which AWS region the secrets are'
      : 'AWS has no region of the name that is set',
    { advice: 'Set `region` of the backend, e.g. `eu-west-1`, or the variable AWS_REGION.' },
  )

/** An answer that has the form of success and lacks what success must have. It is treated like half an answer. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer'
}
