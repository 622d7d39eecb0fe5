import { expect } from 'chai'
import { KeywardError } from '../../../src/core/errors.js'
import type { ErrorCode } from '../../../src/core/errors.js'
import { signatureIdSchema } from '../../../src/core/ids.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import type { ManagedWallet } from '../../../src/core/wallet.js'
import { scriptFor, TYPES } from './arbitrary.js'
import { A, B, C, keyWallet, mainnet, mnemonicWallet, pendingOf, publicKeyAt, serialized } from './build.js'
import { bitcoin, inputOf, noLookups, storeOf, walk } from './fixtures.js'
import type { Store, StoredWallet } from './fixtures.js'

const owned = (wallet: number, key: number): { script: string } => ({
  script: scriptFor('p2wpkh', publicKeyAt(wallet, key)),
})
const elsewhere = { script: `0014${'22'.repeat(20)}` }

const prepare = async (pending: unknown, store: Store): Promise<SigningPlan> =>
  bitcoin.transactions.prepare(inputOf(pending, 'mainnet', store), noLookups)

async function refusal(pending: unknown, store: Store): Promise<KeywardError> {
  const thrown: unknown = await Promise.resolve()
    .then(() => prepare(pending, store))
    .then(
      () => undefined,
      (error: unknown) => error,
    )
  if (thrown instanceof KeywardError) return thrown
  throw new Error('it was prepared', { cause: thrown })
}

const code = async (pending: unknown, store: Store): Promise<ErrorCode> => (await refusal(pending, store)).code
const changed = (store: Store, id: string, change: Partial<ManagedWallet['descriptor']>): Store =>
  new Map(
    [...store].map(([signatureId, wallet]) => [
      signatureId,
      signatureId === id ? { ...wallet, descriptor: { ...wallet.descriptor, ...change } } : wallet,
    ]),
  )

