import { forbidden } from '../http/api-error.js'
import type { LocalChain } from '../chain.js'
import { accept, MAX_SATOSHIS } from './acceptance.js'
import { BitcoinLedger, previousTxId } from './ledger.js'
import type { Output } from './ledger.js'
import { scriptOf } from './scripts.js'
import type { TransactionVerifier } from './verifier.js'

export interface BitcoinChainOptions {
  readonly verify: TransactionVerifier
  /** @throws when the xpub is not one of Bitcoin's testnet. */
  readonly deriveAddress: (xpub: string, index: number) => string
  /** Seconds between blocks; absent: a block at once for each transaction. */
  readonly blockSeconds?: number
}

/** Bitcoin's place in the sandbox: the ledger, who may write to it, and when blocks are made. */
export class BitcoinChain implements LocalChain {
  readonly code = 'BTC'
  readonly apiPath = 'bitcoin'
  readonly decimals = 8
  readonly broadcastError = 'blockchain.broadcast.error'
  readonly #options: BitcoinChainOptions
  readonly #timer: NodeJS.Timeout | undefined
  #ledger = new BitcoinLedger()

  constructor(options: BitcoinChainOptions) {
    this.#options = options
    const { blockSeconds } = options
    this.#timer =
      blockSeconds === undefined ? undefined : setInterval(() => this.#ledger.mine(1), blockSeconds * 1000).unref()
  }

  get ledger(): BitcoinLedger {
    return this.#ledger
  }

  isAddress(address: string): boolean {
    return scriptOf(address) !== undefined
  }

  deriveAddress(xpub: string, index: number): string {
    try {
      return this.#options.deriveAddress(xpub, index)
    } catch {
      throw forbidden(
        'address.generation.failed.wrong.xpub',
        "This is not an extended public key of Bitcoin's testnet.",
      )
    }
  }

  height(): Promise<number> {
    return Promise.resolve(this.#ledger.tip.height)
  }

  waiting(): Promise<number> {
    return Promise.resolve(this.#ledger.waiting)
  }

  fund(address: string, amount: bigint): Promise<string> {
    const script = scriptOf(address)
    if (script === undefined || amount > MAX_SATOSHIS) {
      return Promise.reject(
        forbidden('sandbox.fund', 'This cannot be funded: a wrong address, or more than 21 million BTC.'),
      )
    }
    return Promise.resolve(this.#ledger.fund(script, amount))
  }

  mine(blocks: number): Promise<void> {
    this.#ledger.mine(blocks)
    return Promise.resolve()
  }

  async broadcast(raw: string): Promise<string> {
    const { transaction, fee } = accept(raw, this.#ledger, this.#options.verify)
    const txId = this.#ledger.add(transaction, fee)
    if (this.#options.blockSeconds === undefined) await this.mine(1)
    return txId
  }

  deposits(addresses: readonly string[]): Promise<bigint> {
    const scripts = addresses.flatMap((address) => scriptOf(address) ?? [])
    const own = new Set(scripts.flatMap((script) => this.#ledger.outputsOf(script)))
    const sum = [...own]
      .filter((output) => this.#isDeposit(output, own))
      .reduce((total, { satoshis }) => total + satoshis, 0n)
    return Promise.resolve(sum)
  }

  reset(): Promise<void> {
    this.#ledger = new BitcoinLedger()
    return Promise.resolve()
  }

  close(): Promise<void> {
    clearInterval(this.#timer)
    return Promise.resolve()
  }

  /** Confirmed, and not change: none of the transaction's inputs is one's own. */
  #isDeposit({ txId }: Output, own: ReadonlySet<Output>): boolean {
    const entry = this.#ledger.transaction(txId)
    if (entry?.height === undefined) return false
    return !entry.transaction.ins.some(({ hash, index }) => {
      const spent = this.#ledger.output(previousTxId(hash), index)
      return spent !== undefined && own.has(spent)
    })
  }
}
