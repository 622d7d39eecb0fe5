import { expect } from 'chai'
import fc from 'fast-check'
import { intentJson } from '../../../src/core/intent.js'
import type { Intent } from '../../../src/core/intent.js'
import { Secret } from '../../../src/core/secret.js'
import { SIGNATURE_CHECKS, SYSTEM, TOKEN, TOKEN_2022 } from '../../../src/chains/solana/programs.js'
import { managed } from '../../kit/chain-suite.js'
import {
  addressFrom,
  approveTokensChecked,
  associatedAccount,
  buildMessage,
  memo,
  openTokenAccount,
  pay,
  payTokens,
  payTokensChecked,
  unitLimit,
  unitPrice,
} from './build.js'
import type { TestInstruction } from './build.js'
import { blockhashAnswer, BLOCKHASH, FakeNode, inputOf, lookupsOf, requestFor, solana, vectors } from './kit.js'

const { mnemonic, address: from } = vectors.wallets[0]!
const wallet = managed(solana, solana.keys.fromMnemonic(Secret.fromText(mnemonic), 'testnet'), 'testnet')
const [, , , , to, mint, other] = vectors.wallets.map(({ address }) => address) as [string, ...string[]] & string[]
const address = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(addressFrom)
const lamports = fc.bigInt(0n, 2n ** 64n - 1n)
const coin = { chain: 'SOL', decimals: 9 }

async function intentOf(
  instructions: readonly TestInstruction[],
  options: Parameters<typeof buildMessage>[2] = {},
): Promise<Intent> {
  const input = inputOf(requestFor(buildMessage(from, instructions, options), [wallet]), [wallet])
  const node = new FakeNode({ getLatestBlockhash: [blockhashAnswer(BLOCKHASH)], getAccountInfo: [{ value: null }] })
  const plan = await solana.transactions.prepare(input, lookupsOf(node, [wallet]))
  return solana.transactions.decode(plan, input.wallets)
}

const transfer = (recipient: string, amount: bigint, asset: object = coin, source = from) => ({
  type: 'transfer',
  from: [source],
  to: recipient,
  asset,
  amount,
  change: false,
})

