import { decodeRlp, encodeRlp } from 'ethers/utils'
import type { RlpStructuredData } from 'ethers/utils'
import type { SignedTransaction } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import type { SigningPlan } from '../../core/signing-plan.js'
import { addressOf } from '../common/ethereum-address.js'
import { recoverConfirmed } from '../common/second-recovery.js'
import { onlySigner } from '../common/single-signer.js'
import { blake2b256 } from './encoding.js'
import { transactionOf } from './plan.js'
import type { VechainTransaction } from './plan.js'

/*
 * The check between signing and the journal. RLP is ethers' here, so it shares neither the encoder nor the order of fields with the code that made the bytes;
 * recovery proves that the signature covers exactly the decoded content and is the planned account's.
 */

/** r, s and the parity of y: 65 bytes, whatever zeros they begin with. */
const SIGNATURE = /^0x([0-9a-f]{128})0([01])$/

/** @throws KeywardError VERIFICATION_FAILED naming what does not agree. */
export function verifyTransaction(plan: SigningPlan, { raw, txId }: SignedTransaction): void {
  const items = decode(raw)
  const content = items.slice(0, -1)
  const expected = Object.entries(expectedFields(transactionOf(plan)))
  if (content.length !== expected.length) throw failed('the number of fields')
  expected.forEach(([name, value], place) => {
    if (JSON.stringify(content[place]) !== JSON.stringify(value)) throw failed(name)
  })
  const hash = blake2b256(bytesOf(encodeRlp(content)))
  const sender = senderOf(hash, items.at(-1))
  if (sender !== onlySigner(plan).address) throw failed('the sender')
  const id = blake2b256(hash, bytesOf(sender)).toString('hex')
  if (txId !== `0x${id}`) throw failed('the transaction id')
}

/** The items of the list, each as hexadecimal. Only one text is taken for one transaction. */
function decode(raw: string): RlpStructuredData[] {
  let items: RlpStructuredData
  try {
    items = decodeRlp(raw)
  } catch {
    throw failed('the encoding')
  }
  if (!Array.isArray(items) || encodeRlp(items) !== raw) throw failed('the encoding')
  return items
}

function expectedFields(transaction: VechainTransaction): Readonly<Record<string, RlpStructuredData>> {
  const { chainTag, blockRef, expiration, to, value, data, gasPriceCoef, gas, dependsOn, nonce } = transaction
  return {
    chainTag: quantity(BigInt(chainTag)),
    blockRef: quantity(BigInt(blockRef)),
    expiration: quantity(BigInt(expiration)),
    clauses: [[to ?? '0x', quantity(value), data]],
    gasPriceCoef: quantity(BigInt(gasPriceCoef)),
    gas: quantity(gas),
    dependsOn: dependsOn ?? '0x',
    nonce: quantity(nonce),
    reserved: [],
  }
}

/** A number as RLP spells it in hexadecimal: whole bytes, no leading zero byte, nothing for zero. */
function quantity(number: bigint): string {
  const digits = number === 0n ? '' : number.toString(16)
  return `0x${digits.length % 2 === 0 ? '' : '0'}${digits}`
}

function senderOf(hash: Uint8Array, item: RlpStructuredData | undefined): string {
  const [, signature, parity] = SIGNATURE.exec(typeof item === 'string' ? item : '') ?? []
  if (signature === undefined) throw failed('the form of the signature')
  const recoverable = { signature: Buffer.from(signature, 'hex'), recoveryId: parity === '0' ? 0 : 1 } as const
  const publicKey = recoverConfirmed(hash, recoverable)
  if (publicKey === undefined) throw failed('the signature')
  return addressOf(publicKey)
}

const bytesOf = (text: string): Buffer => Buffer.from(text.slice(2), 'hex')

const failed = (what: string): KeywardError =>
  new KeywardError('VERIFICATION_FAILED', `the signed bytes do not agree with the plan: ${what}`, {
    advice: 'Nothing was sent. This is a defect in Keyward or a failing computer: please report it.',
  })
