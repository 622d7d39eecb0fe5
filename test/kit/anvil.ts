import { Anvil } from '../../src/sandbox/ethereum/anvil.js'
import { findAnvil } from '../../src/sandbox/ethereum/anvil-binary.js'
import { JsonRpc } from '../../src/sandbox/ethereum/json-rpc.js'

export interface AnvilNode {
  readonly rpc: JsonRpc
  close(): Promise<void>
}

/**
 * A real Ethereum node on a free loopback port, with no accounts and no blocks. It ends with `close`, and with this process however that ends.
 * @param blockSeconds time between blocks; absent: a block at once for each transaction.
 */
export async function startAnvil(chainId: number, blockSeconds?: number): Promise<AnvilNode> {
  const timing = blockSeconds === undefined ? {} : { blockSeconds }
  const anvil = await Anvil.start({ binary: findAnvil(), chainId, ...timing })
  return { rpc: new JsonRpc(anvil.url), close: () => anvil.stop() }
}