describe('the signers of a BTC transaction', () => {
  const both = storeOf({ [A]: mnemonicWallet(0), [B]: mnemonicWallet(1), [C]: keyWallet(2, 0) })

  it('are found by the scripts, whatever the order of the request, and listed once, in order of first use', async () => {
    const pending = pendingOf(serialized([owned(1, 2), owned(0, 1), owned(2, 0), owned(1, 2)]), {
      hashes: [C, C],
      signatures: [
        { id: A, index: 1 },
        { id: B, index: 0 },
        { id: A, index: 1 },
        { id: B, index: 5 },
      ],
    })
    const plan = await prepare(pending, both)
    expect(plan.signers).to.deep.equal([
      { signatureId: B, index: 5, address: mainnet[1]!.keys[2]!.address },
      { signatureId: A, index: 1, address: mainnet[0]!.keys[1]!.address },
      { signatureId: C, address: mainnet[2]!.keys[0]!.address },
    ])
    expect(plan.body['inputs']).to.have.lengthOf(4)
    expect((plan.body['inputs'] as { signer: number }[]).map(({ signer }) => signer)).to.deep.equal([0, 1, 2, 0])
  })

  it('sign for every kind of script of one key', async () => {
    for (const type of TYPES) {
      const inputs = [{ script: scriptFor(type, publicKeyAt(0, 3)) }, { script: scriptFor(type, publicKeyAt(2, 0)) }]
      const pending = pendingOf(serialized(inputs), { hashes: [C], signatures: [{ id: A, index: 0x7fffffff }] })
      await walk(pending, 'mainnet', both)
    }
  })

  it('may be a mnemonic wallet in hashes when signatures has its index', async () => {
    const pending = pendingOf(serialized([owned(0, 0)]), { hashes: [A], signatures: [{ id: A, index: 0 }] })
    expect((await prepare(pending, both)).signers).to.have.lengthOf(1)
  })

  it('are never guessed: a mnemonic wallet without an index is refused, though key 0 would match', async () => {
    const error = await refusal(pendingOf(serialized([owned(0, 0)]), { hashes: [A] }), both)
    expect(error.code).to.equal('INDEX_INVALID')
    expect(error.message).to.include(A)
  })

  it('do not include wallets that the transaction does not need', async () => {
    const pending = pendingOf(serialized([owned(2, 0)]), { hashes: [A, C], signatures: [{ id: B, index: 1 }] })
    expect((await prepare(pending, both)).signers.map(({ signatureId }) => signatureId)).to.deep.equal([C])
  })

  it('must own every input: one foreign input is SIGNATURE_INCOMPLETE, only foreign inputs are SIGNER_MISMATCH', async () => {
    const signatures = [{ id: A, index: 0 }]
    const partly = await refusal(pendingOf(serialized([owned(0, 0), elsewhere]), { signatures }), both)
    expect(partly.code).to.equal('SIGNATURE_INCOMPLETE')
    expect(partly.message).to.include('input 1 (bc1q')
    expect(await code(pendingOf(serialized([elsewhere, owned(0, 1)]), { signatures }), both)).to.equal(
      'SIGNER_MISMATCH',
    )
  })

  it('name at most five inputs in a refusal', async () => {
    const pending = pendingOf(serialized(Array.from({ length: 9 }, () => elsewhere)), { hashes: [C] })
    expect((await refusal(pending, both)).message).to.match(/^[^,]*(,[^,]*){4} and 4 more$/)
  })

  it('cannot be one key for outputs that no single key can spend', async () => {
    const exotic = [`5120${'33'.repeat(32)}`, `0020${'33'.repeat(32)}`, '51', '', `21${'02'.repeat(33)}ae`, `6a01ff`]
    for (const script of exotic) {
      const pending = pendingOf(serialized([owned(2, 0), { script }]), { hashes: [C] })
      expect(await code(pending, both)).to.equal('TRANSACTION_UNSUPPORTED')
    }
    const multisig = pendingOf(serialized([owned(2, 0), { script: `a914${'33'.repeat(20)}87` }]), { hashes: [C] })
    expect(await code(multisig, both)).to.equal('SIGNATURE_INCOMPLETE')
  })

  it('must be wallets of this chain and network that hold a key', async () => {
    const pending = pendingOf(serialized([owned(0, 0)]), { signatures: [{ id: A, index: 0 }] })
    const testnet = storeOf({ [A]: { ...mnemonicWallet(0), testnet: true } })
    const cases: [Store, ErrorCode][] = [
      [testnet, 'SIGNER_MISMATCH'],
      [storeOf({ [A]: { ...mnemonicWallet(0), chain: 'LTC' } }), 'SIGNER_MISMATCH'],
      [changed(both, A, { kind: 'secret' }), 'WALLET_UNSUITABLE'],
      [changed(both, A, { xpub: vectorsXpub(true) }), 'WALLET_CORRUPT'],
      [changed(both, A, { xpub: 'xpub' }), 'WALLET_CORRUPT'],
      [new Map(), 'WALLET_NOT_FOUND'],
    ]
    for (const [store, expected] of cases) expect(await code(pending, store)).to.equal(expected)
    const single = pendingOf(serialized([owned(2, 0)]), { hashes: [C] })
    expect(await code(single, changed(both, C, { address: 'elsewhere' }))).to.equal('WALLET_CORRUPT')
    expect(await code(single, changed(both, C, { address: `3${'1'.repeat(33)}` }))).to.equal('WALLET_CORRUPT')
  })

  const vectorsXpub = (testnet: boolean): string => (testnet ? 'tpub' : 'xpub') + mnemonicWallet(0).xpub!.slice(4)
})

describe('single keys of BTC whose store kept no address', () => {
  const keys = (entries: Readonly<Record<string, StoredWallet>>): Store => storeOf(entries, { addresses: false })
  const two = keys({ [A]: keyWallet(0, 0), [B]: keyWallet(1, 0) })

  it('sign what nobody else owns when there is one of them', async () => {
    const store = new Map([...keys({ [A]: keyWallet(0, 0) }), ...storeOf({ [B]: mnemonicWallet(1) })])
    const pending = pendingOf(serialized([owned(1, 1), owned(0, 0)]), {
      hashes: [A],
      signatures: [{ id: B, index: 1 }],
    })
    const { plan } = await walk(pending, 'mainnet', store)
    expect(plan.signers.map(({ signatureId }) => signatureId)).to.deep.equal([B, A])
  })

  it('sign by position when hashes names one wallet for each input', async () => {
    const pending = pendingOf(serialized([owned(1, 0), owned(0, 0), owned(1, 0)]), { hashes: [B, A, B] })
    await walk(pending, 'mainnet', two)
  })

  it('are refused when it is not clear which of them owns an input', async () => {
    const pending = pendingOf(serialized([owned(1, 0), owned(0, 0), owned(1, 0)]), { hashes: [B, A] })
    const error = await refusal(pending, two)
    expect(error.code).to.equal('SIGNER_MISMATCH')
    expect(error.advice).to.include('no address on record')
  })

  it('are refused when one of them would need two different keys, or when the script hides its key', async () => {
    const one = keys({ [A]: keyWallet(0, 0) })
    expect(await code(pendingOf(serialized([owned(0, 0), owned(1, 0)]), { hashes: [A] }), one)).to.equal(
      'SIGNATURE_INCOMPLETE',
    )
    const nested = { script: scriptFor('p2sh-p2wpkh', publicKeyAt(0, 0)) }
    expect(await code(pendingOf(serialized([nested]), { hashes: [A] }), one)).to.equal('SIGNER_MISMATCH')
  })

  it('sign nothing when the guess was wrong', async () => {
    const pending = pendingOf(serialized([owned(0, 1)]), { hashes: [A] })
    const one = keys({ [A]: keyWallet(0, 0) })
    const plan = await prepare(pending, one)
    const key = bitcoin.keys.open(one.get(signatureIdSchema.parse(A))!).key(undefined)
    expect(() => bitcoin.transactions.sign(plan, () => key)).to.throw(KeywardError, 'does not match the output')
  })
})

