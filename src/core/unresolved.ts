import { KeywardError } from './errors.js'

/** The one error of secret references: names the reference, which is public, and never a value. */
export const unresolved = (reference: string, reason: string, advice: string): KeywardError =>
  new KeywardError('SECRET_REFERENCE_UNRESOLVED', `the secret "${reference}" cannot be had: ${reason}`, { advice })
