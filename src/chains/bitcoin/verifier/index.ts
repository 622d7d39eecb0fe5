/*
 * An independent reader and checker of signed transactions. It shares no code with the signing side but the hash functions of the platform, and needs no
 * library, so it costs nothing to load.
 */
export { parseTransaction } from './parse-transaction.js'
export type { ParsedInput, ParsedOutput, ParsedTransaction } from './parse-transaction.js'
export { verifyInputs } from './verify-inputs.js'
export type { Prevout } from './verify-inputs.js'
export { checkSignatureInBackground } from './ecdsa.js'
export type { SignatureCheck } from './ecdsa.js'
