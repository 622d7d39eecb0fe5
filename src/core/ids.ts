import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { KeywardError } from './errors.js'

/** Names a managed wallet to the outside: a UUID, compared in lower case. */
export type SignatureId = string & z.$brand<'SignatureId'>
/** Tatum's id of a transaction that waits to be signed: 24 hexadecimal digits, compared in lower case: one id has one spelling, so nobody claims it twice. */
export type PendingId = string & z.$brand<'PendingId'>
/** Upper-case code of a chain, e.g. `BTC`. That a chain with this code exists is the registry's promise, not this type's. */
export type ChainCode = string & z.$brand<'ChainCode'>
/** SHA-256 in lower-case hexadecimal: 64 digits. */
export type Digest = string & z.$brand<'Digest'>
/** Which of a chain's two worlds a wallet or transaction belongs to. */
export type Network = 'mainnet' | 'testnet'

export const networkOf = (testnet: boolean): Network => (testnet ? 'testnet' : 'mainnet')

export const signatureIdSchema = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(
    z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'not a signatureId (a UUID)'),
  )
  .transform((text): SignatureId => text as SignatureId)

export const pendingIdSchema = z
  .string()
  .regex(/^[0-9a-fA-F]{24}$/, 'not the id of a pending transaction (24 hexadecimal digits)')
  .transform((text): PendingId => text.toLowerCase() as PendingId)

export const chainCodeSchema = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,15}$/, 'not a chain code')
  .transform((text): ChainCode => text as ChainCode)

export const digestSchema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'not a SHA-256 digest')
  .transform((text): Digest => text as Digest)

/** @throws KeywardError USAGE when the text is not a UUID. */
export function parseSignatureId(text: string): SignatureId {
  const parsed = signatureIdSchema.safeParse(text.trim())
  if (parsed.success) return parsed.data
  throw new KeywardError('USAGE', `"${text}" is not a signatureId`, {
    advice:
      'A signatureId is a UUID such as 4057be77-70f3-4a1a-a0da-dfa083830513; it is printed when a wallet is made.',
  })
}

/** A signatureId no wallet has yet: UUID version 4, which the Tatum API demands. */
export const newSignatureId = (): SignatureId => signatureIdSchema.parse(randomUUID())
