import { z } from 'zod'
import type { TransactionRequest } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { PendingTransaction } from '../../core/pending-transaction.js'
import { Secret } from '../../core/secret.js'
import { parseStrictJson } from '../common/strict-json.js'
import { malformed } from './byte-reader.js'
import { decodePrivateKey } from './keys.js'
import { parseMessage } from './message.js'
import type { Message } from './message.js'
import { SYSTEM } from './programs.js'

export interface SolanaRequest extends TransactionRequest {
  /** The message as it came. Its block hash is a placeholder. */
  readonly bytes: Buffer
  readonly message: Message
  /** Seed of a throw-away key that comes with the request and signs too: the address of a new token. It never leaves the request. */
  readonly mintSeed?: Secret
}

/** Room for a message of the largest size in hexadecimal, a key, and blanks. */
const MAX_LENGTH = 4096
const ADVANCE_NONCE = 4

const hexadecimal = z.string().regex(/^(?:[0-9a-f]{2})+$/i)
const fieldsSchema = z.strictObject({ txData: hexadecimal, mintPK: hexadecimal.length(128).nullish() })

/**
 * Reads `{"txData": hex of a message, "mintPK"?: hex of a key}` in `serializedTransaction`.
 * @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED; no message holds a part of the text, which may be secret.
 */
export function readRequest(pending: PendingTransaction): SolanaRequest {
  const fields = fieldsSchema.safeParse(parseStrictJson(pending.serializedTransaction, MAX_LENGTH))
  if (!fields.success) throw malformed('it is not given as "txData" (and "mintPK") in hexadecimal, and nothing else')
  const { txData, mintPK } = fields.data
  const bytes = Buffer.from(txData, 'hex')
  const message = parseMessage(bytes)
  refuseDurableNonce(message)
  const mint = typeof mintPK === 'string' ? { mintSeed: mintSeedOf(mintPK) } : {}
  return { signers: signersOf(pending), bytes, message, ...mint }
}

/** Every wallet once, with the index that belongs to the list that names it. */
function signersOf(pending: PendingTransaction): SolanaRequest['signers'] {
  const { index } = pending
  const named = [
    ...pending.hashes.map((id) => ({ id, index })),
    ...pending.signatures.map((signature) => ({ id: signature.id, index: signature.index })),
  ]
  const signers = new Map<SignatureId, SolanaRequest['signers'][number]>()
  for (const { id, index } of named) {
    if (!signers.has(id)) signers.set(id, { signatureId: id, ...(index === undefined ? {} : { index }) })
  }
  return [...signers.values()]
}

/** The block hash of such a message is the value of an account and must stay; nothing would ever prove that its signed bytes are dead. */
function refuseDurableNonce({ instructions: [first] }: Message): void {
  if (first?.program !== SYSTEM || first.data.length < 4 || first.data.readUInt32LE() !== ADVANCE_NONCE) return
  throw new KeywardError('TRANSACTION_UNSUPPORTED', 'Solana messages with a durable nonce are not supported')
}

function mintSeedOf(digits: string): Secret {
  const text = Secret.fromText(digits)
  try {
    return Secret.own(decodePrivateKey(text))
  } catch (error) {
    if (error instanceof KeywardError) throw malformed('"mintPK" is not a private key')
    throw error
  } finally {
    text.wipe()
  }
}
