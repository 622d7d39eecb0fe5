import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { Interface, getCreateAddress } from 'ethers'
import { z } from 'zod'
import { meaningOf } from '../../../src/chains/evm/rejection.js'
import type { SignedTransaction } from '../../../src/core/chain.js'
import type { Intent } from '../../../src/core/intent.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { startAnvil } from '../../kit/anvil.js'
import type { AnvilNode } from '../../kit/anvil.js'
import { makeWallet, newChain, pendingOf } from './evm-vectors.js'
import { FakeLookups } from './fake-lookups.js'
import type { LookupCall } from './fake-lookups.js'
import { descriptors, inputFor, sign } from './walk.js'

const CHAIN_ID = 11_155_111
const ETHER = 10n ** 18n
const YOU = `0x${'c0'.repeat(20)}`
const TRANSFER = new Interface(['event Transfer(address indexed from, address indexed to, uint256 amount)'])
const ERC20 = new Interface(['function transfer(address to, uint256 amount)'])

/**
 * A token by hand: adds the second argument of any call to the storage slot of the first, logs Transfer(caller, first, second), returns true.
 * Behind it eleven bytes that deploy it.
 */
const TOKEN = [
  '602435600435805482019055', // storage[to] += amount
  '600052', // memory[0] = amount
  '600435337fddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef60206000a3', // log
  '600160005260206000f3', // return true
].join('')
const DEPLOY_TOKEN = `0x60${(TOKEN.length / 2).toString(16)}80600b6000396000f3${TOKEN}`

const quantity = z.string().transform((text) => BigInt(text))
const receiptSchema = z.object({
  status: quantity,
  type: quantity,
  from: z.string(),
  to: z.string().nullable(),
  gasUsed: quantity,
  effectiveGasPrice: quantity,
  contractAddress: z.string().nullable(),
  logs: z.array(z.object({ address: z.string(), topics: z.array(z.string()), data: z.string() })),
})

/** Look-ups as the API answers them, from the node. */
function lookupsOf({ rpc }: AnvilNode): FakeLookups {
  const call = (method: string, params: readonly unknown[]) => rpc.call(method, params, z.unknown())
  return new FakeLookups(async ({ path, method, params = [] }: LookupCall) => {
    if (method !== undefined) return call(method, params)
    if (path.includes('/transaction/count/'))
      return Number(await call('eth_getTransactionCount', [path.split('/').at(-1), 'latest']))
    return { medium: Number(await call('eth_gasPrice', [])) }
  })
}

