import { KeywardError } from '../../core/errors.js'

export const readOnlyStore = (path: string): KeywardError =>
  new KeywardError('STORE_READ_ONLY', `${path} is a Tatum KMS wallet file, which is used for reading only`, {
    advice: 'Convert it with `keyward store upgrade`. The original is kept.',
    context: { path },
  })
