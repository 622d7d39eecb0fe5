import { expect } from 'chai'
import { NonceSource } from '../../../src/chains/evm/nonces.js'
import { evmTransactions } from '../../../src/chains/evm/transactions.js'
import type { Chain } from '../../../src/core/chain.js'
import type { Clock } from '../../../src/core/clock.js'
import { KeywardError } from '../../../src/core/errors.js'
import { planDigest } from '../../../src/core/signing-plan.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { ethereum, makeWallet, newChain, pendingOf } from './evm-vectors.js'
import { FakeLookups, quietNetwork } from './fake-lookups.js'
import { inputFor, prepare, refusal } from './walk.js'

const MNEMONIC = 'test test test test test test test test test test test junk'
const TO = '0xd2a5ca0f9affe6959bf168ad34f8d89d17671e0a'
const COUNT = '/transaction/count/'
const FEE = '/blockchain/fee/'
const complete = { to: TO, value: '5', gas: '21000', gasPrice: '7', nonce: 1 }
const wallet = makeWallet({ privateKey: `0x${'46'.repeat(32)}` }, 'testnet')
const other = makeWallet({ privateKey: `0x${'47'.repeat(32)}` }, 'testnet')

class FakeClock implements Clock {
  time = 1_000_000
  now = (): number => this.time
  sleep = (): Promise<void> => Promise.resolve()
}

function chainWithClock(): { clock: FakeClock; chain: Chain } {
  const clock = new FakeClock()
  const chain = newChain()
  return { clock, chain: { ...chain, transactions: evmTransactions(ethereum, chain.keys, clock) } }
}

const sequence = (plan: SigningPlan): string | undefined => plan.account?.sequence

