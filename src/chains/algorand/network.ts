import type { Network } from '../../core/ids.js'

interface Genesis {
  readonly id: string
  /** Hexadecimal of 32 bytes. */
  readonly hash: string
}

const hex = (base64: string): string => Buffer.from(base64, 'base64').toString('hex')

/** First blocks: https://developer.algorand.org/docs/get-details/algorand-networks/. Every transaction names the one of its network. */
export const GENESIS: Readonly<Record<Network, Genesis>> = {
  mainnet: { id: 'mainnet-v1.0', hash: hex('wGHE2Pwdvd7S12BL5FaOP20EGYesN73ktiC1qzkkit8=') },
  testnet: { id: 'testnet-v1.0', hash: hex('SGO1GKSzyE7IEPItTxCByw9x8FmnrCDexi9/cOUJOiI=') },
}

/** A transaction fits 1000 rounds at most, and costs 1000 microalgos at least. Constant since the first protocol. */
export const MAX_ROUNDS = 1000n
export const MIN_FEE = 1000n
