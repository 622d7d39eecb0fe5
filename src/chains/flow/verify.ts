import { sha256 } from '@noble/hashes/sha2'
import { sha3_256 } from '@noble/hashes/sha3'
import { encodeRlp } from 'ethers/utils'
import type { RlpStructuredDataish } from 'ethers/utils'
import type { SignedTransaction } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { verify } from '../common/secp256k1.js'
import { onlySigner } from '../common/single-signer.js'
import { bodyOf } from './plan.js'
import { PROVISIONAL } from './sign.js'
import { parseWire } from './wire.js'
import type { WireTransaction } from './wire.js'

/*
 * The check between signing and the journal. It goes the node's way, from the JSON that is sent back to the message, with ethers' RLP, noble's hashes and
 * libsecp256k1: nothing is shared with the code that made the bytes. Called for the signed payload, and again when the others have signed.
 */

const TAG = Buffer.from('FLOW-V0.0-transaction'.padEnd(32, '\0'), 'latin1')
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** @throws KeywardError VERIFICATION_FAILED naming what does not agree. */
export function verifyTransaction(plan: SigningPlan, { raw, txId }: SignedTransaction): void {
  const wire = parseWire(raw)
  if (wire.envelope_signatures.length > 0 || wire.payload_signatures.length !== 1) throw failed('who signed')
  const message = verifyContent(plan, wire)
  if (txId !== PROVISIONAL + hexOf(sha3_256(message)).slice(2)) throw failed('the provisional id')
}

/** The same for a transaction that the others have signed too. @throws KeywardError VERIFICATION_FAILED */
export function verifyCosigned(plan: SigningPlan, { raw, txId }: SignedTransaction): void {
  const wire = parseWire(raw)
  const { proposer, payer, authorizer } = bodyOf(plan)
  if (whoSigned(wire.payload_signatures) !== whoSigned([place(proposer), place(authorizer)])) throw failed('who signed')
  if (whoSigned(wire.envelope_signatures) !== whoSigned([place(payer)])) throw failed('who pays')
  verifyContent(plan, wire)
  const accounts = [...new Set([proposer.address, payer.address, authorizer.address])]
  const lists = [wire.payload_signatures, wire.envelope_signatures].map((list) =>
    list.map(({ address, key_index: key, signature }) => [
      quantity(accounts.indexOf(address)),
      quantity(key),
      hexOf(Buffer.from(signature, 'base64')),
    ]),
  )
  const id = hexOf(sha3_256(bytesOf(encodeRlp([payloadOf(wire), ...lists])))).slice(2)
  if (txId !== id) throw failed('the transaction id')
}

/** @returns the message that the authorizer signed */
function verifyContent(plan: SigningPlan, wire: WireTransaction): Buffer {
  const body = bodyOf(plan)
  const { proposer, payer, authorizer } = body
  const content: Readonly<Record<string, readonly [unknown, unknown]>> = {
    script: [textOf(wire.script), body.script],
    arguments: [wire.arguments.map(textOf), body.arguments],
    'reference block': [wire.reference_block_id, body.referenceBlock.id],
    'gas limit': [wire.gas_limit, String(body.gasLimit)],
    payer: [wire.payer, payer.address],
    'proposal key': [
      Object.values(wire.proposal_key),
      [proposer.address, String(proposer.keyIndex), proposer.sequenceNumber],
    ],
    authorizers: [wire.authorizers, [authorizer.address]],
  }
  for (const [name, [signed, planned]] of Object.entries(content)) {
    if (JSON.stringify(signed) !== JSON.stringify(planned)) throw failed(name)
  }
  const message = Buffer.concat([TAG, bytesOf(encodeRlp(payloadOf(wire)))])
  const own = wire.payload_signatures.find(({ address }) => address === authorizer.address)
  if (own?.key_index !== String(authorizer.keyIndex)) throw failed('the key of the authorizer')
  const hash = authorizer.hashAlgorithm === 'SHA3_256' ? sha3_256(message) : sha256(message)
  const publicKey = Buffer.from(`04${onlySigner(plan).address}`, 'hex')
  if (!isSignature(hash, publicKey, Buffer.from(own.signature, 'base64'))) throw failed('the signature')
  return message
}

function payloadOf(wire: WireTransaction): RlpStructuredDataish {
  return [
    hexOf(Buffer.from(wire.script, 'base64')),
    wire.arguments.map((argument) => hexOf(Buffer.from(argument, 'base64'))),
    `0x${wire.reference_block_id}`,
    quantity(wire.gas_limit),
    `0x${wire.proposal_key.address}`,
    quantity(wire.proposal_key.key_index),
    quantity(wire.proposal_key.sequence_number),
    `0x${wire.payer}`,
    wire.authorizers.map((address) => `0x${address}`),
  ]
}

/** libsecp256k1 takes the lower half of the order only; the other half is its mirror image and as good on Flow. */
function isSignature(hash: Uint8Array, publicKey: Uint8Array, signature: Buffer): boolean {
  if (signature.length !== 64) return false
  const s = BigInt(hexOf(signature.subarray(32)))
  if (s <= ORDER / 2n) return verify(hash, publicKey, signature)
  if (s >= ORDER) return false
  const lower = Buffer.from((ORDER - s).toString(16).padStart(64, '0'), 'hex')
  return verify(hash, publicKey, Buffer.concat([signature.subarray(0, 32), lower]))
}

const place = ({ address, keyIndex }: { readonly address: string; readonly keyIndex: number }) => ({
  address,
  key_index: String(keyIndex),
})

const whoSigned = (signatures: readonly { readonly address: string; readonly key_index: string }[]): string =>
  JSON.stringify(signatures.map(({ address, key_index: key }) => [address, key]))

/** A number as RLP spells it in hexadecimal: whole bytes, nothing for zero. */
function quantity(number: string | number): string {
  const digits = BigInt(number) === 0n ? '' : BigInt(number).toString(16)
  return `0x${digits.length % 2 === 0 ? '' : '0'}${digits}`
}

const textOf = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')
const hexOf = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`
const bytesOf = (text: string): Buffer => Buffer.from(text.slice(2), 'hex')

const failed = (what: string): KeywardError =>
  new KeywardError('VERIFICATION_FAILED', `the signed bytes do not agree with the plan: ${what}`, {
    advice: 'Nothing was sent. This is a defect in Keyward or a failing computer: please report it.',
  })
