import algosdk from 'algosdk'
import { expect } from 'chai'
import fc from 'fast-check'
import { KeywardError } from '../../../src/core/errors.js'
import { pendingFor, planFor, signWith } from '../../kit/account-chain.js'
import { codeThrownBy } from '../../kit/chain-suite.js'
import { failureOf } from '../../kit/failure-of.js'
import { testLookups } from '../../kit/lookups.js'
import { lookupSuite, signedBytesSuite } from '../../kit/signed-bytes-suite.js'
import * as fixtures from './fixtures.js'

const { account, algorand, indexed, otherWallet, payment, pendingOf, planOf, SENDER, TESTNET, unsignedOf, wallet } =
  fixtures
const { transactions } = algorand

const uint64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })
const address = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((key) => algosdk.encodeAddress(key))
const note = fc.oneof(
  fc.uint8Array({ maxLength: 1024 }),
  fc.string().map((text) => new TextEncoder().encode(text)),
)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

interface Common {
  readonly fee: bigint
  readonly first: bigint
  readonly rounds: bigint
  readonly note: Uint8Array
  readonly lease: Uint8Array | undefined
  readonly withId: boolean
}
const common: fc.Arbitrary<Common> = fc.record({
  fee: fc.bigInt({ min: 1000n, max: 10n ** 12n }),
  first: fc.bigInt({ min: 1n, max: 1n << 40n }),
  rounds: fc.bigInt({ min: 0n, max: 1000n }),
  note,
  lease: maybe(fc.uint8Array({ minLength: 32, maxLength: 32 })),
  withId: fc.boolean(),
})

/** Members that are `undefined` left out. */
const given = <T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as never

/** JSON with bigints as numbers. */
const json = (value: unknown) =>
  JSON.stringify(value, (_name, member: unknown) => (typeof member === 'bigint' ? `#${member}#` : member)).replaceAll(
    /"#(\d+)#"/g,
    '$1',
  )

const jsonCommon = (of: Common) => ({
  from: account(SENDER),
  fee: of.fee,
  flatFee: false,
  firstRound: of.first,
  lastRound: of.first + of.rounds,
  genesisHash: TESTNET,
  genesisID: of.withId ? 'testnet-v1.0' : undefined,
  note: indexed(of.note),
  lease: of.lease === undefined ? {} : indexed(of.lease),
})
const sdkCommon = (of: Common) => ({
  sender: SENDER,
  note: of.note,
  lease: of.lease,
  suggestedParams: given({
    fee: of.fee,
    flatFee: true,
    minFee: 1000n,
    firstValid: of.first,
    lastValid: of.first + of.rounds,
    genesisHash: Uint8Array.from(TESTNET),
    genesisID: of.withId ? 'testnet-v1.0' : undefined,
  }),
})

const secretKey = () => {
  const key = algorand.keys.open(wallet).key(undefined)
  return Uint8Array.from(Buffer.concat([key.privateKey, key.publicKey]))
}
const signer = algosdk.makeBasicAccountTransactionSigner({ addr: algosdk.Address.fromString(SENDER), sk: secretKey() })

/** Ours against the SDK's: the same bytes and the same id. */
async function expectSame(members: unknown, theirs: algosdk.Transaction) {
  const pending = pendingFor(algorand, wallet, json(members))
  const plan = await planFor(algorand, { pending, network: 'testnet', wallets: [wallet] })
  const signed = signWith(algorand, plan, [wallet])
  transactions.verify(plan, signed)
  const [blob] = await signer([theirs], [0])
  expect(signed.raw).to.equal(Buffer.from(blob ?? []).toString('hex'))
  expect(signed.txId).to.equal(theirs.txID())
  const intent = transactions.decode(plan, new Map())
  expect(intent.undecoded).to.deep.equal([])
  return intent
}

