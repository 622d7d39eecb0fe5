import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Secret } from '../../../core/secret.js'
import { unsupported } from './faults.js'
import { KEY_BYTES } from './seal.js'

/** RFC 7914: cost (a power of two), block size, parallelism. Takes `128 * N * r` bytes of memory. */
export interface ScryptParameters {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** What new stores get, and the least that a store may have. Tests inject a fast one; nothing outside the program can choose it. */
export interface KdfPolicy {
  readonly fresh: ScryptParameters
  readonly minimumN: number
}

/** OWASP's floor for scrypt: 128 MiB and about half a second. */
export const PRODUCTION_KDF: KdfPolicy = { fresh: { N: 2 ** 17, r: 8, p: 1 }, minimumN: 2 ** 17 }

const MINIMUM_R = 8
const MAXIMUM_P = 4
const MAXIMUM_MEMORY_BYTES = 256 * 2 ** 20

const memoryBytes = ({ N, r }: ScryptParameters): number => 128 * N * r

/**
 * Called before any memory is set aside: a header is read before it can be authenticated, so it may be hostile.
 * @throws KeywardError STORE_UNSUPPORTED
 */
export function assertAffordable(parameters: ScryptParameters, policy: KdfPolicy): void {
  const { N, r, p } = parameters
  const powerOfTwo = Number.isSafeInteger(N) && Number.isInteger(Math.log2(N))
  const strong = N >= policy.minimumN && r >= MINIMUM_R && p >= 1
  const bounded = memoryBytes(parameters) <= MAXIMUM_MEMORY_BYTES && p <= MAXIMUM_P
  if (powerOfTwo && strong && bounded) return
  throw unsupported(
    `the wallet store asks for a key derivation that this version does not run (scrypt N=${N} r=${r} p=${p})`,
    'The header was made by a newer version, or by somebody who wants to weaken the store or use up the memory. Use a backup, or the version that made it.',
  )
}

const scryptAsync = promisify<Buffer, Buffer, number, ScryptParameters & { maxmem: number }, Buffer>(scrypt)

/** @returns 32 bytes, which the caller wipes. */
export async function stretchPassword(password: Secret, salt: Buffer, parameters: ScryptParameters): Promise<Buffer> {
  const maxmem = memoryBytes(parameters) + 128 * parameters.r * (parameters.p + 2) + 2 ** 16
  const options = { N: parameters.N, r: parameters.r, p: parameters.p, maxmem }
  return password.use((bytes) => scryptAsync(bytes, salt, KEY_BYTES, options)) // Node copies the password before it returns.
}
