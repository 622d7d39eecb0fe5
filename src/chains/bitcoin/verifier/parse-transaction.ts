import { hash256 } from '../../common/hashes.js'
import { ByteReader } from './byte-reader.js'
import { failure } from './failure.js'

/*
 * Own parser of transactions as they travel (BIP-144), so that what the signing library wrote is read by other code. It is strict: exactly one spelling of
 * every transaction is accepted.
 */

export interface ParsedInput {
  /** Id of the spent transaction, display order. */
  readonly txId: string
  readonly vout: number
  /** The same two as they are hashed: 36 bytes. */
  readonly outpoint: Buffer
  readonly scriptSig: Buffer
  readonly sequence: number
  /** Empty for inputs without witness. */
  readonly witness: readonly Buffer[]
}

export interface ParsedOutput {
  readonly value: bigint
  readonly script: Buffer
}

export interface ParsedTransaction {
  readonly version: number
  readonly inputs: readonly ParsedInput[]
  readonly outputs: readonly ParsedOutput[]
  readonly lockTime: number
  /** Hash of the bytes without witness, display order. */
  readonly txId: string
  /** Hash of all bytes, display order; equal to `txId` when there is no witness. */
  readonly witnessId: string
  /** Three times the bytes without witness plus all bytes (BIP-141). */
  readonly weight: number
}

/**
 * @param raw hexadecimal text, lower case.
 * @throws KeywardError VERIFICATION_FAILED for anything that is not exactly one transaction.
 */
export function parseTransaction(raw: string): ParsedTransaction {
  if (!/^([0-9a-f]{2})+$/.test(raw)) throw failure('it is not lower-case hexadecimal')
  const bytes = Buffer.from(raw, 'hex')
  const reader = new ByteReader(bytes)
  const version = reader.int32()
  const segwit = reader.peek(0) === 0x00 && reader.peek(1) === 0x01
  if (segwit) reader.slice(2)

  const bodyStart = reader.position
  const bare = reader.list(41, () => readInput(reader))
  const outputs = reader.list(9, () => ({ value: reader.uint64(), script: reader.chunk() }))
  const body = bytes.subarray(bodyStart, reader.position)
  const inputs = bare.map((input) => ({ ...input, witness: segwit ? reader.list(1, () => reader.chunk()) : [] }))
  if (segwit && inputs.every(({ witness }) => witness.length === 0))
    throw failure('it announces a witness it does not have')
  const lockTime = reader.uint32()
  if (!reader.atEnd) throw failure('bytes follow its end')
  if (inputs.length === 0 || outputs.length === 0) throw failure('it has no inputs or no outputs')

  const plain = segwit ? Buffer.concat([bytes.subarray(0, 4), body, bytes.subarray(-4)]) : bytes
  const txId = displayed(hash256(plain))
  const witnessId = segwit ? displayed(hash256(bytes)) : txId
  return { version, inputs, outputs, lockTime, txId, witnessId, weight: 3 * plain.length + bytes.length }
}

function readInput(reader: ByteReader): Omit<ParsedInput, 'witness'> {
  const outpoint = reader.slice(36)
  return {
    outpoint,
    txId: displayed(outpoint.subarray(0, 32)),
    vout: outpoint.readUInt32LE(32),
    scriptSig: reader.chunk(),
    sequence: reader.uint32(),
  }
}

/** Ids are shown with their bytes in reverse. */
const displayed = (hash: Uint8Array): string => Buffer.from(hash).reverse().toString('hex')
