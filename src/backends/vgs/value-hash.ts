import { createHash } from 'node:crypto'
import type { Secret } from '../../core/secret.js'

/** SHA-256 of a value in lower-case hexadecimal: what the catalogue knows of it. */
export const hashOfValue = (value: Secret): string =>
  value.use((bytes) => createHash('sha256').update(bytes).digest('hex'))