describe('ALGO: signing', () => {
  it('makes the bytes and id of a payment that the SDK of the chain makes, and explains it as requested', async () => {
    await fc.assert(
      fc.asyncProperty(common, address, uint64, maybe(address), async (of, to, amount, close) => {
        const members = {
          ...jsonCommon(of),
          type: 'pay',
          to: account(to),
          amount,
          closeRemainderTo: close === undefined ? undefined : account(close),
        }
        const options = { ...sdkCommon(of), receiver: to, amount, closeRemainderTo: close }
        const intent = await expectSame(members, algosdk.makePaymentTxnWithSuggestedParamsFromObject(given(options)))
        expect(intent.fee.amount).to.equal(of.fee)
        expect(intent.actions[0]).to.deep.include({ type: 'transfer', from: [SENDER], to, amount })
        const named = intent.actions.flatMap((action) => (action.type === 'operation' ? [action.name] : []))
        const expected = [close === undefined ? [] : ['CloseRemainder'], isZero(of.lease) ? [] : ['Lease']].flat()
        expect(named).to.deep.equal(expected)
      }),
      { numRuns: 40 },
    )
  })

  it('makes the bytes and id of an asset transfer that the SDK of the chain makes, and explains it as requested', async () => {
    const assetIndex = fc.bigInt({ min: 1n, max: 1n << 40n })
    await fc.assert(
      fc.asyncProperty(
        common,
        address,
        uint64,
        assetIndex,
        maybe(address),
        maybe(address),
        async (of, to, amount, index, close, from) => {
          const members = {
            ...jsonCommon(of),
            type: 'axfer',
            to: account(to),
            amount,
            assetIndex: index,
            closeRemainderTo: close === undefined ? undefined : account(close),
            assetRevocationTarget: from === undefined ? undefined : account(from),
          }
          const options = { ...sdkCommon(of), receiver: to, amount, assetIndex: index, closeRemainderTo: close }
          const theirs = algosdk.makeAssetTransferTxnWithSuggestedParamsFromObject(
            given({ ...options, assetSender: from }),
          )
          const { actions } = await expectSame(members, theirs)
          expect(actions[0]).to.deep.include({ from: [from ?? SENDER], to, amount })
          expect(actions[0]).to.deep.include({ asset: { chain: 'ALGO', contract: index.toString() } })
        },
      ),
      { numRuns: 40 },
    )
  })

  it('makes the bytes and id of asset administration that the SDK of the chain makes', async () => {
    const text = (maxLength: number) => fc.string({ maxLength, unit: 'grapheme-ascii' })
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          of: common,
          total: uint64,
          decimals: fc.integer({ min: 0, max: 19 }),
          frozen: fc.boolean(),
          unit: text(8),
          name: text(32),
          url: text(96),
          hash: maybe(fc.uint8Array({ minLength: 32, maxLength: 32 })),
          roles: fc.array(maybe(address), { minLength: 4, maxLength: 4 }),
          index: fc.bigInt({ min: 1n, max: 1n << 40n }),
          target: address,
        }),
        async ({ of, total, decimals, frozen, unit, name, url, hash, roles, index, target }) => {
          const [manager, reserve, freeze, clawback] = roles
          const optional = (text: string | undefined) => (text === undefined ? undefined : account(text))
          const jsonRoles = {
            assetManager: optional(manager),
            assetReserve: optional(reserve),
            assetFreeze: optional(freeze),
            assetClawback: optional(clawback),
          }
          const creation = {
            assetTotal: total,
            assetDecimals: decimals,
            assetDefaultFrozen: frozen,
            assetUnitName: unit,
            assetName: name,
            assetURL: url,
            assetMetadataHash: hash === undefined ? undefined : indexed(hash),
          }
          const base = { ...jsonCommon(of), type: 'acfg' }
          const sdkRoles = { manager, reserve, freeze, clawback }
          const sdk = sdkCommon(of)
          const sdkCreation = { total, decimals, defaultFrozen: frozen, unitName: unit, assetName: name }
          await expectSame(
            { ...base, ...creation, ...jsonRoles },
            algosdk.makeAssetCreateTxnWithSuggestedParamsFromObject(
              given({
                ...{ ...sdk, ...sdkCreation, ...sdkRoles },
                ...{ assetURL: url, assetMetadataHash: hash },
              }),
            ),
          )
          await expectSame(
            { ...base, assetIndex: index, ...jsonRoles },
            algosdk.makeAssetConfigTxnWithSuggestedParamsFromObject({
              ...given({ ...sdk, ...sdkRoles, assetIndex: index }),
              strictEmptyAddressChecking: false,
            }),
          )
          await expectSame(
            { ...base, assetIndex: index },
            algosdk.makeAssetDestroyTxnWithSuggestedParamsFromObject(given({ ...sdk, assetIndex: index })),
          )
          await expectSame(
            { ...base, type: 'afrz', assetIndex: index, freezeAccount: account(target), freezeState: frozen },
            algosdk.makeAssetFreezeTxnWithSuggestedParamsFromObject(
              given({
                ...{ ...sdk, assetIndex: index },
                ...{ freezeTarget: target, frozen },
              }),
            ),
          )
        },
      ),
      { numRuns: 15 },
    )
  })

  signedBytesSuite(algorand, {
    plan: () => planOf({ ...payment, note: indexed(Buffer.from('order 42')) }),
    ...{ wallet, otherWallet, encoding: 'hex' },
  })

  it('verifies neither another spelling nor another id', async () => {
    const plan = await planOf(payment)
    const signed = signWith(algorand, plan, [wallet])
    for (const changed of [
      { ...signed, raw: signed.raw.toUpperCase() },
      { ...signed, txId: signed.txId.toLowerCase() },
      { ...signed, txId: 'A'.repeat(52) },
    ]) {
      expect(codeThrownBy(() => transactions.verify(plan, changed))).to.equal('VERIFICATION_FAILED')
    }
  })

  it('verifies no transaction of another plan, signer or network', async () => {
    const plan = await planOf(payment)
    const signed = signWith(algorand, plan, [wallet])
    const [signer] = plan.signers
    const others = [
      await planOf({ ...payment, amount: 1_500_001 }),
      await planOf({ ...payment, fee: 1001 }),
      { ...plan, network: 'mainnet' as const },
      { ...plan, signers: signer === undefined ? [] : [{ ...signer, address: fixtures.OTHER }] },
    ]
    for (const other of others) {
      expect(codeThrownBy(() => transactions.verify(other, signed))).to.equal('VERIFICATION_FAILED')
    }
  })

  it('refuses a stored plan that is none, or whose bytes are not in canonical form', async () => {
    const plan = await planOf(payment)
    const unsigned = unsignedOf(plan)
    const bodies = [
      {},
      { unsigned: 'XX' },
      { unsigned: '' },
      { ...plan.body, more: 1 },
      { unsigned: 'c0' },
      { unsigned: `${unsigned}00` },
      { unsigned: unsigned.slice(0, -2) },
      // The fee in more bytes than it needs; a member of zero; a type of another chain.
      { unsigned: unsigned.replace('a3666565cd03e8', 'a3666565ce000003e8') },
      { unsigned: unsigned.replace('a3666565cd03e8', 'a366656500') },
      { unsigned: unsigned.replace('a474797065a3706179', 'a474797065a3787878') },
    ]
    for (const body of bodies) {
      const code = codeThrownBy(() => transactions.decode({ ...plan, body }, new Map()))
      expect(code, JSON.stringify(body)).to.equal('TRANSACTION_MALFORMED')
    }
  })
})