describe('Ethereum: a real node takes what is signed here', () => {
  const chain = newChain()
  const wallet = makeWallet({ privateKey: `0x${'46'.repeat(32)}` }, 'testnet')
  const me = wallet.descriptor.address ?? ''
  let node: AnvilNode
  let token = ''

  before(async () => {
    node = await startAnvil(CHAIN_ID)
    await node.rpc.call('anvil_setBalance', [me, `0x${(100n * ETHER).toString(16)}`], z.null())
  })
  after(() => node.close())

  const balance = (address: string): Promise<bigint> => node.rpc.call('eth_getBalance', [address, 'latest'], quantity)

  async function signed(
    fields: Readonly<Record<string, unknown>>,
  ): Promise<{ plan: SigningPlan; intent: Intent; transaction: SignedTransaction }> {
    const input = inputFor(chain, pendingOf({ from: 0, ...fields }, wallet), wallet)
    const plan = await chain.transactions.prepare(input, lookupsOf(node))
    const transaction = sign(chain, plan, wallet)
    chain.transactions.verify(plan, transaction)
    return { plan, intent: chain.transactions.decode(plan, descriptors(wallet)), transaction }
  }

  const send = ({ raw }: SignedTransaction): Promise<string> =>
    node.rpc.call('eth_sendRawTransaction', [raw], z.string())

  /** A block follows at once, but not before the answer. */
  async function receiptOf({ txId }: SignedTransaction): Promise<z.output<typeof receiptSchema>> {
    for (;;) {
      const receipt = await node.rpc.call('eth_getTransactionReceipt', [txId], receiptSchema.nullable())
      if (receipt !== null) return receipt
      await delay(10)
    }
  }

  async function mine(fields: Readonly<Record<string, unknown>>) {
    const result = await signed(fields)
    expect(await send(result.transaction)).to.equal(result.transaction.txId)
    const receipt = await receiptOf(result.transaction)
    expect(receipt.status, 'the transaction succeeds').to.equal(1n)
    expect(receipt.from).to.equal(me)
    expect(
      receipt.gasUsed * receipt.effectiveGasPrice <= result.intent.fee.amount,
      'the fee is within the announced one',
    ).to.equal(true)
    return { ...result, receipt }
  }

  const payments: [string, bigint, Readonly<Record<string, unknown>>][] = [
    ['legacy', 0n, {}],
    ['EIP-2930', 1n, { accessList: [{ address: YOU, storageKeys: [`0x${'01'.repeat(32)}`] }] }],
    ['EIP-1559', 2n, { maxFeePerGas: '5000000000', maxPriorityFeePerGas: '1000000000' }],
    ['EIP-1559 with an access list', 2n, { maxFeePerGas: '5000000000', maxPriorityFeePerGas: '0', accessList: [] }],
  ]
  for (const [name, type, fields] of payments) {
    it(`a payment, ${name}: it moves what was announced, and costs what was used`, async () => {
      const [mine0, yours0] = [await balance(me), await balance(YOU)]
      const { intent, receipt } = await mine({ to: YOU, value: '1500000000000000000', ...fields })
      expect(receipt.type).to.equal(type)
      const [payment] = intent.actions
      expect(payment).to.deep.include({ type: 'transfer', from: [me], to: YOU, amount: 1_500_000_000_000_000_000n })
      expect(await balance(YOU)).to.equal(yours0 + 1_500_000_000_000_000_000n)
      expect(await balance(me)).to.equal(
        mine0 - 1_500_000_000_000_000_000n - receipt.gasUsed * receipt.effectiveGasPrice,
      )
    })
  }

  it('a contract creation: the code is where it should be', async () => {
    const { intent, receipt, plan } = await mine({ data: DEPLOY_TOKEN })
    expect(intent.actions).to.deep.equal([
      {
        type: 'contract-creation',
        from: me,
        asset: { chain: 'ETH', decimals: 18 },
        amount: 0n,
        codeBytes: DEPLOY_TOKEN.length / 2 - 1,
      },
    ])
    token = receipt.contractAddress ?? ''
    expect(token).to.equal(getCreateAddress({ from: me, nonce: Number(plan.account?.sequence) }).toLowerCase())
    expect(await node.rpc.call('eth_getCode', [token, 'latest'], z.string())).to.equal(`0x${TOKEN}`)
  })

  for (const [name, fields] of [
    ['legacy', {}],
    ['EIP-1559', { maxFeePerGas: '5000000000', maxPriorityFeePerGas: '1' }],
  ] as const) {
    it(`a token transfer, ${name}: the contract logs what was announced`, async () => {
      const { intent, receipt } = await mine({
        to: token,
        data: ERC20.encodeFunctionData('transfer', [YOU, 123_456n]),
        ...fields,
      })
      const log = receipt.logs.map((entry) => TRANSFER.parseLog(entry)?.args.toArray().map(String))
      expect(log).to.have.length(1)
      const [action] = intent.actions
      if (action?.type !== 'transfer') throw new Error('not decoded as a transfer')
      expect(action.asset).to.deep.equal({ chain: 'ETH', contract: token })
      expect(log[0]?.map((text) => text.toLowerCase())).to.deep.equal([
        action.from[0],
        action.to,
        action.amount.toString(),
      ])
    })
  }

  it('consecutive transactions of one account, signed before any is sent', async () => {
    const lookups = lookupsOf(node)
    const all: SignedTransaction[] = []
    for (let round = 0; round < 3; round++) {
      const plan = await chain.transactions.prepare(
        inputFor(chain, pendingOf({ to: YOU, value: '1' }, wallet), wallet),
        lookups,
      )
      all.push(sign(chain, plan, wallet))
      lookups.highest = BigInt(plan.account?.sequence ?? 0)
    }
    for (const transaction of all) expect(await send(transaction)).to.equal(transaction.txId)
    for (const transaction of all) expect((await receiptOf(transaction)).status).to.equal(1n)
    expect(lookups.asked('/transaction/count/')).to.equal(1)
  })

  describe('and its refusals are understood', () => {
    const refused = async (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => expect.fail('the node took it'),
        (error: unknown) => (error instanceof Error ? error.message : ''),
      )

    it('mined before: unknown, so it is looked up', async () => {
      const { transaction } = await mine({ to: YOU, value: '1' })
      expect(meaningOf(await refused(send(transaction)))).to.equal('unknown')
    })

    it('in the pool already: already known', async () => {
      await node.rpc.call('evm_setAutomine', [false], z.unknown())
      try {
        const { transaction } = await signed({ to: YOU, value: '1' })
        await send(transaction)
        expect(meaningOf(await refused(send(transaction)))).to.equal('already-known')
        const { transaction: rival } = await signed({ to: YOU, value: '2' })
        expect(meaningOf(await refused(send(rival))), 'another one has the nonce').to.equal('unknown')
      } finally {
        await node.rpc.call('evm_mine', [], z.unknown())
        await node.rpc.call('evm_setAutomine', [true], z.unknown())
      }
    })

    it('too little money: rejected', async () => {
      const { transaction } = await signed({ to: YOU, value: (10n ** 24n).toString(), gas: '21000' })
      expect(meaningOf(await refused(send(transaction)))).to.equal('rejected')
    })

    it('a price below the base fee: unknown, since it may fit again', async () => {
      const { transaction } = await signed({ to: YOU, value: '1', gas: '21000', gasPrice: '1' })
      expect(meaningOf(await refused(send(transaction)))).to.equal('unknown')
    })

    it('signed for another chain: unknown, since the fault is the node', async () => {
      const { transaction } = await signed({
        to: YOU,
        value: '1',
        chainId: 17_000,
        maxFeePerGas: '5000000000',
        maxPriorityFeePerGas: '1',
      })
      expect(meaningOf(await refused(send(transaction)))).to.equal('unknown')
    })
  })
})
