import { randomBytes } from 'node:crypto'

/** A fresh id of the kind the API's database makes: 24 hexadecimal digits. */
export const newObjectId = (): string => randomBytes(12).toString('hex')
