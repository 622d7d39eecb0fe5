import { Transaction } from 'bitcoinjs-lib/src/transaction'
import { z } from 'zod'
import { KeywardError, remoteText } from '../../core/errors.js'
import { issueText } from '../common/issue-text.js'
import type { BitcoinDefinition } from './definition.js'

/** A spent output, fixed by its transaction's id (display order) and position. */
export interface Outpoint {
  readonly txId: string
  readonly vout: number
}

export interface BareInput extends Outpoint {
  readonly sequence: number
  /** Value of the spent output, as the server reports it. */
  readonly value: bigint
}

export interface UnsignedInput extends BareInput {
  /** Script of the spent output, as the server reports it. */
  readonly script: Buffer
}

export interface Output {
  readonly value: bigint
  readonly script: Buffer
}

export interface UnsignedTransaction<Input extends BareInput = UnsignedInput> {
  readonly version: number
  readonly lockTime: number
  readonly inputs: readonly Input[]
  readonly outputs: readonly Output[]
  /** Id of the transaction without signatures; the final id as long as all inputs are native segwit. */
  readonly txId: string
  /** What the requester says the fee is, on chains where that is looked at. */
  readonly statedFee?: bigint
}

/** Consensus limit of one script; longer ones cannot be spent. */
const MAX_SCRIPT_BYTES = 10_000
/** No valid transaction holds more: an input takes 41 bytes, an output 9, and a block's base size is 1,000,000. */
export const MAX_INPUTS = 25_000
const MAX_OUTPUTS = 112_000

const uint32 = z.number().int().min(0).max(0xffffffff)
const hex = z.string().regex(/^([0-9a-fA-F]{2})*$/, 'not hexadecimal')
const txId = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'not a transaction id')
  .transform((text) => text.toLowerCase())
const script = hex.max(2 * MAX_SCRIPT_BYTES).transform((text) => Buffer.from(text, 'hex'))

/** JSON numbers above 2^53 may have lost their last digits on the way, so `int` refuses them. It matters on chains with very many coins only. */
export const amountUpTo = (max: bigint): z.ZodType<bigint> =>
  z
    .number()
    .int()
    .min(0)
    .max(Number(max))
    .transform((value) => BigInt(value))

/**
 * The object form of a bitcore transaction. Members that do not decide what is signed (`changeScript`, `changeIndex`) are not looked at, nor is `fee` where the
 * chain has no limits for it.
 */
const schemaFor = ({ maxAmount, feeLimits }: BitcoinDefinition) => {
  const satoshis = amountUpTo(maxAmount)
  const output = z.object({ satoshis, script })
  return z.object({
    hash: txId.optional(),
    version: z.number().int().min(1).max(0x7fffffff),
    inputs: z
      .array(z.object({ prevTxId: txId, outputIndex: uint32, sequenceNumber: uint32, script: hex.optional(), output }))
      .min(1)
      .max(MAX_INPUTS),
    outputs: z.array(output).min(1).max(MAX_OUTPUTS),
    nLockTime: uint32,
    fee:
      feeLimits === undefined
        ? z
            .unknown()
            .transform(() => undefined)
            .optional()
        : satoshis.nullish(),
  })
}

/** Reads the `serializedTransaction` of this chain. */
export type SerializedReader<Input extends BareInput = UnsignedInput> = (text: string) => UnsignedTransaction<Input>

/** @returns a reader that throws KeywardError TRANSACTION_MALFORMED or TRANSACTION_UNSUPPORTED for whatever it would have to guess. */
export function serializedReader(definition: BitcoinDefinition): SerializedReader {
  const schema = schemaFor(definition)
  return (text) => {
    const parsed = schema.safeParse(parseJson(text))
    if (!parsed.success) throw malformed(issueText(parsed.error))
    const { hash, version, nLockTime, inputs, outputs, fee } = parsed.data
    if (inputs.some((input) => (input.script ?? '') !== '')) {
      throw new KeywardError('TRANSACTION_UNSUPPORTED', 'the transaction is already signed in part')
    }
    const content = {
      version,
      lockTime: nLockTime,
      inputs: inputs.map((input) => ({
        txId: input.prevTxId,
        vout: input.outputIndex,
        sequence: input.sequenceNumber,
        value: input.output.satoshis,
        script: input.output.script,
      })),
      outputs: outputs.map(({ satoshis, script: bytes }) => ({ value: satoshis, script: bytes })),
    }
    checkOutpoints(content.inputs)
    const id = buildTransaction(content).getId()
    if (hash !== undefined && hash !== id) throw malformed('its hash is not that of its content')
    // The library that writes these texts leaves a fee of 0 for one that nobody named.
    return { ...content, txId: id, ...(fee ? { statedFee: fee } : {}) }
  }
}

/** The library's transaction without signatures. */
export function buildTransaction(content: Omit<UnsignedTransaction<BareInput>, 'txId' | 'statedFee'>): Transaction {
  const transaction = new Transaction()
  transaction.version = content.version
  transaction.locktime = content.lockTime
  for (const { txId: id, vout, sequence } of content.inputs) {
    transaction.addInput(Buffer.from(id, 'hex').reverse(), vout, sequence)
  }
  for (const { script: bytes, value } of content.outputs) transaction.addOutput(bytes, value)
  return transaction
}

/** @throws KeywardError TRANSACTION_MALFORMED for an output that is spent twice or cannot exist. */
export function checkOutpoints(inputs: readonly Outpoint[]): void {
  const seen = new Set<string>()
  for (const { txId: id, vout } of inputs) {
    if (/^0+$/.test(id)) throw malformed('it spends an output that cannot exist')
    const outpoint = `${id}:${vout}`
    if (seen.has(outpoint)) throw malformed('it spends the same output twice')
    seen.add(outpoint)
  }
}

/** @throws KeywardError TRANSACTION_MALFORMED */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw malformed('it is not JSON')
  }
}

export const malformed = (what: string): KeywardError =>
  new KeywardError('TRANSACTION_MALFORMED', `serializedTransaction cannot be read: ${remoteText(what)}`)
