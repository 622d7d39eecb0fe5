import { expect } from 'chai'
import { Interface } from 'ethers'
import fc from 'fast-check'
import { decodeErc20 } from '../../../src/chains/common/erc20.js'
import type { Intent } from '../../../src/core/intent.js'
import { ethereum, newChain } from './evm-vectors.js'
import { planFor } from './random-plans.js'

const ME = `0x${'aa'.repeat(20)}`
const TOKEN = `0x${'bb'.repeat(20)}`
const YOU = `0x${'cc'.repeat(20)}`
const THEM = `0x${'dd'.repeat(20)}`
const MAX = 2n ** 256n - 1n
const erc20 = new Interface([
  'function transfer(address to, uint256 amount)',
  'function transferFrom(address from, address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
])
const coin = { chain: ethereum.code, decimals: 18 }
const token = { chain: ethereum.code, contract: TOKEN }

function decode(fields: { to?: string; value?: bigint; data?: string }): Intent {
  const { to, value = 0n, data = '0x' } = fields
  const transaction = { type: 'legacy' as const, chainId: 1n, nonce: 0n, gas: 30_000n, gasPrice: 7n, to, value, data }
  return newChain().transactions.decode(planFor(transaction, ME), new Map())
}

describe('Ethereum: what a plan would do', () => {
  it('is a payment when there is no data, to oneself too', () => {
    for (const to of [YOU, ME]) {
      expect(decode({ to, value: 5n })).to.deep.equal({
        chain: 'ETH',
        network: 'testnet',
        actions: [{ type: 'transfer', from: [ME], to, asset: coin, amount: 5n, change: false }],
        fee: { asset: coin, amount: 210_000n, maximum: true },
        undecoded: [],
      })
    }
  })

  it('costs at most gas times price, or times the fee cap', () => {
    const common = { chainId: 1n, nonce: 0n, gas: 30_000n, to: YOU, value: 0n, data: '0x', accessList: [] }
    const { transactions } = newChain()
    const capped = { type: 'eip1559' as const, ...common, maxFeePerGas: 9n, maxPriorityFeePerGas: 2n }
    const listed = { type: 'eip2930' as const, ...common, gasPrice: 4n }
    expect(transactions.decode(planFor(capped, ME), new Map()).fee).to.deep.equal({
      asset: coin,
      amount: 270_000n,
      maximum: true,
    })
    expect(transactions.decode(planFor(listed, ME), new Map()).fee).to.deep.equal({
      asset: coin,
      amount: 120_000n,
      maximum: true,
    })
  })

  it('is a token transfer, by the owner or on behalf of another', () => {
    const own = decode({ to: TOKEN, data: erc20.encodeFunctionData('transfer', [YOU, 12n]) })
    expect(own.actions).to.deep.equal([
      { type: 'transfer', from: [ME], to: YOU, asset: token, amount: 12n, change: false },
    ])
    expect(own.undecoded).to.deep.equal([])
    const onBehalf = decode({ to: TOKEN, data: erc20.encodeFunctionData('transferFrom', [THEM, YOU, MAX]) })
    expect(onBehalf.actions).to.deep.equal([
      { type: 'transfer', from: [THEM], to: YOU, asset: token, amount: MAX, change: false },
    ])
  })

  it('is an allowance, and says when that has no limit', () => {
    for (const [amount, unlimited] of [
      [0n, false],
      [12n, false],
      [2n ** 255n - 1n, false],
      [2n ** 255n, true],
      [MAX, true],
    ] as const) {
      const { actions, undecoded } = decode({ to: TOKEN, data: erc20.encodeFunctionData('approve', [YOU, amount]) })
      expect(actions).to.deep.equal([{ type: 'allowance', owner: ME, spender: YOU, asset: token, amount, unlimited }])
      expect(undecoded).to.deep.equal([])
    }
  })

  it('names coins that are sent along with a token call', () => {
    const { actions } = decode({ to: TOKEN, value: 3n, data: erc20.encodeFunctionData('transfer', [YOU, 12n]) })
    expect(actions).to.deep.equal([
      { type: 'transfer', from: [ME], to: YOU, asset: token, amount: 12n, change: false },
      { type: 'transfer', from: [ME], to: TOKEN, asset: coin, amount: 3n, change: false },
    ])
  })

  it('is any call otherwise, which is said to be undecoded', () => {
    expect(decode({ to: TOKEN, value: 3n, data: `0x12345678${'00'.repeat(32)}` })).to.deep.include({
      actions: [
        { type: 'contract-call', from: ME, to: TOKEN, asset: coin, amount: 3n, selector: '0x12345678', dataBytes: 36 },
      ],
      undecoded: ['what the call 0x12345678 with 36 bytes does'],
    })
    const [short] = decode({ to: TOKEN, data: '0xab' }).actions
    expect(short).to.deep.include({ type: 'contract-call', selector: '0xab', dataBytes: 1 })
  })

  it('does not guess at a token call with bytes too few, too many, or stray', () => {
    const calls = [
      erc20.encodeFunctionData('transfer', [YOU, 12n]),
      erc20.encodeFunctionData('transferFrom', [THEM, YOU, 12n]),
      erc20.encodeFunctionData('approve', [YOU, 12n]),
    ]
    for (const data of calls) {
      const stray = `${data.slice(0, 10)}01${data.slice(12)}`
      for (const odd of [data.slice(0, -2), `${data}00`, `${data}${'00'.repeat(32)}`, data.slice(0, 10), stray]) {
        const { actions, undecoded } = decode({ to: TOKEN, data: odd })
        expect(actions.map(({ type }) => type)).to.deep.equal(['contract-call'])
        expect(undecoded.length).to.equal(1)
      }
    }
  })

  it('is a contract creation when there is no recipient', () => {
    expect(decode({ value: 2n, data: '0x600160' })).to.deep.include({
      actions: [{ type: 'contract-creation', from: ME, asset: coin, amount: 2n, codeBytes: 3 }],
      undecoded: ['what the 3 bytes of code do'],
    })
  })

  it('agrees with ethers on every token call', () => {
    const address = fc
      .uint8Array({ minLength: 20, maxLength: 20 })
      .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`)
    const amount = fc.bigInt({ min: 0n, max: MAX })
    fc.assert(
      fc.property(
        fc.constantFrom('transfer', 'transferFrom', 'approve'),
        address,
        address,
        amount,
        (name, one, two, units) => {
          const args = name === 'transferFrom' ? [one, two, units] : [one, units]
          const action = decodeErc20(erc20.encodeFunctionData(name, args), ME, token)
          if (action?.type === 'allowance') expect([action.spender, action.amount]).to.deep.equal(args)
          else if (action?.type !== 'transfer') expect.fail('not decoded')
          else {
            const said =
              name === 'transferFrom' ? [action.from[0], action.to, action.amount] : [action.to, action.amount]
            expect(said).to.deep.equal(args)
            expect(action.from).to.deep.equal([name === 'transferFrom' ? one : ME])
          }
        },
      ),
    )
  })

  it('takes data for a token call only when that call has exactly these bytes', () => {
    const calls = ['a9059cbb', '23b872dd', '095ea7b3', '42842e0e', '00000000']
    const words = fc.array(
      fc.oneof(
        fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
        fc
          .uint8Array({ minLength: 20, maxLength: 20 })
          .map((bytes) => Buffer.from(bytes).toString('hex').padStart(64, '0')),
      ),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(fc.constantFrom(...calls), words, fc.constantFrom('', '', '', '0', '00'), (selector, args, tail) => {
        const data = `0x${selector}${args.join('')}${tail}`
        const action = decodeErc20(data, ME, token)
        if (action === undefined) return
        const parsed = erc20.parseTransaction({ data })
        expect(parsed && erc20.encodeFunctionData(parsed.fragment, parsed.args)).to.equal(data)
      }),
      { numRuns: 500 },
    )
  })
})
