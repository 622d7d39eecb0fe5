import type { AccountBook } from './accounts/account-book.js'
import type { Withdrawals } from './accounts/withdrawals.js'
import { BitcoinChain } from './bitcoin/bitcoin-chain.js'
import { bitcoinReadRoutes } from './bitcoin/read-routes.js'
import { bitcoinTransactionRoutes } from './bitcoin/transaction-routes.js'
import { bitcoinTransferRoutes } from './bitcoin/transfer-routes.js'
import type { LocalChain, SandboxChainCode } from './chain.js'
import { addressDeriver, verifyBitcoinTransaction } from './chains-adapter.js'
import { findAnvil } from './ethereum/anvil-binary.js'
import { EthereumChain, SEPOLIA_CHAIN_ID } from './ethereum/ethereum-chain.js'
import { ethereumProxyRoutes } from './ethereum/proxy-routes.js'
import { ethereumReadRoutes } from './ethereum/read-routes.js'
import { ethereumTransactionRoutes } from './ethereum/transaction-routes.js'
import { ethereumTransferRoutes } from './ethereum/transfer-routes.js'
import type { Route } from './http/router.js'
import type { PendingQueue } from './kms/pending-queue.js'

/** The books that all routes share. */
export interface Books {
  readonly queue: PendingQueue
  readonly accounts: AccountBook
  readonly withdrawals: Withdrawals
}

export interface PartOptions {
  readonly anvilPath?: string
  readonly blockSeconds?: number
}

/** A running chain with the routes that know it by name. */
export interface Part {
  readonly chain: LocalChain
  readonly routes: readonly Route[]
}

/** @throws KeywardError SANDBOX_UNAVAILABLE */
export async function openPart(code: SandboxChainCode, options: PartOptions, books: Books): Promise<Part> {
  const { queue, accounts, withdrawals } = books
  const blocks = options.blockSeconds === undefined ? {} : { blockSeconds: options.blockSeconds }
  const deriveAddress = await addressDeriver(code)
  switch (code) {
    case 'BTC': {
      const chain = new BitcoinChain({ verify: verifyBitcoinTransaction, deriveAddress, ...blocks })
      return {
        chain,
        routes: [
          ...bitcoinTransactionRoutes(chain, queue),
          ...bitcoinTransferRoutes(chain, accounts, withdrawals, queue),
          ...bitcoinReadRoutes(chain),
        ],
      }
    }
    case 'ETH': {
      const anvil = { binary: findAnvil(options.anvilPath), chainId: SEPOLIA_CHAIN_ID, ...blocks }
      const chain = await EthereumChain.start({ anvil, deriveAddress })
      return {
        chain,
        routes: [
          ...ethereumTransactionRoutes(chain, queue),
          ...ethereumTransferRoutes(chain, accounts, withdrawals, queue),
          ...ethereumReadRoutes(chain),
          ...ethereumProxyRoutes(chain),
        ],
      }
    }
  }
}
