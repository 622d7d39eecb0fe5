import { hash256, sha256 } from '../../common/hashes.js'
import type { ParsedTransaction } from './parse-transaction.js'

/*
 * What a signature over the whole transaction (SIGHASH_ALL) signs: the double SHA-256 of a message. These functions give the single SHA-256, because the ECDSA check hashes once more itself.
 */

const SIGHASH_ALL = 0x01
const NO_SCRIPT = Buffer.of(0)

/** The messages of one transaction. The parts that all inputs share are hashed once. */
export class SignatureMessages {
  #shared: { readonly outpoints: Buffer; readonly sequences: Buffer; readonly outputs: Buffer } | undefined
  #outputBytes: Buffer | undefined

  constructor(private readonly transaction: ParsedTransaction) {}

  /**
   * BIP-143, https://github.com/bitcoin/bips/blob/master/bip-0143.mediawiki. `value` is that of the spent output. Bitcoin Cash signs the same message for all
   * inputs, with a hash type of its own.
   */
  segwit(index: number, scriptCode: Buffer, value: bigint, hashType = SIGHASH_ALL): Buffer {
    const { version, inputs, lockTime } = this.transaction
    const { outpoints, sequences, outputs } = (this.#shared ??= this.#hashShared())
    const input = inputs[index]
    if (input === undefined) throw new RangeError(`no input ${index}`)
    return sha256(
      Buffer.concat([
        uint32(version),
        outpoints,
        sequences,
        input.outpoint,
        chunk(scriptCode),
        uint64(value),
        uint32(input.sequence),
        outputs,
        uint32(lockTime),
        uint32(hashType),
      ]),
    )
  }

  /** The first signature hash: the transaction with the spent script in place of this input's scriptSig and nothing in place of the others'. */
  legacy(index: number, scriptCode: Buffer): Buffer {
    const { version, inputs, lockTime } = this.transaction
    const parts: Buffer[] = [uint32(version), count(inputs.length)]
    for (const [position, { outpoint, sequence }] of inputs.entries()) {
      parts.push(outpoint, position === index ? chunk(scriptCode) : NO_SCRIPT, uint32(sequence))
    }
    parts.push(count(this.transaction.outputs.length), this.#outputs(), uint32(lockTime), uint32(SIGHASH_ALL))
    return sha256(Buffer.concat(parts))
  }

  #hashShared(): { outpoints: Buffer; sequences: Buffer; outputs: Buffer } {
    const { inputs } = this.transaction
    return {
      outpoints: hash256(Buffer.concat(inputs.map(({ outpoint }) => outpoint))),
      sequences: hash256(Buffer.concat(inputs.map(({ sequence }) => uint32(sequence)))),
      outputs: hash256(this.#outputs()),
    }
  }

  #outputs(): Buffer {
    return (this.#outputBytes ??= Buffer.concat(
      this.transaction.outputs.flatMap(({ value, script }) => [uint64(value), chunk(script)]),
    ))
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}

/** CompactSize. Nothing in a transaction that passed the parser is longer than 2^32. */
function count(value: number): Buffer {
  if (value < 0xfd) return Buffer.of(value)
  return value <= 0xffff ? Buffer.of(0xfd, value & 0xff, value >> 8) : Buffer.concat([Buffer.of(0xfe), uint32(value)])
}

const chunk = (bytes: Buffer): Buffer => Buffer.concat([count(bytes.length), bytes])
