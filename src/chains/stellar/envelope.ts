import { FeeBumpTransaction, TransactionBuilder, xdr } from '@stellar/stellar-base'
import type { Transaction } from '@stellar/stellar-base'
import { KeywardError } from '../../core/errors.js'

/*
 * Transaction envelopes by the library of Stellar's authors: reading, the hash that is signed, and adding a signature.
 */

/** Far above what the network takes (132,096 bytes for a contract call). */
const MAX_LENGTH = 200_000
const MAX_SIGNATURES = 20

export interface Envelope {
  /** What is signed about: the transaction itself, or the one that pays another one's fee. */
  readonly outer: Transaction | FeeBumpTransaction
  /** The transaction that does something: of a fee bump, the inner one. */
  readonly transaction: Transaction
  /** Hints of the signatures that are there: the last four bytes of each public key. Only those of `outer`. */
  readonly hints: readonly Buffer[]
}

/**
 * @param text base64 of a TransactionEnvelope: version 0, version 1, or a fee bump.
 * @throws KeywardError TRANSACTION_MALFORMED for a text that is none, or that is not the only text of its content.
 */
export function readEnvelope(text: string, passphrase: string): Envelope {
  const outer = parse(text, passphrase)
  if (outer.toEnvelope().toXDR('base64') !== text) throw malformed('is not in the form that it would be written in')
  const hints = outer.signatures.map((signature) => Buffer.from(signature.hint()))
  return { outer, transaction: outer instanceof FeeBumpTransaction ? outer.innerTransaction : outer, hints }
}

function parse(text: string, passphrase: string): Transaction | FeeBumpTransaction {
  if (text.length > MAX_LENGTH) throw malformed('is too long')
  try {
    return TransactionBuilder.fromXDR(text, passphrase)
  } catch {
    // The library throws errors of many kinds, and their messages may repeat content.
    throw malformed('is not a transaction envelope in base64')
  }
}

/** SHA-256 over network, kind and transaction: what is signed, and the transaction's id. 32 bytes. */
export const hashOf = ({ outer }: Envelope): Buffer => Buffer.from(outer.hash())

/** The envelope with one signature more, after those that are there. @throws KeywardError TRANSACTION_UNSUPPORTED when there is no room. */
export function withSignature({ outer, hints }: Envelope, publicKey: Uint8Array, signature: Buffer): string {
  if (hints.length >= MAX_SIGNATURES) {
    throw new KeywardError(
      'TRANSACTION_UNSUPPORTED',
      `the transaction has ${hints.length} signatures, which is all it may have`,
    )
  }
  // A fresh envelope, so that the parsed one stays as it was read.
  const envelope = outer.toEnvelope()
  const hint = Buffer.from(publicKey.subarray(-4))
  envelope.value().signatures().push(new xdr.DecoratedSignature({ hint, signature }))
  return envelope.toXDR('base64')
}

const malformed = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `serializedTransaction cannot be read: it ${what}`)
