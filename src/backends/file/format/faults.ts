import { KeywardError } from '../../../core/errors.js'

/** Which file, and which backup to go back to, is added where the path is known (store-session.ts). */
export const damaged = (what: string): KeywardError =>
  new KeywardError('STORE_DAMAGED', `the wallet store is damaged: ${what}`)

export const unsupported = (what: string, advice: string): KeywardError =>
  new KeywardError('STORE_UNSUPPORTED', what, { advice })
