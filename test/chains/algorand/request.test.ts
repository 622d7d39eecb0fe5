import { expect } from 'chai'
import type { ErrorCode } from '../../../src/core/errors.js'
import { intentSummary } from '../../../src/core/intent.js'
import { codeThrownBy, thrownBy } from '../../kit/chain-suite.js'
import {
  account,
  algorand,
  assetCreation,
  assetFreeze,
  assetTransfer,
  indexed,
  MAINNET,
  OTHER,
  payment,
  pendingOf,
  planOf,
  RECIPIENT,
  SENDER,
  unsignedOf,
  ZERO,
} from './fixtures.js'

const read = (members: unknown) => algorand.transactions.read(pendingOf(members), 'testnet')
const [MALFORMED, UNSUPPORTED]: ErrorCode[] = ['TRANSACTION_MALFORMED', 'TRANSACTION_UNSUPPORTED']
const damaged = { ...account(RECIPIENT), checksum: indexed(Uint8Array.of(1, 2, 3, 4)) }

describe('ALGO: reading a request', () => {
  const refused: Readonly<Record<string, [unknown, ErrorCode | undefined]>> = {
    'text that is no JSON': ['nonsense', MALFORMED],
    'an array': [[payment], MALFORMED],
    'a member that is named twice': [JSON.stringify(payment).replace('{', '{"amount":1,'), MALFORMED],
    'a member that is not known': [{ ...payment, foo: 1 }, MALFORMED],
    __proto__: [JSON.stringify(payment).replace('{', '{"__proto__":{"amount":1},'), MALFORMED],
    'a member of another type': [{ ...payment, assetIndex: 7 }, MALFORMED],
    'a revocation in a payment': [{ ...payment, assetRevocationTarget: account(OTHER) }, MALFORMED],
    'no amount': [{ ...payment, amount: null }, MALFORMED],
    'an amount with a fraction': [{ ...payment, amount: 1.5 }, MALFORMED],
    'an amount with an exponent': [JSON.stringify(payment).replace('1500000', '15e5'), MALFORMED],
    'an amount below zero': [{ ...payment, amount: -1 }, MALFORMED],
    'an amount as text': [{ ...payment, amount: '1500000' }, MALFORMED],
    'an amount beyond 64 bits': [JSON.stringify(payment).replace('1500000', '18446744073709551616'), MALFORMED],
    'no recipient': [{ ...payment, to: undefined }, MALFORMED],
    'a recipient with a wrong checksum': [{ ...payment, to: damaged }, MALFORMED],
    'a recipient of 31 bytes': [{ ...payment, to: { ...damaged, publicKey: indexed(new Uint8Array(31)) } }, MALFORMED],
    'bytes with a gap': [{ ...payment, note: { 0: 1, 2: 1 } }, MALFORMED],
    'a byte above 255': [{ ...payment, note: { 0: 256 } }, MALFORMED],
    'a note that is too long': [{ ...payment, note: indexed(new Uint8Array(1025)) }, MALFORMED],
    'a lease of 31 bytes': [{ ...payment, lease: indexed(new Uint8Array(31)) }, MALFORMED],
    'no fee': [{ ...payment, fee: undefined }, MALFORMED],
    'a fee of zero, which no node takes': [{ ...payment, fee: 0 }, MALFORMED],
    'a fee below the minimum': [{ ...payment, fee: 999 }, MALFORMED],
    'rounds that end before they begin': [{ ...payment, lastRound: 39_999_999 }, MALFORMED],
    'more rounds than the network allows': [{ ...payment, lastRound: 40_001_001 }, MALFORMED],
    'no genesis hash': [{ ...payment, genesisHash: undefined }, MALFORMED],
    'the genesis hash of the main network': [{ ...payment, genesisHash: MAINNET }, MALFORMED],
    'the genesis id of the main network': [{ ...payment, genesisID: 'mainnet-v1.0' }, MALFORMED],
    'the genesis of another chain': [{ ...payment, genesisHash: Buffer.alloc(32, 7) }, MALFORMED],
    'another tag': [{ ...payment, tag: Buffer.from('MX') }, MALFORMED],
    'arguments of an application': [{ ...payment, appArgs: [{}] }, MALFORMED],
    'an asset transfer without an asset': [{ ...assetTransfer, assetIndex: 0 }, MALFORMED],
    'a name that is too long': [{ ...assetCreation, assetName: 'n'.repeat(33) }, MALFORMED],
    'half of a surrogate pair': [{ ...assetCreation, assetName: '\ud83d' }, MALFORMED],
    'a metadata hash as text': [{ ...assetCreation, assetMetadataHash: 'x'.repeat(32) }, MALFORMED],
    'a hand-over to another key': [{ ...payment, reKeyTo: account(OTHER) }, UNSUPPORTED],
    'a member of a group': [{ ...payment, group: indexed(new Uint8Array(32)) }, UNSUPPORTED],
    'a call of an application': [{ ...payment, type: 'appl' }, UNSUPPORTED],
    'a registration for consensus': [{ ...payment, type: 'keyreg' }, UNSUPPORTED],
    'a state proof': [{ ...payment, type: 'stpf' }, UNSUPPORTED],
    'no type': [{ ...payment, type: undefined }, MALFORMED],
  }
  for (const [what, [members, code]] of Object.entries(refused)) {
    it(`refuses ${what}`, () => expect(codeThrownBy(() => read(members))).to.equal(code))
  }

  it('refuses text that is too long or nested too deeply, without a crash', () => {
    const deep = `${'{"a":'.repeat(8000)}1${'}'.repeat(8000)}`
    for (const text of [deep, '['.repeat(40_000), JSON.stringify({ ...payment, name: 'A'.repeat(100_000) })]) {
      expect(codeThrownBy(() => read(text))).to.equal(MALFORMED)
    }
  })

  it('repeats no value in its refusals', () => {
    const error = thrownBy(() => read({ ...payment, amount: 'secret-looking' }))
    expect(JSON.stringify(error)).to.not.include('secret-looking')
  })

  it('names the members that are wrong', () => {
    expect(thrownBy(() => read({ ...payment, fee: 5, amount: null })).message).to.match(/fee: .*amount: /)
  })

  it('needs a wallet, and takes it from `signatures` where `hashes` names none; an index means nothing', () => {
    const id = pendingOf(payment).hashes[0]
    const { transactions } = algorand
    expect(codeThrownBy(() => transactions.read(pendingOf(payment, { hashes: [] }), 'testnet'))).to.equal(MALFORMED)
    const pending = pendingOf(payment, { hashes: [], signatures: [{ id, index: 4 }] })
    expect(transactions.read(pending, 'testnet').signers).to.deep.equal([{ signatureId: id }])
  })

  it('reads the same content in another spelling as the same bytes', () => {
    const plain = read(payment)
    const spellings = [
      { ...payment, flatFee: false },
      { ...payment, note: null, lease: undefined, appArgs: undefined, name: undefined, tag: undefined },
      { ...payment, note: Buffer.alloc(0), lease: new Uint8Array(32) },
      { ...payment, genesisHash: indexed(payment.genesisHash) },
      { ...payment, closeRemainderTo: account(ZERO) },
    ]
    for (const other of spellings) {
      expect({ ...read(other), signers: plain.signers }).to.deep.equal(plain)
    }
  })

  it('keeps every digit of a number, where JavaScript rounds', async () => {
    const text = JSON.stringify(payment).replace('1500000', '9007199254740993')
    const { actions } = algorand.transactions.decode(await planOf(text), new Map())
    expect(actions[0]).to.include({ amount: 9_007_199_254_740_993n })
  })

  it('names the sender, so that its transactions stay in order', () => {
    const input = {
      pending: pendingOf(payment),
      network: 'testnet' as const,
      request: read(payment),
      wallets: new Map(),
    }
    expect(algorand.transactions.accounts(input)).to.deep.equal([SENDER])
  })
})

