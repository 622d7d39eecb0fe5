import { formatUnits } from '../../core/amount.js'
import { previousTxId } from './ledger.js'
import type { BitcoinLedger, LedgerTransaction } from './ledger.js'
import { addressOf } from './scripts.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The API's form of a Bitcoin transaction. Values and the fee are in satoshi, the rate in satoshi per 1000 virtual bytes; unconfirmed: no block. */
export function transactionJson(entry: LedgerTransaction, ledger: BitcoinLedger): Readonly<Record<string, unknown>> {
  const { transaction, txId, fee, height, time } = entry
  const block = height === undefined ? undefined : ledger.block(height)
  return {
    hash: txId,
    hex: transaction.toHex(),
    witnessHash: hex(Buffer.from(transaction.getHash(true)).reverse()),
    fee: Number(fee),
    rate: Math.round((Number(fee) * 1000) / transaction.virtualSize()),
    mtime: time,
    blockNumber: block?.height ?? null,
    block: block?.hash ?? null,
    time: block?.time ?? time,
    index: block?.txIds.indexOf(txId) ?? -1,
    version: transaction.version,
    inputs: transaction.ins.map(({ hash, index, script, sequence, witness }) => ({
      prevout: { hash: previousTxId(hash), index },
      script: hex(script),
      witness: witness.map(hex),
      sequence,
      ...(transaction.isCoinbase() ? {} : { coin: coinJson(ledger, previousTxId(hash), index) }),
    })),
    outputs: transaction.outs.map(({ value, script }) => ({
      value: Number(value),
      script: hex(script),
      address: addressOf(script) ?? null,
    })),
    locktime: transaction.locktime,
  }
}

/** An output as the look-up of unspent outputs and the inputs of a transaction show it; value in satoshi. */
export function coinJson(ledger: BitcoinLedger, txId: string, index: number): Readonly<Record<string, unknown>> | null {
  const output = ledger.output(txId, index)
  const origin = ledger.transaction(txId)
  if (output === undefined || origin === undefined) return null
  return {
    version: origin.transaction.version,
    blockNumber: origin.height ?? null,
    value: Number(output.satoshis),
    script: hex(output.script),
    address: addressOf(output.script) ?? null,
    coinbase: origin.transaction.isCoinbase(),
  }
}

/** Sums over everything an address received and spent, in whole coins. What it holds is `incoming` less `outgoing`. */
export function balanceJson(ledger: BitcoinLedger, script: Uint8Array): Readonly<Record<string, string>> {
  const sums = { incoming: 0n, outgoing: 0n, incomingPending: 0n, outgoingPending: 0n }
  const isConfirmed = (txId: string): boolean => ledger.transaction(txId)?.height !== undefined
  for (const { txId, satoshis, spentBy } of ledger.outputsOf(script)) {
    sums[isConfirmed(txId) ? 'incoming' : 'incomingPending'] += satoshis
    if (spentBy !== undefined) sums[isConfirmed(spentBy) ? 'outgoing' : 'outgoingPending'] += satoshis
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, formatUnits(sum, 8)]))
}
