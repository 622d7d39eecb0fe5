import { createHash } from 'node:crypto'
import { Transaction } from 'bitcoinjs-lib/src/transaction'

/** An output that exists or existed. */
export interface Output {
  readonly txId: string
  readonly index: number
  readonly satoshis: bigint
  readonly script: Uint8Array
  /** Transaction that spends it, if any. */
  readonly spentBy?: string
}

export interface LedgerTransaction {
  readonly txId: string
  readonly transaction: Transaction
  readonly fee: bigint
  /** Unix time in seconds at which it was accepted. */
  readonly time: number
  /** Height of its block; absent while it waits for one. */
  readonly height?: number
}

export interface Block {
  readonly height: number
  readonly hash: string
  readonly time: number
  readonly txIds: readonly string[]
}

const key = (txId: string, index: number): string => `${txId}:${index}`
const scriptKey = (script: Uint8Array): string => Buffer.from(script).toString('hex')

/** Transaction id of an input's previous transaction, in display order. */
export const previousTxId = (hash: Uint8Array): string => Buffer.from(hash).reverse().toString('hex')

/**
 * The books of a small Bitcoin chain in memory: outputs, transactions and blocks. It records what it is given; `acceptance.ts` decides what may enter.
 * Blocks have no proof of work, and coinbase outputs can be spent at once.
 */
export class BitcoinLedger {
  readonly #outputs = new Map<string, Output>()
  readonly #keysByScript = new Map<string, string[]>()
  readonly #transactions = new Map<string, LedgerTransaction>()
  readonly #blocks: Block[] = [blockOf([], undefined)]
  #waiting: string[] = []

  get tip(): Block {
    const tip = this.#blocks.at(-1)
    if (tip === undefined) throw new Error('a ledger has at least its first block')
    return tip
  }

  get waiting(): number {
    return this.#waiting.length
  }

  block(height: number): Block | undefined {
    return this.#blocks[height]
  }

  output(txId: string, index: number): Output | undefined {
    return this.#outputs.get(key(txId, index))
  }

  /** Everything a script ever received, oldest first. */
  outputsOf(script: Uint8Array): readonly Output[] {
    const keys = this.#keysByScript.get(scriptKey(script)) ?? []
    return keys.flatMap((outputKey) => this.#outputs.get(outputKey) ?? [])
  }

  /** What a script still holds, oldest first; waiting transactions count. */
  unspent(script: Uint8Array): readonly Output[] {
    return this.outputsOf(script).filter(({ spentBy }) => spentBy === undefined)
  }

  transaction(txId: string): LedgerTransaction | undefined {
    return this.#transactions.get(txId)
  }

  /** Records an accepted transaction; it waits for a block. */
  add(transaction: Transaction, fee: bigint): string {
    const txId = transaction.getId()
    for (const { hash, index } of transaction.isCoinbase() ? [] : transaction.ins) {
      const spent = key(previousTxId(hash), index)
      const output = this.#outputs.get(spent)
      if (output === undefined || output.spentBy !== undefined) throw new Error(`${spent} cannot be spent`)
      this.#outputs.set(spent, { ...output, spentBy: txId })
    }
    for (const [index, { script, value }] of transaction.outs.entries()) {
      this.#addOutput({ txId, index, satoshis: value, script })
    }
    this.#transactions.set(txId, { txId, transaction, fee, time: now() })
    this.#waiting.push(txId)
    return txId
  }

  /** Puts everything that waits into the next block; further blocks are empty. */
  mine(blocks: number): void {
    for (let count = 0; count < blocks; count += 1) {
      this.#append(this.#waiting)
      this.#waiting = []
    }
  }

  /** Makes coins out of nothing, in a block of their own. @returns the transaction's id. */
  fund(script: Uint8Array, satoshis: bigint): string {
    const coinbase = new Transaction()
    coinbase.version = 2
    // The height makes each coinbase, and so its id, unique (BIP-34).
    const height = Buffer.alloc(5)
    height.writeUInt8(4)
    height.writeUInt32LE(this.tip.height + 1, 1)
    coinbase.addInput(new Uint8Array(32), 0xffffffff, 0xffffffff, height)
    coinbase.addOutput(script, satoshis)
    const txId = this.add(coinbase, 0n)
    this.#waiting = this.#waiting.filter((waiting) => waiting !== txId)
    this.#append([txId])
    return txId
  }

  #append(txIds: readonly string[]): void {
    const block = blockOf(txIds, this.tip)
    this.#blocks.push(block)
    for (const txId of txIds) {
      const transaction = this.#transactions.get(txId)
      if (transaction !== undefined) this.#transactions.set(txId, { ...transaction, height: block.height })
    }
  }

  #addOutput(output: Output): void {
    const outputKey = key(output.txId, output.index)
    this.#outputs.set(outputKey, output)
    const keys = this.#keysByScript.get(scriptKey(output.script))
    if (keys === undefined) this.#keysByScript.set(scriptKey(output.script), [outputKey])
    else keys.push(outputKey)
  }
}

const now = (): number => Math.floor(Date.now() / 1000)

function blockOf(txIds: readonly string[], previous: Block | undefined): Block {
  const height = previous === undefined ? 0 : previous.height + 1
  const time = now()
  const header = [previous?.hash ?? '', height, time, ...txIds].join(':')
  return { height, time, txIds, hash: createHash('sha256').update(header).digest('hex') }
}