describe('off-chain withdrawals of BTC', () => {
  const store = storeOf({ [A]: mnemonicWallet(0), [B]: mnemonicWallet(1) })
  const spending = (vIn: string, derivationKey?: number) => ({ vIn, vInIndex: 0, address: { derivationKey } })
  const change = { vIn: '-1', vInIndex: -1, amount: 0 }
  const withdrawalId = 'b678613dc72560ab6f4d9519'

  it('are signed by one wallet, with one key for each spent deposit, repeats removed', async () => {
    const pending = pendingOf(serialized([owned(0, 1), owned(0, 2), owned(0, 1)]), {
      hashes: [A, B],
      withdrawalId,
      withdrawalResponses: [spending('a', 1), spending('b', 5), spending('c', 1), change],
    })
    const input = inputOf(pending, 'mainnet', store)
    expect(input.request.signers).to.deep.equal([
      { signatureId: A, index: 1 },
      { signatureId: A, index: 5 },
    ])
    const { plan } = await walk(pending, 'mainnet', store)
    expect(plan.withdrawalId).to.equal(withdrawalId)
  })

  it('take the wallet from signatures when hashes is empty', async () => {
    const pending = pendingOf(serialized([owned(1, 0)]), {
      signatures: [{ id: B, index: 5 }],
      withdrawalId,
      withdrawalResponses: [{ ...spending('a'), address: null }],
    })
    expect((await prepare(pending, store)).signers).to.deep.equal([
      { signatureId: B, index: 0, address: mainnet[1]!.keys[0]!.address },
    ])
  })

  it('are refused without a wallet or without entries', async () => {
    const transaction = serialized([owned(0, 0)])
    for (const members of [{ hashes: [A] }, { withdrawalResponses: [spending('a', 0)] }]) {
      expect(await code(pendingOf(transaction, { withdrawalId, ...members }), store)).to.equal('TRANSACTION_MALFORMED')
    }
    const onlyChange = pendingOf(transaction, { hashes: [A], withdrawalId, withdrawalResponses: [change] })
    expect(await code(onlyChange, store)).to.equal('SIGNER_MISMATCH')
  })
})

describe('amounts and size of a BTC transaction', () => {
  const store = storeOf({ [C]: keyWallet(2, 0) })
  const script = owned(2, 0).script
  const out = (satoshis: number): { satoshis: number; script: string }[] => [{ satoshis, script }]
  const attempt = (inputs: number[], outputs: { satoshis: number; script: string }[]): Promise<unknown> =>
    prepare(
      pendingOf(
        serialized(
          inputs.map((satoshis) => ({ script, satoshis })),
          outputs,
        ),
        { hashes: [C] },
      ),
      store,
    ).then(
      () => 'prepared',
      (error: unknown) => (error instanceof KeywardError ? error.message : error),
    )

  it('may use up the inputs to the last unit, but no more', async () => {
    expect(await attempt([600, 400], out(1000))).to.equal('prepared')
    expect(await attempt([600, 400], out(1001))).to.equal('the outputs (1001) exceed the inputs (1000)')
    expect(await attempt([600, 400], [...out(600), ...out(401)])).to.include('exceed')
  })

  it('cannot exceed what exists', async () => {
    expect(await attempt([2_100_000_000_000_000], out(1))).to.equal('prepared')
    expect(await attempt([2_100_000_000_000_000, 1], out(1))).to.include('more coins than can exist')
  })

  it('cannot be larger than nodes relay', async () => {
    const many = Array.from({ length: 2700 }, () => 1000)
    expect(await attempt(many, out(1))).to.include('larger than nodes relay')
    expect(await attempt(many.slice(0, 1400), out(1))).to.equal('prepared')
  })
})
