import { expect } from 'chai'
import fc from 'fast-check'
import { canonicalJson } from '../../../src/core/json.js'
import { newSignatureId } from '../../../src/core/ids.js'
import { Secret } from '../../../src/core/secret.js'
import { planDigest, signingPlanSchema } from '../../../src/core/signing-plan.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { managed } from '../../kit/chain-suite.js'
import { addressBytes, addressFrom, associatedAccount, buildMessage, createAccount, pay, payTokens } from './build.js'
import {
  blockhashAnswer,
  BLOCKHASH,
  FakeNode,
  inputOf,
  lookupsOf,
  OTHER_BLOCKHASH,
  refusalOf,
  requestFor,
  signWith,
  solana,
  vectors,
} from './kit.js'
import type { NodeAnswers } from './kit.js'
import { TOKEN } from '../../../src/chains/solana/programs.js'

const [row, second, , , foreign] = vectors.wallets
const wallet = managed(solana, solana.keys.fromMnemonic(Secret.fromText(row!.mnemonic), 'testnet'), 'testnet')
const keyWallet = managed(
  solana,
  solana.keys.fromPrivateKey(Secret.fromText(foreign!.privateKey), 'testnet'),
  'testnet',
)
const from = row!.address
const to = vectors.wallets[5]!.address
const message = buildMessage(from, [pay(from, to, 5n)])
const fresh: NodeAnswers = { getLatestBlockhash: [blockhashAnswer(OTHER_BLOCKHASH, 1150)] }

async function planOf(
  pending: ReturnType<typeof requestFor>,
  wallets: readonly ManagedWallet[],
  { answers = fresh, previous, used }: { answers?: NodeAnswers; previous?: SigningPlan; used?: bigint } = {},
) {
  const node = new FakeNode(answers)
  const lookups = lookupsOf(node, wallets, { highestSequence: () => Promise.resolve(used) })
  const input = { ...inputOf(pending, wallets), ...(previous === undefined ? {} : { previous }) }
  return { plan: await solana.transactions.prepare(input, lookups), node, input }
}

