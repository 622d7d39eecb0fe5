import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { z } from 'zod'
import { loadEvm } from '../../../src/chains/evm/index.js'
import { newerDefinitions } from '../../../src/chains/evm/newer-definitions.js'
import { withHexPrefix } from '../../../src/chains/evm/plan.js'
import { startAnvil } from '../../kit/anvil.js'
import type { AnvilNode } from '../../kit/anvil.js'
import { definitionOf, makeWallet, pendingOf } from './evm-vectors.js'
import { FakeLookups } from './fake-lookups.js'
import { descriptors, inputFor, sign } from './walk.js'

const YOU = `0x${'c0'.repeat(20)}`
const quantity = z.string().transform((text) => BigInt(text))
const receiptSchema = z.object({ status: quantity, from: z.string(), gasUsed: quantity, effectiveGasPrice: quantity })

/** A node with the chain's id takes the bytes: another implementation agrees about content, signature and sender. */
const older = ['BSC', 'MATIC', 'ONE', 'XDC', 'KCS', 'CELO', 'KLAY']
for (const code of [...older, ...newerDefinitions.map((definition) => definition.code)]) {
  describe(`${code}: a real node with its chain id takes what is signed here`, () => {
    const chain = loadEvm(definitionOf(code).code)
    const { chainIds, methods } = definitionOf(code)
    const wallet = makeWallet({ privateKey: `0x${'47'.repeat(32)}` }, 'mainnet', undefined, chain)
    const me = withHexPrefix(wallet.descriptor.address ?? '')
    let node: AnvilNode

    before(async () => {
      node = await startAnvil(Number(chainIds.mainnet[0]))
      await node.rpc.call('anvil_setBalance', [me, `0x${(10n ** 20n).toString(16)}`], z.null())
    })
    after(() => node.close())

    const ask = (method: string, params: readonly unknown[]) => node.rpc.call(method, params, z.unknown())
    const ethMethod = new Map([
      [methods.chainId, 'eth_chainId'],
      [methods.estimateGas, 'eth_estimateGas'],
      [methods.gasPrice, 'eth_gasPrice'],
      [methods.transactionCount, 'eth_getTransactionCount'],
    ])
    const lookups = () =>
      new FakeLookups(async ({ path, method, params = [], endpoint }) => {
        if (endpoint !== undefined) return { fast: { maxFee: 31.4 } }
        if (method !== undefined) return ask(ethMethod.get(method) ?? method, params)
        return Number(await ask('eth_getTransactionCount', [path.split('/').at(-1), 'latest']))
      }, 'mainnet')

    for (const fields of [{}, { maxFeePerGas: '40000000000', maxPriorityFeePerGas: '1000000000' }]) {
      it(`a payment with ${'maxFeePerGas' in fields ? 'a fee cap' : 'everything looked up'}`, async () => {
        const before = await node.rpc.call('eth_getBalance', [YOU, 'latest'], quantity)
        const pending = pendingOf({ from: 0, to: YOU, value: '1500000000000000000', ...fields }, wallet)
        const plan = await chain.transactions.prepare(inputFor(chain, pending, wallet), lookups())
        const signed = sign(chain, plan, wallet)
        chain.transactions.verify(plan, signed)
        const { fee } = chain.transactions.decode(plan, descriptors(wallet))
        expect(await ask('eth_sendRawTransaction', [signed.raw])).to.equal(signed.txId)
        const receipt = await mined(signed.txId)
        expect(receipt).to.include({ status: 1n, from: me })
        expect(receipt.gasUsed * receipt.effectiveGasPrice <= fee.amount).to.equal(true)
        expect(await node.rpc.call('eth_getBalance', [YOU, 'latest'], quantity)).to.equal(
          before + 1_500_000_000_000_000_000n,
        )
      })
    }

    async function mined(txId: string): Promise<z.output<typeof receiptSchema>> {
      for (;;) {
        const receipt = await node.rpc.call('eth_getTransactionReceipt', [txId], receiptSchema.nullable())
        if (receipt !== null) return receipt
        await delay(10)
      }
    }
  })
}
