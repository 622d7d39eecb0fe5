import { z } from 'zod'
import { quantity, toQuantity } from './json-rpc.js'
import type { JsonRpc } from './json-rpc.js'

interface Transfer {
  readonly from: string
  readonly amount: bigint
}

const blockSchema = z.object({
  transactions: z.array(z.object({ hash: z.string(), from: z.string(), to: z.string().nullable(), value: quantity })),
})
const receiptsSchema = z.array(z.object({ transactionHash: z.string(), status: quantity }))

/**
 * Incoming payments by address, read from the blocks. Payments that a contract makes leave no transaction of their own and are not seen.
 * Each block is read once.
 */
export class EthereumDeposits {
  readonly #byAddress = new Map<string, Transfer[]>()
  #nextBlock = 0n
  #scan: Promise<void> = Promise.resolve()

  constructor(private readonly rpc: JsonRpc) {}

  /** What the addresses received from others, in wei. */
  async received(addresses: readonly string[]): Promise<bigint> {
    this.#scan = this.#scan.catch(() => undefined).then(() => this.#readNewBlocks())
    await this.#scan
    const own = new Set(addresses.map((address) => address.toLowerCase()))
    return [...own]
      .flatMap((address) => this.#byAddress.get(address) ?? [])
      .filter(({ from }) => !own.has(from))
      .reduce((sum, { amount }) => sum + amount, 0n)
  }

  async #readNewBlocks(): Promise<void> {
    const latest = await this.rpc.call('eth_blockNumber', [], quantity)
    for (; this.#nextBlock <= latest; this.#nextBlock += 1n) await this.#readBlock(toQuantity(this.#nextBlock))
  }

  async #readBlock(number: string): Promise<void> {
    const { transactions } = await this.rpc.call('eth_getBlockByNumber', [number, true], blockSchema)
    const paying = transactions.filter(({ value }) => value > 0n)
    if (paying.length === 0) return
    const receipts = await this.rpc.call('eth_getBlockReceipts', [number], receiptsSchema)
    const succeeded = new Set(
      receipts.filter(({ status }) => status === 1n).map(({ transactionHash }) => transactionHash),
    )
    for (const { hash, from, to, value } of paying) {
      if (to !== null && succeeded.has(hash))
        this.#record(to.toLowerCase(), { from: from.toLowerCase(), amount: value })
    }
  }

  #record(address: string, transfer: Transfer): void {
    const known = this.#byAddress.get(address)
    if (known === undefined) this.#byAddress.set(address, [transfer])
    else known.push(transfer)
  }
}