describe('Solana: preparing a plan', () => {
  it('fixes the block hash in place, asks for it once, and changes no other byte', async () => {
    const { plan, node } = await planOf(requestFor(message, [wallet]), [wallet])
    expect(node.methods()).to.deep.equal(['getLatestBlockhash'])
    const planned = Buffer.from(plan.body['message'] as string, 'hex')
    const at = 4 + 3 * 32
    expect(addressFrom(planned.subarray(at, at + 32))).to.equal(OTHER_BLOCKHASH)
    planned.set(message.subarray(at, at + 32), at)
    expect(planned.equals(message)).to.equal(true)
    expect(plan.body['lastValidBlockHeight']).to.equal('1150')
    expect(plan.account?.sequence).to.equal('1150')
    expect(signingPlanSchema.parse(JSON.parse(canonicalJson(plan)))).to.deep.equal(plan)
  })

  it('finds the key by what the message requires: the named index, or the first key, which the reference always takes', async () => {
    const second5 = buildMessage(second!.address, [pay(second!.address, to, 5n)])
    const named = { ...requestFor(second5, [wallet]), index: 1 }
    expect((await planOf(named, [wallet])).plan.signers[0]).to.include({ index: 1, address: second?.address })
    const ignored = { ...requestFor(message, [wallet]), index: 5 }
    expect((await planOf(ignored, [wallet])).plan.signers[0]).to.include({ index: 0, address: from })
    const wrong = { ...requestFor(second5, [wallet]), index: 5 }
    expect((await refusalOf(() => planOf(wrong, [wallet]))).code).to.equal('SIGNER_MISMATCH')
  })

  it('takes the signers in the order of the message, whatever the order of the wallets', async () => {
    const both = buildMessage(foreign!.address, [pay(from, to, 5n)])
    for (const wallets of [
      [wallet, keyWallet],
      [keyWallet, wallet],
    ]) {
      const { plan, input } = await planOf(requestFor(both, wallets), wallets)
      expect(plan.signers.map(({ address }) => address)).to.deep.equal([foreign?.address, from])
      expect(plan.signers[0]).to.not.have.property('index')
      expect(solana.transactions.accounts(input)).to.deep.equal([from])
    }
  })

  it('refuses a foreign key, a missing key and the same key twice, before the network is asked', async () => {
    const twin = managed(solana, solana.keys.fromPrivateKey(Secret.fromText(row!.privateKey), 'testnet'), 'testnet')
    const cases = [
      { wallets: [keyWallet], code: 'SIGNER_MISMATCH' },
      { wallets: [wallet, keyWallet], code: 'SIGNER_MISMATCH' },
      { wallets: [wallet, twin], code: 'SIGNER_MISMATCH' },
    ]
    for (const { wallets, code } of cases) {
      expect((await refusalOf(() => planOf(requestFor(message, wallets), wallets, { answers: {} }))).code).to.equal(
        code,
      )
    }
    const both = buildMessage(foreign!.address, [pay(from, to, 5n)])
    const error = await refusalOf(() => planOf(requestFor(both, [wallet]), [wallet], { answers: {} }))
    expect(error.code).to.equal('SIGNATURE_INCOMPLETE')
    expect(error.message).to.include(foreign?.address)
  })

  it('gives an earlier plan back while its block hash lives long enough, and makes a new one after that', async () => {
    const pending = requestFor(message, [wallet])
    const { plan } = await planOf(pending, [wallet])
    const later = (lastValid: number): NodeAnswers => ({ getLatestBlockhash: [blockhashAnswer(BLOCKHASH, lastValid)] })
    expect((await planOf(pending, [wallet], { previous: plan, answers: later(1220) })).plan).to.equal(plan)
    const renewed = await planOf(pending, [wallet], { previous: plan, answers: later(1221) })
    expect(renewed.plan.account?.sequence).to.equal('1221')
    expect(planDigest(renewed.plan)).to.not.equal(planDigest(plan))
    const other = requestFor(buildMessage(from, [pay(from, to, 6n)]), [wallet])
    expect((await planOf(other, [wallet], { previous: plan, answers: later(1150) })).plan).to.not.deep.equal(plan)
  })

  it('never makes the same bytes for two requests: it waits for the next block hash, and gives way when there is none', async () => {
    const pending = requestFor(message, [wallet])
    const same = blockhashAnswer(OTHER_BLOCKHASH, 1150)
    const answers = { getLatestBlockhash: [same, same, blockhashAnswer(BLOCKHASH, 1151)] }
    const { plan } = await planOf(pending, [wallet], { answers, used: 1150n })
    expect(plan.account?.sequence).to.equal('1151')
    const error = await refusalOf(() => planOf(pending, [wallet], { used: 1150n }))
    expect(error.mayPass).to.equal(true)
    const earlier = (await planOf(pending, [wallet])).plan
    const stale = await refusalOf(() => planOf(pending, [wallet], { previous: earlier, used: 1150n }))
    expect(stale.mayPass).to.equal(true)
  })

  it('counts requests for the same content as one account, and others apart', async () => {
    const accountOf = async (lamports: bigint): Promise<string | undefined> =>
      (await planOf(requestFor(buildMessage(from, [pay(from, to, lamports)]), [wallet]), [wallet])).plan.account
        ?.address
    expect(await accountOf(5n)).to.equal(await accountOf(5n))
    expect(await accountOf(5n)).to.not.equal(await accountOf(6n))
  })

  describe('a throw-away key that comes with the request', () => {
    const mint = vectors.wallets[9]!
    const create = { lamports: 1_461_600n, space: 82n, program: TOKEN }
    const making = buildMessage(from, [createAccount(from, mint.address, create)])

    it('signs while the plan is made: the plan holds its signature and nothing of the key', async () => {
      const { plan, input } = await planOf(requestFor(making, [wallet], { mintPK: mint.privateKeyHex }), [wallet])
      expect(Object.keys(plan.body['cosignatures'] as object)).to.deep.equal([mint.address])
      const signed = signWith(plan, [wallet])
      solana.transactions.verify(plan, signed)
      const seed = Buffer.from(mint.privateKeyHex.slice(0, 64), 'hex')
      const stored = canonicalJson(plan)
      for (const form of [seed.toString('hex'), seed.toString('base64').slice(0, 40), mint.privateKey]) {
        expect(stored).to.not.include(form)
        expect(signed.raw).to.not.include(form)
      }
      expect(solana.transactions.accounts(input)).to.deep.equal([from])
    })

    it('is refused when the message does not require it, when it pays the fee, and when it is the key of a wallet', async () => {
      const paying = buildMessage(mint.address, [pay(from, to, 5n)])
      const owned = [
        { sent: message, key: mint, wallets: [wallet] },
        { sent: paying, key: mint, wallets: [wallet] },
        { sent: buildMessage(foreign!.address, [pay(from, to, 5n)]), key: row!, wallets: [wallet, keyWallet] },
      ]
      for (const { sent, key, wallets } of owned) {
        const pending = requestFor(sent, wallets, { mintPK: key.privateKeyHex })
        expect((await refusalOf(() => planOf(pending, wallets, { answers: {} }))).code).to.equal('SIGNER_MISMATCH')
      }
    })
  })

  describe('the token of a plain transfer', () => {
    const mint = vectors.wallets[9]!.address
    const claim = (owner: string, token: string, program = TOKEN): unknown => ({
      value: {
        owner: program,
        data: [Buffer.concat([token, owner].map((each) => Buffer.from(bytesOf(each)))).toString('base64'), 'base64'],
      },
    })
    const summary = async (answer: unknown, source?: string): Promise<string[]> => {
      const holding = source ?? (await associatedAccount(from, mint))
      const sent = buildMessage(from, [payTokens(holding, await associatedAccount(to, mint), from, 9n)])
      const answers = { ...fresh, getAccountInfo: [answer] }
      const { plan, input } = await planOf(requestFor(sent, [wallet]), [wallet], { answers })
      const { actions, undecoded } = solana.transactions.decode(plan, input.wallets)
      return [
        ...actions.map((action) => (action.type === 'transfer' ? String(action.asset.contract) : '')),
        ...undecoded,
      ]
    }
    const bytesOf = (address: string): Uint8Array => Buffer.from(addressBytes(address))

    it('is shown when the address of the source proves what the network says', async () => {
      expect(await summary(claim(from, mint))).to.deep.equal([mint])
    })

    it('is not shown when a lying node names another token or owner, when there is no such account, or when the address proves nothing', async () => {
      const unknown = `instruction 1: 9 bytes for program ${TOKEN}`
      expect(await summary(claim(from, to))).to.deep.equal([unknown])
      expect(await summary(claim(to, mint))).to.deep.equal([unknown])
      expect(await summary({ value: null })).to.deep.equal([unknown])
      expect(await summary(claim(from, mint, from))).to.deep.equal([unknown])
      expect(await summary(claim(from, mint), second!.address)).to.deep.equal([unknown])
    })
  })

  it('a changed plan has another digest, and a changed raw byte or id is refused', async () => {
    const { plan } = await planOf(requestFor(message, [wallet]), [wallet])
    const signed = signWith(plan, [wallet])
    const raw = Buffer.from(signed.raw, 'base64')
    const verify = (...given: Parameters<typeof solana.transactions.verify>) => solana.transactions.verify(...given)
    verify(plan, signed)
    await fc.assert(
      fc.asyncProperty(fc.nat(raw.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const bent = Buffer.from(raw)
        bent[place] = (bent[place] ?? 0) ^ change
        const text = { ...signed, raw: bent.toString('base64') }
        expect((await refusalOf(() => verify(plan, text))).code).to.equal('VERIFICATION_FAILED')
        if (place < 65) return
        const body = { ...plan.body, message: bent.subarray(65).toString('hex') }
        expect(planDigest({ ...plan, body })).to.not.equal(planDigest(plan))
      }),
      { numRuns: 100 },
    )
    const wrong = [
      { ...signed, txId: signed.txId.slice(1) },
      { ...signed, raw: `${signed.raw}AAAA` },
      { ...signed, raw: ` ${signed.raw}` },
      { ...signed, raw: '' },
    ]
    for (const each of wrong) expect((await refusalOf(() => verify(plan, each))).code).to.equal('VERIFICATION_FAILED')
  })

  it('signs a plan with no other key than the one it names, and reads no plan that names other keys than its message requires', async () => {
    const { plan } = await planOf(requestFor(message, [wallet]), [wallet])
    const { transactions } = solana
    const key = solana.keys.open(keyWallet).key(undefined)
    expect((await refusalOf(() => transactions.sign(plan, () => key))).code).to.equal('SIGNER_MISMATCH')
    const [signer] = plan.signers
    const more = { signatureId: newSignatureId(), address: to }
    for (const signers of [[], [more], [signer!, more]]) {
      expect((await refusalOf(() => transactions.decode({ ...plan, signers }, new Map()))).code).to.equal(
        'TRANSACTION_MALFORMED',
      )
    }
    const body = { ...plan.body, surprise: 1 }
    expect((await refusalOf(() => transactions.decode({ ...plan, body }, new Map()))).code).to.equal(
      'TRANSACTION_MALFORMED',
    )
  })
})
