import { Transaction } from 'bitcoinjs-lib/src/transaction'
import { z } from 'zod'
import { KeywardError } from '../../../core/errors.js'
import { issueText } from '../../common/issue-text.js'
import type { BitcoinDefinition } from '../definition.js'
import { amountUpTo, checkOutpoints, malformed, MAX_INPUTS, parseJson } from '../serialized-transaction.js'
import type { BareInput, SerializedReader } from '../serialized-transaction.js'

/** Consensus since May 2023 (CHIP-2021-01 Restrict Transaction Version). */
const VERSIONS: readonly number[] = [1, 2]

/**
 * Reads `<hex>:<json>`: the transaction without signatures as it would travel, and the values of the outputs it spends, in smallest units, in the order of the
 * inputs. More values than inputs are what the server sends for withdrawals; the rest has no meaning.
 * @returns a reader that throws KeywardError TRANSACTION_MALFORMED or TRANSACTION_UNSUPPORTED for whatever it would have to guess.
 */
export function cashReader({ maxAmount }: BitcoinDefinition): SerializedReader<BareInput> {
  const amountsSchema = z.array(amountUpTo(maxAmount)).max(MAX_INPUTS)
  return (text) => {
    const colon = text.indexOf(':')
    if (colon === -1) throw malformed('the amounts of the inputs are missing')
    const transaction = parseHex(text.slice(0, colon))
    const amounts = amountsSchema.safeParse(parseJson(text.slice(colon + 1)))
    if (!amounts.success) throw malformed(`amounts: ${issueText(amounts.error)}`)

    const inputs = transaction.ins.map(({ hash, index, sequence }, position) => {
      const value = amounts.data[position]
      if (value === undefined) throw malformed(`the amount of input ${position} is missing`)
      return { txId: Buffer.from(hash).reverse().toString('hex'), vout: index, sequence, value }
    })
    checkOutpoints(inputs)
    const outputs = transaction.outs.map(({ script, value }, position) => {
      if (value < 0n || value > maxAmount) throw malformed(`the amount of output ${position} cannot exist`)
      return { value, script: Buffer.from(script) }
    })
    const { version, locktime: lockTime } = transaction
    return { version, lockTime, inputs, outputs, txId: transaction.getId() }
  }
}

function parseHex(hex: string): Transaction {
  if (!/^([0-9a-fA-F]{2})+$/.test(hex)) throw malformed('it does not begin with hexadecimal bytes')
  const transaction = parseBytes(hex)
  // The parser is lenient about how numbers are written, and knows a form with witnesses that this chain does not have.
  if (transaction.toHex() !== hex.toLowerCase() || transaction.hasWitnesses()) {
    throw malformed('it is not in the form in which transactions travel')
  }
  if (transaction.ins.length === 0 || transaction.outs.length === 0) throw malformed('it has no inputs or no outputs')
  if (!VERSIONS.includes(transaction.version)) throw malformed(`version ${transaction.version} is not 1 or 2`)
  if (transaction.ins.some(({ script }) => script.length > 0)) {
    throw new KeywardError('TRANSACTION_UNSUPPORTED', 'the transaction is already signed in part')
  }
  return transaction
}

function parseBytes(hex: string): Transaction {
  try {
    return Transaction.fromHex(hex)
  } catch {
    throw malformed('it is not a transaction')
  }
}
