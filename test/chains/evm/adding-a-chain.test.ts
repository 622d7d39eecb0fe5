import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { EvmDefinition } from '../../../src/chains/evm/definition.js'
import { evmChain } from '../../../src/chains/evm/index.js'
import { gateway, newer } from '../../../src/chains/evm/newer-definitions.js'
import { chainCodeSchema } from '../../../src/core/ids.js'
import { makeWallet, pendingOf } from './evm-vectors.js'
import { FakeLookups } from './fake-lookups.js'
import { inputFor, sign } from './walk.js'

const example: EvmDefinition = {
  ...newer,
  code: chainCodeSchema.parse('EXM'),
  name: 'Example Chain',
  aliases: ['example'],
  apiPath: 'example',
  chainIds: { mainnet: [4_242n], testnet: [4_243n] },
  rpcPath: gateway('example-mainnet', 'example-testnet'),
}

describe('adding a chain like Ethereum', () => {
  const key = `0x${'47'.repeat(32)}`

  it('is as the page about it says: its lines are the ones above', () => {
    const page = readFileSync(new URL('../../../docs/adding-a-chain.md', import.meta.url), 'utf8')
    const [, lines] = /```ts\n([^`]+)```/.exec(page) ?? []
    expect(readFileSync(new URL(import.meta.url), 'utf8')).to.include(lines ?? 'a block of code')
  })

  it('takes no more than those lines to make wallets and to plan, explain, sign and verify transactions', async () => {
    const chain = evmChain(example)
    expect(chain.keys.generate('mainnet').xpub).to.match(/^xpub/)
    const wallet = makeWallet({ privateKey: key }, 'mainnet', undefined, chain)
    const answers: Readonly<Record<string, unknown>> = {
      eth_chainId: '0x1092',
      eth_estimateGas: '0x5208',
      eth_maxPriorityFeePerGas: '0x1',
      eth_getBlockByNumber: { baseFeePerGas: '0x7' },
      eth_getTransactionCount: '0x2',
    }
    const lookups = new FakeLookups(({ method = '' }) => answers[method], 'mainnet')
    const to = `0x${'c0'.repeat(20)}`
    const input = inputFor(chain, pendingOf({ to, value: '5' }, wallet), wallet)
    const plan = await chain.transactions.prepare(input, lookups)
    const { raw } = sign(chain, plan, wallet)
    const fields = { gasLimit: 21_000n, maxFeePerGas: 15n, maxPriorityFeePerGas: 1n, nonce: 2 }
    expect(raw).to.equal(await new Wallet(key).signTransaction({ type: 2, chainId: 4242n, to, value: 5n, ...fields }))
    expect(new Set(lookups.calls.map(({ path }) => path))).to.deep.equal(
      new Set(['/v3/blockchain/node/example-mainnet/{apiKey}']),
    )
  })
})