describe('ALGO: explaining a plan', () => {
  const summaryOf = async (members: unknown) =>
    intentSummary(algorand.transactions.decode(await planOf(members), new Map()))

  const explained: Readonly<Record<string, [unknown, string]>> = {
    'a note that is no readable text': [
      { ...payment, note: indexed(Uint8Array.of(0xff, 0x00)) },
      `pay 1.5 ALGO to ${RECIPIENT}; data ff00; fee 0.001 ALGO`,
    ],
    'a note that would turn the direction of writing': [
      { ...payment, note: indexed(Buffer.from('a\u202eb')) },
      `pay 1.5 ALGO to ${RECIPIENT}; data 61e280ae62; fee 0.001 ALGO`,
    ],
    'a payment to nobody': [{ ...payment, to: account(ZERO) }, `pay 1.5 ALGO to ${ZERO}; fee 0.001 ALGO`],
    'nothing paid to oneself': [
      { ...payment, to: account(SENDER), amount: 0 },
      `pay 0 ALGO to ${SENDER}; fee 0.001 ALGO`,
    ],
    'an asset given up': [
      { ...assetTransfer, to: account(SENDER), amount: 0, closeRemainderTo: account(OTHER) },
      `pay 0 units of token 10458941 to ${SENDER}; CloseRemainder by ${SENDER} (asset token 10458941, amount ALL THAT IS LEFT, to ${OTHER}); fee 0.001 ALGO`,
    ],
    'an asset taken back from somebody': [
      { ...assetTransfer, assetRevocationTarget: account(OTHER) },
      `pay 25 units of token 10458941 to ${RECIPIENT}; AssetClawback by ${SENDER} (asset token 10458941, holder ${OTHER}); fee 0.001 ALGO`,
    ],
    'an account frozen': [assetFreeze, `AssetFreeze by ${SENDER} (asset 7, account ${RECIPIENT}); fee 0.001 ALGO`],
    'an account thawed, with a note': [
      { ...assetFreeze, freezeState: false, note: indexed(Buffer.from('sorry')) },
      `AssetUnfreeze by ${SENDER} (asset 7, account ${RECIPIENT}, note "sorry"); fee 0.001 ALGO`,
    ],
    'an asset whose roles change: those not named are given up for good': [
      { ...assetFreeze, freezeAccount: undefined, freezeState: undefined, type: 'acfg', assetReserve: account(OTHER) },
      `AssetReconfigure by ${SENDER} (asset 7, total 0, decimals 0, defaultFrozen false, unitName none, name none, url none, metadataHash none, manager none, reserve ${OTHER}, freeze none, clawback none); fee 0.001 ALGO`,
    ],
  }
  for (const [what, [members, summary]] of Object.entries(explained)) {
    it(`tells of ${what}`, async () => expect(await summaryOf(members)).to.equal(summary))
  }

  it('shows the holder as the one whose coins move', async () => {
    const plan = await planOf({ ...assetTransfer, assetRevocationTarget: account(OTHER) })
    expect(algorand.transactions.decode(plan, new Map()).actions[0]).to.deep.include({ from: [OTHER] })
  })

  it('says which members of a stored plan it does not know', async () => {
    const plan = await planOf(payment)
    const unsigned = unsignedOf(plan)
    // `rekey` of 32 bytes, written between `rcv` and `snd`.
    const more = unsigned.replace('a3736e64c420', `a572656b6579c420${'07'.repeat(32)}a3736e64c420`).replace(/^89/, '8a')
    const { undecoded } = algorand.transactions.decode({ ...plan, body: { unsigned: more } }, new Map())
    expect(undecoded).to.deep.equal(['the member "rekey" of the transaction'])
  })
})