describe('Ethereum: preparing a plan', () => {
  it('fixes every field, amounts as decimal text', async () => {
    const pending = pendingOf({ to: TO, value: '0x5' }, wallet)
    const plan = await prepare(newChain(), pending, wallet, new FakeLookups(quietNetwork(9)))
    expect(plan.account).to.deep.equal({ address: wallet.descriptor.address, sequence: '9' })
    expect(plan.body).to.deep.equal({
      type: 'legacy',
      chainId: '11155111',
      gas: '53214',
      gasPrice: '20000000000',
      to: TO,
      value: '5',
      data: '0x',
    })
  })

  it('asks nothing when the requester fixed everything', async () => {
    const lookups = new FakeLookups(quietNetwork())
    await prepare(newChain(), pendingOf({ ...complete, chainId: 17_000 }, wallet), wallet, lookups)
    expect(lookups.calls).to.be.empty
  })

  it('survives being stored: a plan read back from JSON is the same plan', async () => {
    const chain = newChain()
    const fields = { ...complete, accessList: [{ address: TO, storageKeys: [`0x${'01'.repeat(32)}`] }], gas: '99000' }
    const plan = await prepare(chain, pendingOf(fields, wallet), wallet, new FakeLookups(quietNetwork()))
    const stored = JSON.parse(JSON.stringify(plan)) as SigningPlan
    expect(planDigest(stored)).to.equal(planDigest(plan))
    expect(chain.transactions.decode(stored, new Map())).to.deep.equal(chain.transactions.decode(plan, new Map()))
  })

  it('has another digest when any field of the request changes', async () => {
    const accessList = [{ address: TO, storageKeys: [`0x${'01'.repeat(32)}`] }]
    const base = { ...complete, gas: '99000', data: '0x01' }
    const changes: Readonly<Record<string, unknown>>[] = [
      {},
      { to: `0x${'11'.repeat(20)}` },
      { value: '6' },
      { gas: '99001' },
      { gasPrice: '8' },
      { nonce: 2 },
      { data: '0x02' },
      { chainId: 17_000 },
      { accessList: [] },
      { accessList },
      { gasPrice: null, maxFeePerGas: '7', maxPriorityFeePerGas: '7' },
      { gasPrice: null, maxFeePerGas: '7', maxPriorityFeePerGas: '6' },
    ]
    const plans = await Promise.all(
      changes.map(async (change) => {
        const pending = { ...pendingOf({ ...base, ...change }, wallet), id: pendingOf(base, wallet).id }
        const plan = await prepare(newChain(), pending, wallet, new FakeLookups(quietNetwork()))
        // The content alone must tell the plans apart, without the help of the request's own digest.
        const { pendingId: _pendingId, requestDigest: _requestDigest, ...rest } = plan
        return JSON.stringify(rest)
      }),
    )
    expect(new Set(plans).size).to.equal(changes.length)
  })

  describe('look-ups', () => {
    it('are made at the same time, and not again by prepare after warmUp', async () => {
      const chain = newChain()
      let release = (): void => undefined
      const gate = new Promise<void>((resolve) => (release = resolve))
      const lookups = new FakeLookups(async (call) => {
        await gate
        return quietNetwork()(call)
      })
      const input = inputFor(chain, pendingOf({ to: TO, value: '5' }, wallet), wallet)
      const warm = chain.transactions.warmUp?.(input, lookups)
      await Promise.resolve()
      expect(lookups.calls.map(({ method, path }) => method ?? path)).to.have.members([
        'eth_chainId',
        'eth_estimateGas',
        '/v3/blockchain/fee/ETH',
      ])
      release()
      await warm
      await chain.transactions.prepare(input, lookups)
      expect(lookups.calls.length).to.equal(4)
      expect(lookups.asked(COUNT)).to.equal(1)
    })

    it('that failed ahead of time are made again', async () => {
      const chain = newChain()
      const lookups = new FakeLookups(() => new KeywardError('API_UNREACHABLE', 'down'))
      const input = inputFor(chain, pendingOf({ to: TO, value: '5' }, wallet), wallet)
      expect((await refusal(() => chain.transactions.warmUp?.(input, lookups))).code).to.equal('API_UNREACHABLE')
      lookups.answer = quietNetwork(3)
      expect(sequence(await chain.transactions.prepare(input, lookups))).to.equal('3')
    })

    it('ask for the chain id once, and again only after a wrong answer', async () => {
      const chain = newChain()
      const lookups = new FakeLookups((call) => (call.method === 'eth_chainId' ? '0x1' : quietNetwork()(call)))
      const error = await refusal(() => prepare(chain, pendingOf(complete, wallet), wallet, lookups))
      expect(error.code).to.equal('API_REPLY_MALFORMED')
      expect(error.mayPass, 'a wrong API key must not refuse transactions for good').to.equal(true)
      expect(error.message).to.equal('the API answers for chain 1, which is not Ethereum testnet')
      lookups.answer = quietNetwork()
      for (let round = 0; round < 3; round++) await prepare(chain, pendingOf(complete, wallet), wallet, lookups)
      expect(lookups.asked('eth_chainId')).to.equal(2)
    })

    it('use the EIP-55 address for the count and the lower-case one for the estimate', async () => {
      const lookups = new FakeLookups(quietNetwork())
      await prepare(newChain(), pendingOf({ to: TO, data: '0x00' }, wallet), wallet, lookups)
      expect(lookups.calls.map(({ path }) => path)).to.include(
        '/v3/ethereum/transaction/count/0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F',
      )
      expect(lookups.calls.find(({ method }) => method === 'eth_estimateGas')?.params).to.deep.equal([
        { from: wallet.descriptor.address, to: TO, data: '0x00' },
      ])
    })

    it('tell the node all that is fixed when gas is estimated', async () => {
      const lookups = new FakeLookups(quietNetwork())
      const accessList = [{ address: TO, storageKeys: [] }]
      const fields = { to: TO, value: '16', nonce: '3', maxFeePerGas: 255, maxPriorityFeePerGas: 1, accessList }
      await prepare(newChain(), pendingOf(fields, wallet), wallet, lookups)
      expect(lookups.calls.find(({ method }) => method === 'eth_estimateGas')?.params).to.deep.equal([
        {
          from: wallet.descriptor.address,
          to: TO,
          value: '0x10',
          nonce: '0x3',
          maxFeePerGas: '0xff',
          maxPriorityFeePerGas: '0x1',
          accessList,
        },
      ])
      expect(lookups.asked(FEE)).to.equal(0)
    })

    it('say what the network says when gas cannot be estimated', async () => {
      const lookups = new FakeLookups(({ method }) =>
        method === 'eth_estimateGas' ? new KeywardError('API_REFUSED', 'execution reverted') : '0xaa36a7',
      )
      const error = await refusal(() =>
        prepare(newChain(), pendingOf({ ...complete, gas: null }, wallet), wallet, lookups),
      )
      expect(error.code).to.equal('API_REFUSED')
      expect(error.message).to.equal('the gas cannot be estimated: execution reverted')
    })

    it('refuse answers that are not understood', async () => {
      const odd: [string, unknown[]][] = [
        ['eth_chainId', [null, 11_155_111, '11155111', '0x', 'x', {}]],
        ['eth_estimateGas', [null, 21_000, '21000', '0x', '-0x1', []]],
        [FEE, [null, {}, { medium: 0 }, { medium: '1.5' }, { medium: 1.5 }, { medium: -1 }, { medium: 1e30 }, []]],
        [COUNT, [null, -1, 1.5, '0x1', '', {}, 2 ** 60]],
      ]
      for (const [what, answers] of odd) {
        for (const answer of answers) {
          const lookups = new FakeLookups((call) =>
            (call.method ?? call.path).includes(what) ? answer : quietNetwork()(call),
          )
          const work = () => prepare(newChain(), pendingOf({ to: TO, value: '1' }, wallet), wallet, lookups)
          expect((await refusal(work)).code, `${what} ${JSON.stringify(answer)}`).to.equal('API_REPLY_MALFORMED')
        }
      }
    })

    it('take numbers as text too', async () => {
      const lookups = new FakeLookups((call) => {
        if (call.path.includes(COUNT)) return '41'
        return call.path.includes(FEE) ? { medium: '900' } : quietNetwork()(call)
      })
      const plan = await prepare(newChain(), pendingOf({ to: TO, value: '1' }, wallet), wallet, lookups)
      expect([sequence(plan), plan.body['gasPrice']]).to.deep.equal(['41', '900'])
    })
  })

  describe('nonces', () => {
    const open = { ...complete, nonce: null }

    it("are the network's count, or one above what was signed here", async () => {
      for (const [count, highest, next] of [
        [7, undefined, '7'],
        [7, 3n, '7'],
        [7, 6n, '7'],
        [7, 7n, '8'],
        [7, 11n, '12'],
        [0, 0n, '1'],
      ] as const) {
        const lookups = new FakeLookups(quietNetwork(count))
        lookups.highest = highest
        expect(sequence(await prepare(newChain(), pendingOf(open, wallet), wallet, lookups))).to.equal(next)
      }
    })

    it('that the requester gave are used as they are', async () => {
      const lookups = new FakeLookups(quietNetwork(7))
      lookups.highest = 90n
      expect(
        sequence(await prepare(newChain(), pendingOf({ ...complete, nonce: 4 }, wallet), wallet, lookups)),
      ).to.equal('4')
      expect(lookups.asked(COUNT)).to.equal(0)
    })

    it('of a busy account need the network only every ten seconds', async () => {
      const { chain, clock } = chainWithClock()
      const lookups = new FakeLookups(quietNetwork(5))
      const given: (string | undefined)[] = []
      for (let round = 0; round < 25; round++) {
        const plan = await prepare(chain, pendingOf(open, wallet), wallet, lookups)
        given.push(sequence(plan))
        lookups.highest = BigInt(sequence(plan) ?? 0) // signed
        clock.time += 1_000
      }
      expect(given).to.deep.equal(Array.from({ length: 25 }, (_, round) => String(5 + round)))
      expect(lookups.asked(COUNT)).to.equal(3)
    })

    it('follow the network when the key is used elsewhere too', async () => {
      const { chain, clock } = chainWithClock()
      const lookups = new FakeLookups(quietNetwork(5))
      lookups.highest = 5n
      expect(sequence(await prepare(chain, pendingOf(open, wallet), wallet, lookups))).to.equal('6')
      lookups.highest = 6n
      lookups.answer = quietNetwork(20)
      clock.time += 10_000
      expect(sequence(await prepare(chain, pendingOf(open, wallet), wallet, lookups))).to.equal('20')
    })

    it('are asked for each time while nothing that was signed here is ahead of the network', async () => {
      const { chain } = chainWithClock()
      const lookups = new FakeLookups(quietNetwork(7))
      lookups.highest = 6n
      expect(sequence(await prepare(chain, pendingOf(open, wallet), wallet, lookups))).to.equal('7')
      lookups.answer = quietNetwork(8)
      expect(sequence(await prepare(chain, pendingOf(open, wallet), wallet, lookups))).to.equal('8')
    })

    it('are asked for again when the clock was set back', async () => {
      const { chain, clock } = chainWithClock()
      const lookups = new FakeLookups(quietNetwork(5))
      lookups.highest = 9n
      await prepare(chain, pendingOf(open, wallet), wallet, lookups)
      clock.time -= 3_600_000
      lookups.answer = quietNetwork(20)
      expect(sequence(await prepare(chain, pendingOf(open, wallet), wallet, lookups))).to.equal('20')
    })

    it('are asked for again when the one given out was not signed', async () => {
      const { chain } = chainWithClock()
      const lookups = new FakeLookups(quietNetwork(5))
      expect(sequence(await prepare(chain, pendingOf(open, wallet), wallet, lookups))).to.equal('5')
      lookups.answer = quietNetwork(6)
      expect(sequence(await prepare(chain, pendingOf(open, wallet), wallet, lookups))).to.equal('6')
    })

    it('are never below one that was signed here, whatever the network says and the clock does', async () => {
      const { chain, clock } = chainWithClock()
      const lookups = new FakeLookups(quietNetwork(50))
      lookups.highest = 60n
      for (const [jump, count] of [
        [0, 50],
        [9_999, 3],
        [-3_600_000, 0],
        [60_000, 12],
      ] as const) {
        clock.time += jump
        lookups.answer = quietNetwork(count)
        expect(sequence(await prepare(chain, pendingOf(open, wallet), wallet, lookups))).to.equal('61')
      }
    })

    it('are remembered for a limited number of accounts', async () => {
      const nonces = new NonceSource(ethereum, new FakeClock())
      const lookups = new FakeLookups(quietNetwork(5))
      lookups.highest = 9n
      const account = (number: number): string => `0x${number.toString(16).padStart(40, '0')}`
      for (let number = 0; number <= 10_000; number++) await nonces.next('testnet', account(number), lookups)
      expect(lookups.calls.length).to.equal(10_001)
      await nonces.next('testnet', account(10_000), lookups)
      expect(lookups.calls.length, 'the latest is remembered').to.equal(10_001)
      await nonces.next('testnet', account(0), lookups)
      expect(lookups.calls.length, 'the oldest is not').to.equal(10_002)
    })

    it('of one account say nothing about another account or network', async () => {
      const { chain } = chainWithClock()
      const main = makeWallet({ privateKey: `0x${'46'.repeat(32)}` }, 'mainnet')
      const mainnet = new FakeLookups((call) => (call.method === 'eth_chainId' ? '0x1' : quietNetwork(1)(call)))
      const testnet = new FakeLookups(quietNetwork(5))
      for (const lookups of [mainnet, testnet]) lookups.highest = 9n
      await prepare(chain, pendingOf(open, wallet), wallet, testnet)
      await prepare(chain, pendingOf(open, other), other, testnet)
      await prepare(chain, pendingOf(open, main), main, mainnet)
      expect([testnet.asked(COUNT), mainnet.asked(COUNT)]).to.deep.equal([2, 1])
    })
  })

  describe('an earlier plan', () => {
    const open = { to: TO, value: '5', nonce: null }

    async function planTwice(change: (lookups: FakeLookups) => void, fields: Readonly<Record<string, unknown>> = open) {
      const { chain } = chainWithClock()
      const lookups = new FakeLookups(quietNetwork(5))
      const pending = pendingOf(fields, wallet)
      const first = await prepare(chain, pending, wallet, lookups)
      change(lookups)
      const stored = JSON.parse(JSON.stringify(first)) as SigningPlan
      const second = await chain.transactions.prepare(inputFor(chain, pending, wallet, stored), lookups)
      return { first, stored, second, lookups }
    }

    it('is given back unchanged while its nonce is the next one, whatever became of the fee', async () => {
      const { stored, second, lookups } = await planTwice((network) => {
        network.answer = (call) => (call.path.includes(FEE) ? { medium: 99 } : quietNetwork(5)(call))
      })
      expect(second).to.equal(stored)
      expect(lookups.asked(FEE)).to.equal(1)
    })

    it('needs no look-ups ahead of its turn', async () => {
      const { chain } = chainWithClock()
      const lookups = new FakeLookups(quietNetwork(5))
      const pending = pendingOf(open, wallet)
      const previous = await prepare(chain, pending, wallet, lookups)
      const before = lookups.calls.length
      const input = inputFor(chain, pending, wallet, previous)
      await chain.transactions.warmUp?.(input, lookups)
      expect(lookups.calls.length).to.equal(before)
      expect(await chain.transactions.prepare(input, lookups)).to.equal(previous)
      expect(lookups.calls.slice(before).map(({ path }) => path)).to.deep.equal([
        lookups.calls.find(({ path }) => path.includes(COUNT))?.path,
      ])
    })

    it('is given back unchanged when the requester fixed the nonce', async () => {
      const { stored, second } = await planTwice((lookups) => {
        lookups.highest = 77n
        lookups.answer = quietNetwork(80)
      }, complete)
      expect(second).to.equal(stored)
    })

    it('is made anew when its nonce was used up meanwhile', async () => {
      const mined = await planTwice((lookups) => (lookups.answer = quietNetwork(6)))
      const signed = await planTwice((lookups) => (lookups.highest = 5n))
      expect([sequence(mined.second), sequence(signed.second)]).to.deep.equal(['6', '6'])
      expect(planDigest(mined.second)).not.to.equal(planDigest(mined.first))
    })

    it('is made anew when a nonce before it has become free', async () => {
      const { second } = await planTwice((lookups) => (lookups.answer = quietNetwork(4)))
      expect(sequence(second)).to.equal('4')
    })

    it('of another request or another wallet is not used', async () => {
      const chain = newChain()
      const lookups = new FakeLookups(quietNetwork(5))
      const first = await prepare(chain, pendingOf(open, wallet), wallet, lookups)
      const changed = pendingOf({ ...open, value: '6' }, wallet)
      const second = await chain.transactions.prepare(inputFor(chain, changed, wallet, first), lookups)
      expect(second.body['value']).to.equal('6')
      const moved = { ...first, signers: [{ signatureId: wallet.descriptor.signatureId, address: TO }] }
      const again = pendingOf(open, wallet)
      const third = await chain.transactions.prepare(inputFor(chain, again, wallet, moved), lookups)
      expect(third.signers[0]?.address).to.equal(wallet.descriptor.address)
    })
  })

  describe('signers', () => {
    const hd = makeWallet({ mnemonic: MNEMONIC }, 'testnet')
    const addressOf = (index: number): string => newChain().keys.address(hd.descriptor, index)

    it('of a mnemonic wallet have the index and its address', async () => {
      const chain = newChain()
      const pending = pendingOf(complete, hd, { index: 5 })
      const plan = await prepare(chain, pending, hd, new FakeLookups(quietNetwork()))
      expect(plan.signers).to.deep.equal([{ signatureId: hd.descriptor.signatureId, index: 5, address: addressOf(5) }])
      expect(chain.transactions.accounts(inputFor(chain, pending, hd))).to.deep.equal([addressOf(5)])
    })

    it('of a private-key wallet ignore the index', async () => {
      const plan = await prepare(
        newChain(),
        pendingOf(complete, wallet, { index: 5 }),
        wallet,
        new FakeLookups(quietNetwork()),
      )
      expect(plan.signers).to.deep.equal([
        { signatureId: wallet.descriptor.signatureId, address: wallet.descriptor.address },
      ])
    })

    it('of a mnemonic wallet need an index, which is not taken from the other list', async () => {
      const signatures = [{ id: hd.descriptor.signatureId, index: 3 }]
      const chain = newChain()
      const input = inputFor(chain, pendingOf(complete, hd, { signatures }), hd)
      expect((await refusal(() => chain.transactions.accounts(input))).code).to.equal('INDEX_INVALID')
    })

    it('must be at hand', async () => {
      const chain = newChain()
      const input = { ...inputFor(chain, pendingOf(complete, wallet), wallet), wallets: new Map() }
      expect((await refusal(() => chain.transactions.accounts(input))).code).to.equal('SIGNER_MISMATCH')
    })
  })

  it('refuses gas below what the transaction uses before it runs, given or estimated', async () => {
    const chain = newChain()
    const key = `0x${'01'.repeat(32)}`
    const cases: [Readonly<Record<string, unknown>>, number][] = [
      [{}, 21_000],
      [{ data: '0x0001' }, 21_000 + 4 + 16],
      [{ to: null, data: '0x600100' }, 53_000 + 2 * 16 + 4 + 2],
      [{ to: null, data: `0x${'ff'.repeat(33)}` }, 53_000 + 33 * 16 + 2 * 2],
      [
        {
          accessList: [
            { address: TO, storageKeys: [key, key] },
            { address: TO, storageKeys: [] },
          ],
        },
        21_000 + 2 * 2_400 + 2 * 1_900,
      ],
    ]
    for (const [fields, needed] of cases) {
      const lookups = new FakeLookups(quietNetwork())
      const attempt = (gas: number) =>
        prepare(chain, pendingOf({ ...complete, ...fields, gas }, wallet), wallet, lookups)
      expect((await attempt(needed)).body['gas']).to.equal(needed.toString())
      const error = await refusal(() => attempt(needed - 1))
      expect(error.code).to.equal('TRANSACTION_MALFORMED')
      expect(error.message).to.equal(`the transaction has ${needed - 1} gas and needs at least ${needed}`)
    }
    const stingy = new FakeLookups((call) => (call.method === 'eth_estimateGas' ? '0x5207' : quietNetwork()(call)))
    const error = await refusal(() => prepare(chain, pendingOf({ ...complete, gas: null }, wallet), wallet, stingy))
    expect(error.code).to.equal('TRANSACTION_MALFORMED')
  })
})