const isZero = (bytes: Uint8Array | undefined) => bytes === undefined || bytes.every((byte) => byte === 0)

describe('ALGO: random requests', () => {
  it('are refused with an error of ours, or are read as canonical bytes that the SDK of the chain understands', () => {
    const changed = fc
      .record({
        of: fc.constantFrom(payment, fixtures.assetTransfer, fixtures.assetCreation, fixtures.assetFreeze),
        key: fc.constantFrom(...Object.keys({ ...payment, ...fixtures.assetCreation }), 'closeRemainderTo', 'group'),
        value: fc.jsonValue(),
      })
      .map(({ of, key, value }) => JSON.stringify({ ...of, [key]: value ?? 'x' }))
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 1, maxLength: 2000 }), fc.json(), changed), (serialized) => {
        try {
          const request = transactions.read(pendingOf(serialized), 'testnet')
          const bytes = Buffer.from(String(Object(request).unsigned), 'hex')
          expect(algosdk.encodeUnsignedTransaction(algosdk.decodeUnsignedTransaction(bytes))).to.deep.equal(
            Uint8Array.from(bytes),
          )
        } catch (error) {
          if (!(error instanceof KeywardError)) throw error
          expect(error.code).to.be.oneOf(['TRANSACTION_MALFORMED', 'TRANSACTION_UNSUPPORTED'])
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('ALGO: the network', () => {
  const TX = 'UWNEFQG7BTIKLW62OEEADPEQNYZ7INGYBFS7FCWGJDCUIUG4A67A'

  it('reads a node’s refusal as final only where no round can have taken the bytes', () => {
    const meanings = {
      [`TransactionPool.Remember: transaction already in ledger: ${TX}`]: 'already-known',
      'msgpack decode error [pos 5]: no matching struct field': 'rejected',
      'transaction had fee 5, which is less than the minimum 1000': 'rejected',
      'TransactionPool.Remember: txn dead: round 40001001 outside of 40000000--40001000': 'unknown',
      'TransactionPool.Remember: transaction X: overspend (account Y, ...)': 'unknown',
      'asset 7 missing from Y': 'unknown',
      '': 'unknown',
    }
    for (const [message, meaning] of Object.entries(meanings)) {
      expect(transactions.rejection(message), message).to.equal(meaning)
    }
  })

  lookupSuite(algorand, '/v3/algorand/transaction', TX, { id: TX, confirmedRound: 5 })

  it('gives bytes up only when their last round has passed by far', async () => {
    const plan = await planOf(payment)
    const signed = signWith(algorand, plan, [wallet])
    const at = (round: unknown) =>
      transactions.expired?.(
        plan,
        testLookups({
          get: async (path) => {
            expect(path).to.equal('/v3/algorand/node/algod/{apiKey}/v2/status')
            return { 'last-round': round }
          },
        }),
        signed,
      )
    expect(await at(40_001_000)).to.equal(false)
    expect(await at(40_001_300)).to.equal(false)
    expect(await at(40_001_301)).to.equal(true)
    expect((await failureOf(Promise.resolve(at('40001301')))).code).to.equal('API_REPLY_MALFORMED')
  })

  it('asks the keyring for the address of a key that was stored without one', async () => {
    const { address: _, ...descriptor } = wallet.descriptor
    const plan = await planFor(algorand, {
      pending: pendingOf(payment),
      network: 'testnet',
      wallets: [{ ...wallet, descriptor }],
    })
    expect(plan.signers[0]?.address).to.equal(SENDER)
  })
})
