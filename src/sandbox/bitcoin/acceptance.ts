import { Transaction } from 'bitcoinjs-lib/src/transaction'
import { TransactionRefused } from '../chain.js'
import { previousTxId } from './ledger.js'
import type { BitcoinLedger, Output } from './ledger.js'
import type { TransactionVerifier } from './verifier.js'

export const MAX_SATOSHIS = 21_000_000n * 100_000_000n
const MAX_STANDARD_WEIGHT = 400_000
const LOCKTIME_IS_TIME = 500_000_000
const FINAL_SEQUENCE = 0xffffffff
const RELATIVE_LOCK_OFF = 0x80000000
const RELATIVE_LOCK_IS_TIME = 0x00400000
const RELATIVE_LOCK_VALUE = 0xffff
const [OP_0, OP_1, OP_16, OP_RETURN] = [0x00, 0x51, 0x60, 0x6a]

export interface Accepted {
  readonly transaction: Transaction
  readonly fee: bigint
}

/**
 * Decides whether a transaction may enter the ledger: form, locks, existing and unspent inputs, amounts, dust, and every script and signature. A fee of
 * zero is enough. Refusals are worded as Bitcoin Core words them, because signers read those words.
 * @throws TransactionRefused
 */
export function accept(rawHex: string, ledger: BitcoinLedger, verify: TransactionVerifier): Accepted {
  const transaction = parse(rawHex)
  checkForm(transaction)
  checkIsNew(transaction, ledger)
  const inputs = transaction.ins.map(({ hash, index }) => spendable(ledger, previousTxId(hash), index))
  checkLocks(transaction, inputs, ledger)
  const fee = feeOf(transaction, inputs)
  try {
    verify(rawHex, inputs)
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : 'not proven'
    throw new TransactionRefused(`mandatory-script-verify-flag-failed (${reason})`)
  }
  return { transaction, fee }
}

function parse(rawHex: string): Transaction {
  try {
    if (!/^([0-9a-fA-F]{2})+$/.test(rawHex)) throw new Error('not hexadecimal')
    return Transaction.fromHex(rawHex)
  } catch {
    throw new TransactionRefused('TX decode failed. Make sure the tx has at least one input.')
  }
}

function checkForm(transaction: Transaction): void {
  const { ins, outs } = transaction
  if (ins.length === 0) throw new TransactionRefused('bad-txns-vin-empty')
  if (outs.length === 0) throw new TransactionRefused('bad-txns-vout-empty')
  if (transaction.isCoinbase()) throw new TransactionRefused('coinbase')
  if (transaction.weight() > MAX_STANDARD_WEIGHT) throw new TransactionRefused('tx-size')
  const spent = new Set(ins.map(({ hash, index }) => `${previousTxId(hash)}:${index}`))
  if (spent.size < ins.length) throw new TransactionRefused('bad-txns-inputs-duplicate')
  if (outs.some(({ value }) => value < 0n)) throw new TransactionRefused('bad-txns-vout-negative')
  if (outs.some(({ value }) => value > MAX_SATOSHIS)) throw new TransactionRefused('bad-txns-vout-toolarge')
  if (outs.some(({ script, value }) => value < dustLimit(script))) throw new TransactionRefused('dust')
}

function checkIsNew(transaction: Transaction, ledger: BitcoinLedger): void {
  const txId = transaction.getId()
  const known = ledger.transaction(txId)
  if (known === undefined) return
  if (known.height === undefined) throw new TransactionRefused('txn-already-in-mempool')
  const unspent = transaction.outs.some((_, index) => ledger.output(txId, index)?.spentBy === undefined)
  throw new TransactionRefused(unspent ? 'Transaction outputs already in utxo set' : 'bad-txns-inputs-missingorspent')
}

function spendable(ledger: BitcoinLedger, txId: string, index: number): Output {
  const output = ledger.output(txId, index)
  if (output === undefined) throw new TransactionRefused('bad-txns-inputs-missingorspent')
  if (output.spentBy === undefined) return output
  const conflict = ledger.transaction(output.spentBy)
  throw new TransactionRefused(
    conflict?.height === undefined ? 'txn-mempool-conflict' : 'bad-txns-inputs-missingorspent',
  )
}

function feeOf(transaction: Transaction, inputs: readonly Output[]): bigint {
  const paid = transaction.outs.reduce((sum, { value }) => sum + value, 0n)
  if (paid > MAX_SATOSHIS) throw new TransactionRefused('bad-txns-txouttotal-toolarge')
  const fee = inputs.reduce((sum, { satoshis }) => sum + satoshis, 0n) - paid
  if (fee < 0n) throw new TransactionRefused('bad-txns-in-belowout')
  return fee
}

/** nLockTime, and relative locks by BIP-68 (those by time are refused: this ledger has no median time). */
function checkLocks(transaction: Transaction, inputs: readonly Output[], ledger: BitcoinLedger): void {
  const { locktime, ins, version } = transaction
  const next = ledger.tip.height + 1
  const reached = locktime < (locktime < LOCKTIME_IS_TIME ? next : ledger.tip.time)
  if (locktime !== 0 && !reached && ins.some(({ sequence }) => sequence !== FINAL_SEQUENCE)) {
    throw new TransactionRefused('non-final')
  }
  for (const [position, { sequence }] of ins.entries()) {
    if (version < 2 || (sequence & RELATIVE_LOCK_OFF) !== 0) continue
    const height = ledger.transaction(inputs[position]?.txId ?? '')?.height ?? next
    const isTime = (sequence & RELATIVE_LOCK_IS_TIME) !== 0
    if (isTime || height + (sequence & RELATIVE_LOCK_VALUE) > next) throw new TransactionRefused('non-BIP68-final')
  }
}

/**
 * Bitcoin Core's default: what it costs to make and spend the output at 3 satoshi per byte. 294 for P2WPKH, 546 for P2PKH; data outputs may hold nothing.
 */
function dustLimit(script: Uint8Array): bigint {
  if (script[0] === OP_RETURN) return 0n
  const outputBytes = 8 + 1 + script.length
  const inputBytes = isWitnessProgram(script) ? 67 : 148
  return BigInt(3 * (outputBytes + inputBytes))
}

function isWitnessProgram(script: Uint8Array): boolean {
  const [version = 0xff, length = 0] = script
  return (version === OP_0 || (version >= OP_1 && version <= OP_16)) && length >= 2 && length === script.length - 2
}
