import { createPublicKey, verify as opensslVerify } from 'node:crypto'
import type { SignedTransaction } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { addressOfPublicKey } from './address.js'
import { readCbor } from './cbor-reader.js'
import type { CborValue } from './cbor-reader.js'
import { blake2b256 } from './hashes.js'
import { unsignedOf } from './plan.js'

/*
 * The check between signing and the journal: the bytes are parsed again by the reader, which made none of them, and the signatures are checked by OpenSSL, which cannot make them.
 */

const PUBLIC_KEY_BYTES = 32
const SIGNATURE_BYTES = 64
/** A public key as SubjectPublicKeyInfo (RFC 8410): these bytes, then its 32. */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

/** @throws KeywardError VERIFICATION_FAILED naming what does not agree. */
export function verifySigned(plan: SigningPlan, { raw, txId }: SignedTransaction): void {
  const { body, form } = unsignedOf(plan)
  let value = parse(raw)
  if (form.remembered !== undefined) {
    const [inner, remembered] = itemsOf(value, 2)
    if (inner?.type !== 'text' || !remembered?.bytes.equals(form.remembered)) throw failed('the wrapping')
    value = parse(inner.value)
  }
  const [content, witnessSet, ...rest] = itemsOf(value, form.parts)
  if (!content?.bytes.equals(body)) throw failed('the content')
  const [valid, auxiliary] = rest.length === 2 ? rest : [undefined, rest[0]]
  if (valid !== undefined && !(valid.type === 'simple' && valid.value === true)) throw failed('the mark of validity')
  if (auxiliary?.type !== 'simple' || auxiliary.value !== null) throw failed('the auxiliary data')
  const digest = blake2b256(content.bytes)
  if (txId !== digest.toString('hex')) throw failed('the transaction id')
  checkWitnesses(plan, witnessSet, digest)
}

function checkWitnesses({ signers, network }: SigningPlan, set: CborValue | undefined, digest: Buffer): void {
  const [entry, ...others] = set?.type === 'map' ? set.entries : []
  const [name, list] = entry ?? []
  if (name?.type !== 'integer' || name.value !== 0n || others.length > 0) throw failed('the signatures')
  const signedBy = itemsOf(list, signers.length).map((witness) => {
    const [publicKey, signature] = itemsOf(witness, 2).map(bytesOf)
    if (publicKey?.length !== PUBLIC_KEY_BYTES || signature?.length !== SIGNATURE_BYTES) throw failed('the signatures')
    if (!isSignature(digest, publicKey, signature)) throw failed('a signature')
    return addressOfPublicKey(publicKey, network)
  })
  if (!signedBy.every((address, place) => address === signers[place]?.address)) throw failed('the signers')
}

function isSignature(message: Buffer, publicKey: Buffer, signature: Buffer): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' })
  return opensslVerify(null, message, key, signature)
}

function parse(hex: string): CborValue {
  const value = /^(?:[0-9a-f]{2})+$/.test(hex) ? readCbor(Buffer.from(hex, 'hex')) : undefined
  if (value === undefined) throw failed('the encoding')
  return value
}

function itemsOf(value: CborValue | undefined, count: number): readonly CborValue[] {
  if (value?.type !== 'array' || value.items.length !== count) throw failed('the encoding')
  return value.items
}

const bytesOf = (value: CborValue): Buffer | undefined => (value.type === 'bytes' ? value.value : undefined)

const failed = (what: string): KeywardError =>
  new KeywardError('VERIFICATION_FAILED', `the signed bytes do not agree with the plan: ${what}`, {
    advice: 'Nothing was sent. This is a defect in Keyward or a failing computer: please report it.',
  })
