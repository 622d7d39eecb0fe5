import { KeywardError } from '../../../core/errors.js'

export const failure = (what: string): KeywardError =>
  new KeywardError('VERIFICATION_FAILED', `the signed transaction does not hold up: ${what}`, {
    advice: 'Nothing was sent. This should never happen: please report it with the id of the transaction.',
  })
