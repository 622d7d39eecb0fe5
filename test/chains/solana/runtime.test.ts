import * as kit from '@solana/kit'
import { expect } from 'chai'
import { FailedTransactionMetadata, LiteSVM } from 'litesvm'
import { intentSummary } from '../../../src/core/intent.js'
import { Secret } from '../../../src/core/secret.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { TOKEN } from '../../../src/chains/solana/programs.js'
import { managed } from '../../kit/chain-suite.js'
import {
  addressBytes,
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
import {
  blockhashAnswer,
  FakeNode,
  inputOf,
  instantClock,
  lookupsOf,
  nodeRefusal,
  pendingOf,
  requestFor,
  signWith,
  solana,
  vectors,
  walletsOf,
} from './kit.js'
import type { PrepareInput } from '../../../src/core/chain.js'
import type { SolanaRequest } from '../../../src/chains/solana/request.js'

const SOL_UNIT = 1_000_000_000n

/** The real runtime behind the calls of a node. */
class Runtime {
  readonly svm = new LiteSVM()
  readonly errors: string[] = []

  fund(address: string, lamports = 10n * SOL_UNIT): void {
    this.svm.airdrop(kit.address(address), kit.lamports(lamports))
  }

  balance(address: string): bigint {
    return this.svm.getBalance(kit.address(address)) ?? 0n
  }

  /** Units of a token account. */
  tokens(account: string): bigint {
    const found = this.svm.getAccount(kit.address(account))
    return found.exists ? Buffer.from(found.data).readBigUInt64LE(64) : 0n
  }

  /** A token and an account that holds some of it, as if they had been made before. */
  giveTokens(mint: string, owner: string, account: string, amount: bigint): void {
    const mintData = Buffer.alloc(82)
    mintData.writeUInt32LE(0, 0)
    mintData.writeBigUInt64LE(amount, 36)
    mintData[44] = 6
    mintData[45] = 1
    const holding = Buffer.alloc(165)
    addressBytes(mint).copy(holding, 0)
    addressBytes(owner).copy(holding, 32)
    holding.writeBigUInt64LE(amount, 64)
    holding[108] = 1
    for (const [address, data] of [
      [mint, mintData],
      [account, holding],
    ] as const) {
      this.svm.setAccount({
        address: kit.address(address),
        data,
        executable: false,
        lamports: kit.lamports(SOL_UNIT),
        programAddress: kit.address(TOKEN),
        space: BigInt(data.length),
      })
    }
  }

  readonly #node = new FakeNode({})

  rpc = (_path: string, method: string, params: readonly unknown[]): Promise<unknown> => {
    const [first] = params
    switch (method) {
      case 'getLatestBlockhash':
        return Promise.resolve(blockhashAnswer(this.svm.latestBlockhash()))
      case 'sendTransaction': {
        const transaction = kit.getTransactionDecoder().decode(Buffer.from(first as string, 'base64'))
        const result = this.svm.sendTransaction(transaction)
        if (!(result instanceof FailedTransactionMetadata)) {
          return Promise.resolve(kit.getSignatureFromTransaction(transaction))
        }
        this.errors.push(result.toString())
        return Promise.reject(nodeRefusal(-32002, `Transaction simulation failed: ${result.toString()}`))
      }
      case 'getTransaction': {
        const known = this.svm.getTransaction(kit.signature(first as string))
        const err = known instanceof FailedTransactionMetadata ? known.toString() : null
        return Promise.resolve(known === null ? null : { slot: 1, meta: { err } })
      }
      case 'getAccountInfo': {
        const account = this.svm.getAccount(kit.address(first as string))
        const data = account.exists ? [Buffer.from(account.data).toString('base64'), 'base64'] : []
        return Promise.resolve({ value: account.exists ? { owner: account.programAddress, data } : null })
      }
      default:
        return this.#node.rpc(_path, method, params)
    }
  }
}

/** read -> prepare -> decode -> sign -> verify -> submit, on the real runtime. */
async function run(runtime: Runtime, input: PrepareInput<SolanaRequest>, wallets: readonly ManagedWallet[]) {
  const lookups = lookupsOf(new FakeNode({}), wallets, { rpc: runtime.rpc })
  const plan = await solana.transactions.prepare(input, lookups)
  const intent = solana.transactions.decode(plan, input.wallets)
  const signed = signWith(plan, wallets)
  solana.transactions.verify(plan, signed)
  const reply = await solana.transactions.submit?.(plan, signed, lookups, false)
  return { plan, intent, signed, reply, lookups }
}

const accepted = (txId: string) => ({ outcome: 'accepted', txId, completed: false })

describe('Solana: the real runtime executes what was signed', () => {
  const mnemonic = vectors.wallets[0]!.mnemonic
  let runtime: Runtime
  let wallet: ManagedWallet
  let from: string
  const to = vectors.wallets[5]!.address
  const mint = vectors.wallets[9]!.address

  beforeEach(() => {
    runtime = new Runtime()
    wallet = managed(solana, solana.keys.fromMnemonic(Secret.fromText(mnemonic), 'testnet'), 'testnet')
    from = wallet.descriptor.address ?? ''
    runtime.fund(from)
  })

  const send = async (instructions: readonly TestInstruction[], version: 'legacy' | 0 = 'legacy') =>
    run(runtime, inputOf(requestFor(buildMessage(from, instructions, { version }), [wallet]), [wallet]), [wallet])

  for (const version of ['legacy', 0] as const) {
    it(`a payment with memo and priority fee in a ${version === 0 ? 'versioned' : 'legacy'} message moves what the intent says, and costs no more`, async () => {
      const instructions = [unitLimit(50_000), unitPrice(1_000_000n), pay(from, to, 2n * SOL_UNIT), memo('invoice 17')]
      const { reply, intent, signed } = await send(instructions, version)
      expect(reply).to.deep.equal(accepted(signed.txId))
      expect(intentSummary(intent)).to.include(`pay 2 SOL to ${to}`)
      expect(intentSummary(intent)).to.include('invoice 17')
      expect(intent.undecoded).to.deep.equal([])
      expect(runtime.balance(to)).to.equal(2n * SOL_UNIT)
      const paid = 10n * SOL_UNIT - runtime.balance(from) - 2n * SOL_UNIT
      expect(paid).to.equal(intent.fee.amount)
      expect(intent.fee.amount).to.equal(5000n + 50_000n)
    })
  }

  it('a transfer of tokens that opens the recipient account costs exactly the fee of the intent', async () => {
    const source = await associatedAccount(from, mint)
    const destination = await associatedAccount(to, mint)
    runtime.giveTokens(mint, from, source, 1000n)
    const { reply, intent, signed } = await send([
      openTokenAccount(from, { account: destination, owner: to, mint }),
      payTokens(source, destination, from, 250n),
    ])
    expect(reply).to.deep.equal(accepted(signed.txId))
    expect(runtime.tokens(destination)).to.equal(250n)
    expect(intent.undecoded).to.deep.equal([])
    expect(intent.actions[1]).to.deep.include({ type: 'transfer', from: [from], to, amount: 250n })
    expect(intent.actions[1]).to.have.nested.property('asset.contract', mint)
    expect(10n * SOL_UNIT - runtime.balance(from)).to.equal(intent.fee.amount)
  })

  it('a plain transfer between open accounts names its token, because the address of the source proves it', async () => {
    const source = await associatedAccount(from, mint)
    const destination = await associatedAccount(to, mint)
    runtime.giveTokens(mint, from, source, 1000n)
    runtime.giveTokens(mint, to, destination, 0n)
    const { reply, intent, signed, plan } = await send([payTokens(source, destination, from, 7n)])
    expect(reply).to.deep.equal(accepted(signed.txId))
    expect(plan.body['tokenAccounts']).to.deep.equal({ [source]: { owner: from, mint } })
    expect(intentSummary(intent)).to.equal(`pay 7 units of token ${mint} to ${destination}; fee 0.000005 SOL`)
    expect(runtime.tokens(destination)).to.equal(7n)
  })

  it('a checked transfer of tokens is shown with its decimals', async () => {
    const source = await associatedAccount(from, mint)
    const destination = await associatedAccount(to, mint)
    runtime.giveTokens(mint, from, source, 5_000_000n)
    runtime.giveTokens(mint, to, destination, 0n)
    const parties = { source, mint, destination, owner: from }
    const { reply, intent, signed } = await send([payTokensChecked(parties, 1_500_000n, 6)], 0)
    expect(reply).to.deep.equal(accepted(signed.txId))
    expect(intentSummary(intent)).to.equal(`pay 1.5 token ${mint} to ${destination}; fee 0.000005 SOL`)
    expect(runtime.tokens(destination)).to.equal(1_500_000n)
  })

  it('every vector that the runtime can execute is executed: payments with one and two signers, a new token with its throw-away key', async () => {
    const executable = [
      'sol-native-transfer',
      'sol-native-transfer-fee-payer',
      'sol-spl-deploy-mintpk',
      'sol-spl-deploy-mintpk-fee-payer',
      'sol-foreign-key-order',
    ]
    for (const row of vectors.signing.filter(({ id }) => executable.includes(id))) {
      const fresh = new Runtime()
      const wallets = walletsOf(row)
      const input = inputOf(pendingOf(row), wallets)
      for (const { address } of input.wallets.values()) fresh.fund(address ?? '')
      // A recipient that does not exist yet must get enough for its rent, and some vectors pay less.
      const { required, instructions } = input.request.message
      for (const to of instructions.map(({ accounts }) => accounts[1])) {
        if (row.id.startsWith('sol-spl')) break
        if (to !== undefined && !required.includes(to)) fresh.fund(to)
      }
      const before = input.request.message.required.map((address) => fresh.balance(address))
      const { reply, signed, intent } = await run(fresh, input, wallets)
      expect(reply, `${row.id}: ${fresh.errors.join()}`).to.deep.equal(accepted(signed.txId))
      const spent = before.reduce((sum, balance) => sum + balance, 0n)
      const left = input.request.message.required.reduce((sum, address) => sum + fresh.balance(address), 0n)
      const paid = intent.actions.reduce(
        (sum, action) =>
          action.type === 'transfer' && !input.request.message.required.includes(action.to) ? sum + action.amount : sum,
        0n,
      )
      expect(spent - left, row.id).to.equal(paid + intent.fee.amount)
    }
  })

  it('two requests for the same payment are two payments: the second one waits for another block hash', async () => {
    const signed: string[] = []
    const used: bigint[] = []
    const height = { next: 100 }
    for (const id of ['5f0000000000000000000001', '5f0000000000000000000002']) {
      const pending = { ...requestFor(buildMessage(from, [pay(from, to, SOL_UNIT)]), [wallet]), id: id as never }
      const lookups = lookupsOf(new FakeNode({}), [wallet], {
        rpc: (path, method, params) =>
          method === 'getLatestBlockhash'
            ? Promise.resolve(blockhashAnswer(runtime.svm.latestBlockhash(), height.next))
            : runtime.rpc(path, method, params),
        highestSequence: () => Promise.resolve(used.at(-1)),
      })
      const transactions = {
        ...(await import('../../../src/chains/solana/transactions.js')).solanaTransactions(solana.definition, {
          ...instantClock,
          sleep: () => {
            runtime.svm.expireBlockhash()
            height.next += 1
            return Promise.resolve()
          },
        }),
      }
      const plan = await transactions.prepare(inputOf(pending, [wallet]), lookups)
      used.push(BigInt(plan.account?.sequence ?? ''))
      const result = signWith(plan, [wallet])
      signed.push(result.txId)
      expect(await transactions.submit?.(plan, result, lookups, false)).to.deep.equal(accepted(result.txId))
    }
    expect(new Set(signed).size).to.equal(2)
    expect(runtime.balance(to)).to.equal(2n * SOL_UNIT)
  })

  it('bytes that are sent again have no second effect, and count as sent', async () => {
    const { plan, signed, lookups } = await send([pay(from, to, SOL_UNIT)])
    const again = await solana.transactions.submit?.(plan, signed, lookups, true)
    expect(again).to.deep.equal(accepted(signed.txId))
    expect(runtime.balance(to)).to.equal(SOL_UNIT)
  })

  it('a payment without the funds is refused before it is forwarded, and failed for good', async () => {
    const { reply } = await send([pay(from, to, 100n * SOL_UNIT)])
    expect(reply?.outcome).to.equal('refused')
    expect(solana.transactions.rejection(reply?.outcome === 'refused' ? reply.message : '')).to.equal('rejected')
    expect(runtime.balance(to)).to.equal(0n)
  })
})
