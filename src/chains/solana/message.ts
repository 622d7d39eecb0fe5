import { KeywardError } from '../../core/errors.js'
import { addressOf, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './address.js'
import { ByteReader, malformed } from './byte-reader.js'

/*
 * The message of a transaction: what its signatures cover. Legacy messages and version 0 (which adds tables of addresses that live on the chain).
 * Source: https://solana.com/docs/core/transactions and /docs/advanced/versions.
 */

/** Largest transaction that the network carries: one IPv6 packet without its headers. */
const MAX_TRANSACTION_BYTES = 1232
const BLOCKHASH_BYTES = 32
const VERSIONED = 0x80
/** Keys and looked-up addresses are numbered in one byte. */
const MAX_ACCOUNTS = 256

export interface Instruction {
  readonly program: string
  /** Base58; `undefined` for an address that stands in a table on the chain and not in the message. */
  readonly accounts: readonly (string | undefined)[]
  readonly data: Buffer
}

export interface Message {
  /** Addresses that must sign, in the order of their signatures. The first one pays the fee. */
  readonly required: readonly string[]
  /** Where the 32 bytes of the block hash begin. */
  readonly blockhashAt: number
  readonly blockhash: Buffer
  readonly instructions: readonly Instruction[]
}

interface RawInstruction {
  readonly program: number
  readonly accounts: readonly number[]
  readonly data: Buffer
}

/** @throws KeywardError TRANSACTION_MALFORMED, TRANSACTION_UNSUPPORTED for a version that is not known here */
export function parseMessage(bytes: Buffer): Message {
  if (bytes.length > MAX_TRANSACTION_BYTES) throw malformed('it is larger than a transaction can be')
  const reader = new ByteReader(bytes)
  const first = reader.byte()
  const versioned = first >= VERSIONED
  if (first > VERSIONED) {
    throw new KeywardError(
      'TRANSACTION_UNSUPPORTED',
      `Solana messages of version ${first - VERSIONED} are not supported`,
    )
  }
  const signatures = versioned ? reader.byte() : first
  const readonlySigned = reader.byte()
  const readonlyUnsigned = reader.byte()
  const keys = reader.list(() => addressOf(reader.take(PUBLIC_KEY_BYTES)))
  const blockhashAt = reader.position
  const blockhash = reader.take(BLOCKHASH_BYTES)
  const raw = reader.list(() => readInstruction(reader))
  const lookedUp = versioned ? readTables(reader) : 0
  reader.end()
  if (signatures === 0 || readonlySigned >= signatures || signatures + readonlyUnsigned > keys.length) {
    throw malformed('its header does not fit its keys')
  }
  if (new Set(keys).size !== keys.length) throw malformed('it names a key twice')
  if (keys.length + lookedUp > MAX_ACCOUNTS) throw malformed('it has too many accounts')
  if (1 + signatures * SIGNATURE_BYTES + bytes.length > MAX_TRANSACTION_BYTES) {
    throw malformed('with its signatures it is larger than a transaction can be')
  }
  const instructions = raw.map((instruction) => resolve(instruction, keys, lookedUp))
  return { required: keys.slice(0, signatures), blockhashAt, blockhash, instructions }
}

const readInstruction = (reader: ByteReader): RawInstruction => ({
  program: reader.byte(),
  accounts: reader.list(() => reader.byte()),
  data: reader.take(reader.compact()),
})

/** How many addresses the message takes from tables on the chain. */
function readTables(reader: ByteReader): number {
  const counts = reader.list(() => {
    reader.take(PUBLIC_KEY_BYTES)
    const addresses = reader.list(() => reader.byte()).length + reader.list(() => reader.byte()).length
    if (addresses === 0) throw malformed('it names a table and takes nothing from it')
    return addresses
  })
  return counts.reduce((sum, count) => sum + count, 0)
}

/** The payer cannot be a program, and programs are never looked up. */
function resolve({ program, accounts, data }: RawInstruction, keys: readonly string[], lookedUp: number): Instruction {
  const address = program === 0 ? undefined : keys[program]
  if (address === undefined) throw malformed('an instruction names no program')
  if (accounts.some((account) => account >= keys.length + lookedUp)) {
    throw malformed('an instruction names an account that is not there')
  }
  return { program: address, accounts: accounts.map((account) => keys[account]), data }
}

/** The same message for another block hash. Nothing else changes, so what is shown is what is signed. */
export function withBlockhash(bytes: Buffer, { blockhashAt }: Message, blockhash: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  blockhash.copy(changed, blockhashAt, 0, BLOCKHASH_BYTES)
  return changed
}
