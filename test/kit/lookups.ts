import type { ChainLookups } from '../../src/core/chain.js'

const unexpected = (name: string) => (): Promise<never> =>
  Promise.reject(new Error(`${name} was not expected to be asked`))

/** Look-ups of a test: what it does not give is an error when it is asked for. */
export function testLookups(given: Partial<ChainLookups> = {}): ChainLookups {
  return {
    network: 'testnet',
    get: unexpected('get'),
    post: unexpected('post'),
    rpc: unexpected('rpc'),
    endpoint: unexpected('endpoint'),
    signerAddress: unexpected('signerAddress'),
    once: (_key, load) => load(),
    highestSequence: () => Promise.resolve(undefined),
    ...given,
  }
}
