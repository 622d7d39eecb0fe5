import { setTimeout as delay } from 'node:timers/promises'
import { isAddress } from 'ethers/address'
import { Transaction } from 'ethers/transaction'
import { z } from 'zod'
import { forbidden } from '../http/api-error.js'
import { TransactionRefused } from '../chain.js'
import type { LocalChain } from '../chain.js'
import { Anvil } from './anvil.js'
import type { AnvilOptions } from './anvil.js'
import { EthereumDeposits } from './deposits.js'
import { JsonRpc, NodeError, quantity, toQuantity } from './json-rpc.js'

/** Sepolia's: the network a testnet key of the API means. */
export const SEPOLIA_CHAIN_ID = 11155111

/** Holds the play money. Nobody has a key to it; the node sends for it without one. */
const FAUCET = '0x00000000000000000000000000000000fa00ce70'
const FAUCET_WEI = 2n ** 100n
const SETTLE_POLLS = 50
const SETTLE_POLL_MS = 10

export interface EthereumChainOptions {
  readonly anvil: AnvilOptions
  /** @throws when the text is no extended public key. */
  readonly deriveAddress: (xpub: string, index: number) => string
}

interface Running {
  readonly anvil: Anvil
  readonly rpc: JsonRpc
  readonly deposits: EthereumDeposits
}

/** Ethereum's place in the sandbox: a node process and what is asked of it. */
export class EthereumChain implements LocalChain {
  readonly code = 'ETH'
  readonly apiPath = 'ethereum'
  readonly decimals = 18
  readonly broadcastError = 'ethereum.broadcast.failed'

  private constructor(
    private readonly options: EthereumChainOptions,
    private running: Running,
  ) {}

  /** @throws KeywardError SANDBOX_UNAVAILABLE */
  static async start(options: EthereumChainOptions): Promise<EthereumChain> {
    return new EthereumChain(options, await run(options.anvil))
  }

  get rpc(): JsonRpc {
    return this.running.rpc
  }

  isAddress(address: string): boolean {
    return address.startsWith('0x') && isAddress(address)
  }

  deriveAddress(xpub: string, index: number): string {
    try {
      return this.options.deriveAddress(xpub, index)
    } catch {
      throw forbidden('address.generation.failed.wrong.xpub', 'This is not an extended public key.')
    }
  }

  async height(): Promise<number> {
    return Number(await this.rpc.call('eth_blockNumber', [], quantity))
  }

  async waiting(): Promise<number> {
    const pool = await this.rpc.call('txpool_status', [], z.object({ pending: quantity, queued: quantity }))
    return Number(pool.pending + pool.queued)
  }

  async fund(address: string, amount: bigint): Promise<string> {
    if (!this.isAddress(address) || amount > FAUCET_WEI / 2n) {
      throw forbidden('sandbox.fund', 'This cannot be funded: a wrong address, or more than the faucet holds.')
    }
    await this.rpc.call('anvil_setBalance', [FAUCET, toQuantity(FAUCET_WEI)], z.null())
    const payment = { from: FAUCET, to: address, value: toQuantity(amount) }
    const txId = await this.rpc.call('eth_sendTransaction', [payment], z.string())
    if (this.options.anvil.blockSeconds !== undefined) await this.mine(1)
    await this.#settle(txId)
    return txId
  }

  async mine(blocks: number): Promise<void> {
    await this.rpc.call('anvil_mine', [toQuantity(blocks)], z.null())
  }

  async broadcast(raw: string): Promise<string> {
    checkChainId(raw, this.options.anvil.chainId)
    try {
      const txId = await this.rpc.call('eth_sendRawTransaction', [raw], z.string())
      if (this.options.anvil.blockSeconds === undefined) await this.#settle(txId)
      return txId
    } catch (thrown) {
      throw thrown instanceof NodeError ? new TransactionRefused(thrown.message) : thrown
    }
  }

  deposits(addresses: readonly string[]): Promise<bigint> {
    return this.running.deposits.received(addresses)
  }

  /** A new node: the only way to be sure that nothing is left, neither in blocks nor in its pool. */
  async reset(): Promise<void> {
    const next = await run(this.options.anvil)
    const { anvil } = this.running
    this.running = next
    await anvil.stop()
  }

  close(): Promise<void> {
    return this.running.anvil.stop()
  }

  /** Waits until a transaction that is mined at once is in its block. One that waits for an earlier nonce never is, so this gives up in silence. */
  async #settle(txId: string): Promise<void> {
    for (let poll = 0; poll < SETTLE_POLLS; poll += 1) {
      const receipt = await this.rpc.call('eth_getTransactionReceipt', [txId], z.object({}).nullable())
      if (receipt !== null) return
      await delay(SETTLE_POLL_MS)
    }
  }
}

/** The node does not look at the chain id and would drop the transaction in silence later; nodes of the real network refuse it. */
function checkChainId(raw: string, expected: number): void {
  let chainId: bigint
  try {
    chainId = Transaction.from(raw).chainId
  } catch {
    // Not a transaction: the node says what is wrong with it.
    return
  }
  if (chainId !== BigInt(expected)) {
    throw new TransactionRefused(`invalid chain id for signer: have ${chainId} want ${expected}`)
  }
}

async function run(options: AnvilOptions): Promise<Running> {
  const anvil = await Anvil.start(options)
  try {
    const rpc = new JsonRpc(anvil.url)
    await rpc.call('anvil_impersonateAccount', [FAUCET], z.null())
    return { anvil, rpc, deposits: new EthereumDeposits(rpc) }
  } catch (thrown) {
    await anvil.stop()
    throw thrown
  }
}
