import { expect } from 'chai'
import { testLookups } from '../../../kit/lookups.js'
import { A, B, C } from '../build.js'
import { bch, keyWallet, mnemonicWallet, pendingOf, refusalOf, scriptAt, spending } from './build.js'

const M0 = { id: A, index: 0 }
const M1 = { id: A, index: 1 }
const store = bch.storeOf({ [A]: mnemonicWallet(0), [B]: keyWallet(1, 1), [C]: keyWallet(2, 0) })
const M0_SCRIPT = scriptAt(0, 0)
const M1_SCRIPT = scriptAt(0, 1)
const B_SCRIPT = scriptAt(1, 1)
const C_SCRIPT = scriptAt(2, 0)

/** The scripts that the plan spends: one for each input, each of the key that signs it. */
async function scripts(inputs: number, members: object, of = store): Promise<readonly string[]> {
  const { plan } = await bch.walk(pendingOf(spending(inputs), members), 'mainnet', of)
  return (plan.body['inputs'] as { script: string }[]).map(({ script }) => script)
}

const refusal = async (inputs: number, members: object): Promise<string> =>
  (await refusalOf(() => scripts(inputs, members))).code

describe('the signers of a BCH transaction', () => {
  it('are the keys that the request names, one for each input, in their order, with repeats', async () => {
    expect(await scripts(3, { hashes: [B, C, B] })).to.deep.equal([B_SCRIPT, C_SCRIPT, B_SCRIPT])
    expect(await scripts(3, { signatures: [M0, M1, M0] })).to.deep.equal([M0_SCRIPT, M1_SCRIPT, M0_SCRIPT])
    expect(await scripts(3, { hashes: [C], signatures: [M1, { id: B }] })).to.deep.equal([
      C_SCRIPT,
      M1_SCRIPT,
      B_SCRIPT,
    ])
  })

  it('are one key for all inputs when only one is named, however often', async () => {
    for (const hashes of [[B], [B, B], [B, B, B, B]]) {
      expect(await scripts(3, { hashes })).to.deep.equal([B_SCRIPT, B_SCRIPT, B_SCRIPT])
    }
    expect(await scripts(2, { hashes: [B], signatures: [{ id: B, index: 7 }] })).to.deep.equal([B_SCRIPT, B_SCRIPT])
    expect(await scripts(2, { signatures: [M1] })).to.deep.equal([M1_SCRIPT, M1_SCRIPT])
  })

  it('may be named in both lists, of which one says it all', async () => {
    const repeated = { hashes: [B, C], signatures: [{ id: C }, { id: B }, { id: C }] }
    expect(await scripts(3, repeated)).to.deep.equal([C_SCRIPT, B_SCRIPT, C_SCRIPT])
    expect(await scripts(2, repeated)).to.deep.equal([B_SCRIPT, C_SCRIPT])
    // The mnemonic wallet in hashes names no key: its entry in signatures does.
    expect(await scripts(2, { hashes: [A, B], signatures: [M1] })).to.deep.equal([B_SCRIPT, M1_SCRIPT])
    // What the reference makes of it: the keys without repeats.
    expect(await scripts(2, { hashes: [B], signatures: [M1, M1] })).to.deep.equal([B_SCRIPT, M1_SCRIPT])
  })

  it('are refused when it is not clear which key signs which input', async () => {
    expect(await refusal(3, { hashes: [B, C] })).to.equal('SIGNATURE_INCOMPLETE')
    expect(await refusal(1, { hashes: [B, C] })).to.equal('TRANSACTION_MALFORMED')
    expect(await refusal(3, { hashes: [B, C], signatures: [M0, M1] })).to.equal('TRANSACTION_MALFORMED')
    for (const members of [{ hashes: [A] }, { signatures: [{ id: A }] }, { hashes: [B], signatures: [{ id: A }] }]) {
      expect(await refusal(2, members)).to.equal('INDEX_INVALID')
    }
    const stranger = '11111111-1111-4111-8111-111111111111'
    expect(await refusal(2, { hashes: [B, stranger] })).to.equal('WALLET_NOT_FOUND')
  })

  it('must be wallets of the chain and network', async () => {
    const other = bch.storeOf({
      [B]: { ...mnemonicWallet(0), chain: 'BTC' },
      [C]: { ...mnemonicWallet(0), testnet: true },
    })
    for (const id of [B, C]) {
      const error = await refusalOf(() => scripts(1, { signatures: [{ id, index: 0 }] }, other))
      expect(error.code).to.equal('SIGNER_MISMATCH')
    }
  })

  it('are asked for their address once when the store of the reference did not keep it', async () => {
    const asked: string[] = []
    const bare = bch.storeOf({ [B]: keyWallet(1, 1), [C]: keyWallet(2, 0) }, { addresses: false })
    const lookups = testLookups({
      signerAddress: async (signer) => {
        asked.push(signer.signatureId)
        return bch.lookups(bare).signerAddress(signer)
      },
    })
    const input = bch.inputOf(pendingOf(spending(3), { hashes: [B, C, B] }), 'mainnet', bare)
    const plan = await bch.chain.transactions.prepare(input, lookups)
    expect(asked).to.deep.equal([B, C])
    expect(plan.signers.map(({ signatureId }) => signatureId)).to.deep.equal([B, C])
    expect(plan.signers.map(({ address }) => address)).to.deep.equal(
      [B, C].map((id) => [...store].find(([name]) => name === id)?.[1].descriptor.address),
    )
  })
})

describe('the signers of a BCH withdrawal', () => {
  const entry = (derivationKey?: number) => ({ vIn: 'ab'.repeat(32), vInIndex: 0, address: { derivationKey } })
  const change = { vIn: '-1', vInIndex: -1 }
  const members = (...withdrawalResponses: object[]) => ({
    hashes: [A],
    withdrawalId: '95ccb4361923f310f6245cc8',
    withdrawalResponses,
  })

  it('are the keys of the entries, one for each input; none named means child 0', async () => {
    expect(await scripts(3, members(entry(1), entry(0), entry(1), change))).to.deep.equal([
      M1_SCRIPT,
      M0_SCRIPT,
      M1_SCRIPT,
    ])
    expect(await scripts(1, members(entry()))).to.deep.equal([M0_SCRIPT])
  })

  it('are refused when an input has no entry, or that of the change', async () => {
    expect(await refusal(2, members(entry(1)))).to.equal('SIGNATURE_INCOMPLETE')
    expect(await refusal(2, members(entry(1), change))).to.equal('SIGNATURE_INCOMPLETE')
    expect(await refusal(2, members(change, entry(1), entry(0)))).to.equal('SIGNATURE_INCOMPLETE')
    expect(await refusal(1, { hashes: [A], withdrawalId: '95ccb4361923f310f6245cc8' })).to.equal(
      'TRANSACTION_MALFORMED',
    )
  })
})