describe('Solana: what a plan would do', () => {
  it('gives back every payment of the request, in order, in legacy and versioned messages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(address, { minLength: 1, maxLength: 6 }),
        fc.array(lamports, { minLength: 6, maxLength: 6 }),
        fc.constantFrom('legacy' as const, 0 as const),
        async (recipients, amounts, version) => {
          const payments = recipients.map((recipient, place) => [recipient, amounts[place] ?? 0n] as const)
          const intent = await intentOf(
            payments.map(([recipient, amount]) => pay(from, recipient, amount)),
            { version },
          )
          expect(intent.actions).to.deep.equal(payments.map(([recipient, amount]) => transfer(recipient, amount)))
          expect(intent.undecoded).to.deep.equal([])
          expect(intent.fee).to.deep.equal({ asset: coin, amount: 5000n, maximum: false })
          expect(JSON.stringify(intentJson(intent))).to.include(String(amounts[0]))
        },
      ),
      { numRuns: 40 },
    )
  })

  it('gives back checked transfers of tokens with token, decimals and owner', async () => {
    const source = await associatedAccount(from, mint!)
    await fc.assert(
      fc.asyncProperty(lamports, fc.nat(255), async (amount, decimals) => {
        const parties = { source, mint: mint!, destination: other!, owner: from }
        const intent = await intentOf([payTokensChecked(parties, amount, decimals)])
        expect(intent.actions).to.deep.equal([transfer(other!, amount, { chain: 'SOL', contract: mint, decimals })])
      }),
      { numRuns: 20 },
    )
  })

  it('names the account that tokens come from when its address does not prove whose it is', async () => {
    const parties = { source: other!, mint: mint!, destination: to!, owner: from }
    const [action] = (await intentOf([payTokensChecked(parties, 1n, 0)])).actions
    expect(action).to.deep.include({ from: [other] })
  })

  it('names the owner of an account that the message opens, unless the owner signs and could give it away', async () => {
    const source = await associatedAccount(from, mint!)
    const theirs = await associatedAccount(to!, mint!)
    const ours = await associatedAccount(from, other!)
    const opened = await intentOf([
      openTokenAccount(from, { account: theirs, owner: to!, mint: mint! }),
      payTokens(source, theirs, from, 3n),
    ])
    expect(opened.actions).to.deep.equal([
      { type: 'operation', from, name: 'open token account', details: { account: theirs, owner: to, token: mint } },
      transfer(to!, 3n, { chain: 'SOL', contract: mint }),
    ])
    expect(opened.fee).to.deep.equal({ asset: coin, amount: 5000n + 2_039_280n, maximum: true })
    const own = await intentOf([
      openTokenAccount(from, { account: ours, owner: from, mint: other! }),
      payTokens(other!, ours, from, 3n),
    ])
    expect(own.actions[1]).to.deep.include({ to: ours, asset: { chain: 'SOL', contract: other } })
  })

  it('does not believe an opening whose account is not the one of that owner and token', async () => {
    const account = await associatedAccount(from, mint!)
    const intent = await intentOf([
      openTokenAccount(from, { account, owner: to!, mint: mint! }),
      payTokens(other!, account, from, 3n),
    ])
    expect(intent.actions).to.deep.equal([])
    expect(intent.undecoded).to.have.lengthOf(2)
  })

  it('says that the deposit for an account of the newer token program is not certain', async () => {
    const account = await associatedAccount(to!, mint!, TOKEN_2022)
    const opening = { account, owner: to!, mint: mint!, tokenProgram: TOKEN_2022 }
    const intent = await intentOf([openTokenAccount(from, opening)])
    expect(intent.actions).to.have.lengthOf(1)
    expect(intent.undecoded.join()).to.match(/deposit/)
  })

  it('shows an allowance, and an unlimited one as such', async () => {
    const parties = { source: other!, mint: mint!, delegate: to!, owner: from }
    for (const [amount, unlimited] of [
      [7n, false],
      [2n ** 64n - 1n, true],
    ] as const) {
      const { actions } = await intentOf([approveTokensChecked(parties, amount, 2)])
      const asset = { chain: 'SOL', contract: mint, decimals: 2 }
      expect(actions).to.deep.equal([{ type: 'allowance', owner: from, spender: to, asset, amount, unlimited }])
    }
  })

  it('puts the memo of a single payment to the payment, and leaves others as data', async () => {
    const [booked, ...rest] = (await intentOf([pay(from, to!, 1n), memo('104 – Käse')])).actions
    expect(booked).to.deep.equal({ ...transfer(to!, 1n), memo: '104 – Käse' })
    expect(rest).to.deep.equal([])
    const many = await intentOf([pay(from, to!, 1n), pay(from, other!, 1n), memo('a')])
    expect(many.actions.at(-1)).to.deep.equal({ type: 'data', hex: '61' })
    const binary = await intentOf([pay(from, to!, 1n), { ...memo(''), data: Buffer.of(0xff, 0xfe) }])
    expect(binary.actions.at(-1)).to.deep.equal({ type: 'data', hex: 'fffe' })
  })

  it('counts signatures, priority fee and checked signatures as the network does', async () => {
    const fee = async (...instructions: TestInstruction[]): Promise<bigint> =>
      (await intentOf([...instructions, pay(from, to!, 1n)])).fee.amount
    expect(await fee()).to.equal(5000n)
    expect(await fee(unitLimit(100_000), unitPrice(1n))).to.equal(5001n)
    expect(await fee(unitLimit(100_000), unitPrice(20_000n))).to.equal(7000n)
    expect(await fee(unitPrice(1_000_000n))).to.equal(205_000n)
    expect(await fee(unitLimit(4_000_000_000), unitPrice(1_000_000n))).to.equal(1_405_000n)
    const checks = SIGNATURE_CHECKS.map((program) => ({ program, accounts: [], data: Buffer.of(2, 0) }))
    expect(await fee(...checks)).to.equal(35_000n)
  })

  it('says what it cannot explain: other programs, other instructions, other lengths, addresses from tables', async () => {
    const payment = pay(from, to!, 5n)
    const unknown: readonly TestInstruction[] = [
      { program: other!, accounts: [['W', from]], data: Buffer.of(1, 2, 3) },
      { ...payment, data: Buffer.concat([payment.data, Buffer.alloc(1)]) },
      { ...payment, data: Buffer.of(1, 0, 0, 0, ...Buffer.alloc(32)) },
      { ...payment, data: Buffer.of(2) },
      { ...payment, accounts: [['W', from]] },
      payTokens(other!, to!, from, 5n),
      { ...payTokens(other!, to!, from, 5n), data: Buffer.of(8, ...Buffer.alloc(8)) },
      { ...payTokens(other!, to!, from, 5n), data: Buffer.of(6, 0) },
      { program: TOKEN, accounts: [], data: Buffer.alloc(0) },
    ]
    for (const instruction of unknown) {
      const intent = await intentOf([payment, instruction])
      expect(intent.actions).to.deep.equal([transfer(to!, 5n)])
      expect(intent.undecoded).to.deep.equal([
        `instruction 2: ${instruction.data.length} bytes for program ${instruction.program}`,
      ])
    }
    const hidden = await intentOf([payment, pay(from, other!, 6n)], { version: 0, table: { [mint!]: [other!] } })
    expect(hidden.actions).to.deep.equal([transfer(to!, 5n)])
    expect(hidden.undecoded).to.deep.equal([`instruction 2: 12 bytes for program ${SYSTEM}`])
  })
})
