import { expect } from 'chai'
import { SigningKey, decodeRlp, encodeRlp } from 'ethers'
import fc from 'fast-check'
import { vechain } from '../../../src/chains/vechain/definition.js'
import { loadVechain } from '../../../src/chains/vechain/index.js'
import { blake2b256 } from '../../../src/chains/vechain/encoding.js'
import { KeywardError } from '../../../src/core/errors.js'
import type { ErrorCode } from '../../../src/core/errors.js'
import { chainCodeSchema } from '../../../src/core/ids.js'
import { intentSummary } from '../../../src/core/intent.js'
import { pendingTransactionSchema } from '../../../src/core/pending-transaction.js'
import { planDigest } from '../../../src/core/signing-plan.js'
import { chainKeysSuite, thrownBy } from '../../kit/chain-suite.js'
import { failureOf } from '../../kit/failure-of.js'
import { testLookups } from '../../kit/lookups.js'
import { chain, inputFor, node, recordedNode, signWith, transactions, vectors, walk, walletOf } from './vet-vectors.js'

chainKeysSuite(
  chain,
  vectors.wallets.map(({ derived, ...wallet }) => ({ ...wallet, keys: derived })),
)

const KEY = `0x${'46'.repeat(32)}`
const ID = 'ec5bbcca-6938-4890-8a73-0c21c0de9cc1'
const TO = '0x93b4f1841dff2c8764ec431b47d1b1ad0a66f1eb'
const FIXED = { to: TO, value: '7', gas: 21000, nonce: 5, blockRef: '0x0145a3f05c777777' }
const GENESIS = { 'GET /blocks/0': { number: 0, id: `0x${'00'.repeat(31)}27` } }
const blockAt = (number: number) => ({ number, id: `0x${number.toString(16).padStart(8, '0')}${'77'.repeat(28)}` })
const best = (number: number) => ({ 'GET /blocks/best': blockAt(number) })
const ESTIMATE = 'POST /accounts/*?revision=best'

const pendingOf = (fields: object | string) =>
  pendingTransactionSchema.parse({
    id: '564554707562000000000001',
    chain: 'VET',
    hashes: [ID],
    serializedTransaction: typeof fields === 'string' ? fields : JSON.stringify(fields),
  })
const wallet = walletOf({ wallet: { privateKey: KEY }, pending: pendingOf(FIXED), network: 'testnet' })
const planFor = (fields: object, lookups = node(GENESIS)) =>
  transactions.prepare(inputFor(pendingOf(fields), wallet, 'testnet'), lookups)
const refusalOf = (fields: object | string) => thrownBy(() => transactions.read(pendingOf(fields), 'testnet'))

describe('VeChain: golden vectors', () => {
  for (const row of vectors.signing) {
    if (row.deterministic === false) {
      it(`${row.name}: the nonce is fixed in the plan, where the reference rolls dice, so a resend is the same bytes`, async () => {
        const [one, two] = [await walk(row), await walk(row)]
        expect(one.signed).to.deep.equal(two.signed)
        const [ours, theirs] = [one.signed.raw, row.signedTx].map((raw) => decodeRlp(raw) as string[])
        for (const place of [0, 1, 2, 3, 4, 5, 6, 8]) expect(ours?.[place]).to.deep.equal(theirs?.[place])
        const other = { ...row, pending: { ...row.pending, id: vectors.signing[0]?.pending.id ?? row.pending.id } }
        expect((await walk(other)).plan.body['nonce']).not.to.equal(one.plan.body['nonce'])
      })
    } else if (row.name === 'native-transfer-gas-overwritten') {
      it(`${row.name}: keeps the gas that was asked for and asks for no estimate, where the reference discards it`, async () => {
        const asked: string[] = []
        const lookups = node(
          { 'GET /blocks/0': row.http[1]?.response.body, 'GET /blocks/best': row.http[2]?.response.body },
          asked,
        )
        const { plan, signed } = await walk(row, lookups)
        expect(plan.body['gas']).to.equal('50000')
        expect(asked).to.have.members(['GET /blocks/0', 'GET /blocks/best'])
        const { plan: estimated } = await walk({
          ...row,
          pending: {
            ...row.pending,
            serializedTransaction: row.pending.serializedTransaction.replace('"gas":"50000",', ''),
          },
        })
        const overwritten = signWith(estimated, walletOf(row)).raw
        expect(overwritten).to.equal(row.signedTx)
        expect(signed.raw).not.to.equal(row.signedTx)
      })
    } else {
      it(`${row.name}: has the reference's bytes (${row.note})`, async () => {
        const asked: string[] = []
        const { plan, signed } = await walk(row, recordedNode(row, asked))
        expect(asked).to.have.lengthOf(row.http.length)
        expect(signed.raw).to.equal(row.signedTx)
        expect(plan.signers[0]?.address).to.equal(row.signer.address)
        expect(plan.signers[0]?.index).to.equal(row.signer.index)
      })
    }
  }

  it('signs for a mnemonic wallet in `hashes`, where the reference derives for another chain and fails', async () => {
    const row = vectors.rejected.find(({ name }) => name === 'mnemonic-index')
    const recorded = vectors.signing.find(({ name }) => name === 'native-transfer')?.http ?? []
    if (row === undefined) throw new Error('the vector is missing')
    const answers = Object.fromEntries(
      recorded.map(({ method, url, response }) => [
        `${method} ${url.replace('https://sync-testnet.vechain.org', '')}`,
        response.body,
      ]),
    )
    const { plan } = await walk(row, node(answers))
    expect(plan.signers[0]).to.include({ address: row.signer?.address, index: 1 })
  })

  const refused: Readonly<Record<string, readonly [ErrorCode, RegExp]>> = {
    'mnemonic-without-index': ['INDEX_INVALID', /names no index/],
    'vm-revert': ['API_REFUSED', /execution reverted/],
    'no-best-block': ['API_REPLY_MALFORMED', /block "best"/],
    'bad-data': ['TRANSACTION_MALFORMED', /"data"/],
    'odd-data': ['TRANSACTION_MALFORMED', /"data"/],
    'gaspricecoef-256': ['TRANSACTION_MALFORMED', /"gasPriceCoef"/],
    'blockref-too-short': ['TRANSACTION_MALFORMED', /"blockRef"/],
    'bad-checksum-to': ['TRANSACTION_MALFORMED', /"to"/],
  }
  for (const row of vectors.rejected.filter(({ name }) => name !== 'mnemonic-index')) {
    it(`${row.name}: refused here too`, async () => {
      const error = await failureOf(Promise.resolve().then(() => walk(row)))
      expect(error.code).to.equal(refused[row.name]?.[0])
      expect(error.message).to.match(refused[row.name]?.[1] ?? /^$/)
    })
  }
})

describe('VeChain: reading and planning', () => {
  it('refuses what would be another transaction, another network, or too little gas', () => {
    for (const field of ['type', 'maxFeePerGas', 'delegator', 'reserved']) {
      expect(refusalOf({ ...FIXED, [field]: 1 }).code).to.equal('TRANSACTION_UNSUPPORTED')
    }
    expect(refusalOf({ ...FIXED, chainTag: '0x4a' }).message).to.match(/chain tag 74 does not belong/)
    expect(refusalOf({ ...FIXED, gas: 20999 }).message).to.match(/20999 gas and needs at least 21000/)
    expect(refusalOf({ ...FIXED, padding: ' '.repeat(200_000) }).message).to.match(/too long/)
    expect(refusalOf({ ...FIXED, to: undefined }).message).to.match(/its value would be lost/)
    for (const value of ['-1', '1.5', '1e3', -1, 1.5, true, [], {}, 'NaN', `1${'0'.repeat(78)}`]) {
      expect(refusalOf({ ...FIXED, value }).code).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('keeps every digit of an amount that is written as a number', async () => {
    const text = JSON.stringify(FIXED).replace('"7"', '9007199254740993')
    const plan = await transactions.prepare(inputFor(pendingOf(text), wallet, 'testnet'), node(GENESIS))
    expect(plan.body['value']).to.equal('9007199254740993')
  })

  it('asks nothing that was given, and refuses a node of another network without remembering it', async () => {
    const asked: string[] = []
    await planFor(FIXED, node(GENESIS, asked))
    expect(asked).to.deep.equal(['GET /blocks/0'])
    await planFor({ ...FIXED, chainTag: '39' }, testLookups())
    const other = node({ 'GET /blocks/0': { number: 0, id: `0x${'00'.repeat(31)}4a` } })
    const error = await failureOf(planFor(FIXED, other))
    expect(error.code).to.equal('API_REPLY_MALFORMED')
    expect(error.advice).to.include('chains.VET.endpoints.node')
  })

  it('gives an earlier plan back as long as a block can hold it, and makes a new one after that', async () => {
    const fields = { to: TO, value: '7', gas: 21000 }
    const plan = await planFor(fields, node({ ...GENESIS, ...best(1000) }))
    const again = (number: number) =>
      transactions.prepare(inputFor(pendingOf(fields), wallet, 'testnet', plan), node({ ...GENESIS, ...best(number) }))
    expect(await again(1719)).to.equal(plan)
    const renewed = await again(1720)
    expect(planDigest(renewed)).not.to.equal(planDigest(plan))
    expect(renewed.body['blockRef']).to.match(/^0x000006b8/)
    const changed = inputFor(pendingOf({ ...fields, value: '8' }), wallet, 'testnet', plan)
    const replanned = await transactions.prepare(changed, node({ ...GENESIS, ...best(1001) }))
    expect(replanned.body['value']).to.equal('8')
    const explicit = await planFor(FIXED)
    expect(await transactions.prepare(inputFor(pendingOf(FIXED), wallet, 'testnet', explicit), testLookups())).to.equal(
      explicit,
    )
  })

  it('calls a transaction dead only when a final block is past its life', async () => {
    const plan = await planFor({ to: TO, value: '7', gas: 21000 }, node({ ...GENESIS, ...best(1000) }))
    const signed = signWith(plan, wallet)
    const at = (number: number) =>
      transactions.expired?.(plan, node({ 'GET /blocks/finalized': blockAt(number) }), signed)
    expect(await at(1720)).to.equal(false)
    expect(await at(1721)).to.equal(true)
  })

  it('finds a transaction at the node, in a block or waiting', async () => {
    const id = `0x${'ab'.repeat(32)}`
    const at = (reply: unknown) => transactions.find(id, node({ [`GET /transactions/${id}?pending=true`]: reply }))
    expect(await at({ id: id.toUpperCase().replace('0X', '0x') })).to.equal(true)
    expect(await at(null)).to.equal(false)
    expect((await failureOf(at('no'))).code).to.equal('API_REPLY_MALFORMED')
  })

  it('reports that a call would fail, with the node’s reason', async () => {
    const lookups = node({ ...GENESIS, [ESTIMATE]: [{ gasUsed: 1, reverted: true }] })
    expect((await failureOf(planFor({ ...FIXED, gas: undefined }, lookups))).message).to.include('it is reverted')
  })

  it('takes a node’s words for final only where they are', () => {
    expect(transactions.rejection('tx rejected: known tx')).to.equal('already-known')
    expect(transactions.rejection('tx rejected: insufficient energy')).to.equal('rejected')
    for (const words of ['tx rejected: expired', 'bad tx: chain tag mismatch', 'pool is full', '']) {
      expect(transactions.rejection(words)).to.equal('unknown')
    }
  })

  it('ends with a KeywardError for any garbage', () => {
    const garbage = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.json(),
      fc
        .dictionary(fc.constantFrom('to', 'value', 'data', 'gas', 'nonce', 'blockRef', 'expiration'), fc.jsonValue())
        .map((fields) => JSON.stringify(fields)),
    )
    fc.assert(
      fc.property(garbage, (text) => {
        try {
          transactions.read(pendingOf(text), 'testnet')
        } catch (error) {
          expect(error).to.be.instanceOf(KeywardError)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('VeChain: explaining, signing, verifying', () => {
  const summaryOf = async (fields: object) => intentSummary(transactions.decode(await planFor(fields), new Map()))
  const word = (digits: string) => digits.padStart(64, '0')

  it('says what is paid in which coin, and the fee in VTHO', async () => {
    expect(await summaryOf({ ...FIXED, value: '1500000000000000000' })).to.equal(
      `pay 1.5 VET to ${TO}; fee at most 0.21 VTHO`,
    )
    expect(await summaryOf({ ...FIXED, gasPriceCoef: 255 })).to.match(/fee at most 0\.42 VTHO$/)
    const data = `0xa9059cbb${word(TO.slice(2))}${word('de0b6b3a7640000')}`
    const energy = '0x0000000000000000000000000000456e65726779'
    expect(await summaryOf({ ...FIXED, gas: 60000, value: 0, to: energy, data })).to.match(
      new RegExp(`^pay 1 VTHO to ${TO};`),
    )
    expect(await summaryOf({ ...FIXED, gas: 60000, data })).to.match(
      /^pay 1000000000000000000 units of token 0x93b4\w+ to 0x93b4\w+; pay 0\.000000000000000007 VET to/,
    )
    expect(await summaryOf({ ...FIXED, gas: 60000, data: '0x12345678' })).to.match(/^call 0x12345678 .*NOT DECODED/)
    expect(await summaryOf({ ...FIXED, gas: 60000, to: undefined, data: '0x6001' })).to.match(
      /^create a contract \(2 bytes\).*NOT DECODED/,
    )
  })

  it('signs any plan to bytes whose fields ethers reads and whose signature ethers makes too', async () => {
    const amount = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n })
    await fc.assert(
      fc.asyncProperty(amount, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(255), async (value, nonce, coef) => {
        const plan = await planFor({ ...FIXED, value: value.toString(), nonce: nonce.toString(), gasPriceCoef: coef })
        const signed = signWith(plan, wallet)
        transactions.verify(plan, signed)
        const items = decodeRlp(signed.raw) as [
          string,
          string,
          string,
          [[string, string, string]],
          string,
          string,
          string,
          string,
          [],
          string,
        ]
        expect(BigInt(items[3][0][1].replace(/^0x$/, '0x0'))).to.equal(value)
        expect(BigInt(items[7].replace(/^0x$/, '0x0'))).to.equal(nonce)
        const hash = blake2b256(Buffer.from(encodeRlp(items.slice(0, -1)).slice(2), 'hex'))
        const { r, s, yParity } = new SigningKey(KEY).sign(hash)
        expect(items[9]).to.equal(`${r}${s.slice(2)}0${yParity}`)
        const sender = Buffer.from(wallet.descriptor.address?.slice(2) ?? '', 'hex')
        expect(signed.txId).to.equal(`0x${blake2b256(hash, sender).toString('hex')}`)
        const [action] = transactions.decode(plan, new Map()).actions
        expect(action).to.include({ type: 'transfer', to: TO, amount: value })
      }),
      { numRuns: 40 },
    )
  })

  it('refuses any other byte in the signed transaction, another id, and a high s', async () => {
    const plan = await planFor(FIXED)
    const signed = signWith(plan, wallet)
    const code = (changed: object) => thrownBy(() => transactions.verify(plan, { ...signed, ...changed })).code
    fc.assert(
      fc.property(fc.nat(signed.raw.length - 1), fc.constantFrom('0', '1', '9', 'f', 'F', 'x'), (at, digit) => {
        fc.pre(signed.raw[at] !== digit)
        const raw = signed.raw.slice(0, at) + digit + signed.raw.slice(at + 1)
        expect(code({ raw })).to.equal('VERIFICATION_FAILED')
      }),
      { numRuns: 150 },
    )
    expect(code({ txId: `0x${'00'.repeat(32)}` })).to.equal('VERIFICATION_FAILED')
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const high = (order - BigInt(`0x${signed.raw.slice(-66, -2)}`)).toString(16).padStart(64, '0')
    const raw = `${signed.raw.slice(0, -66)}${high}${signed.raw.endsWith('00') ? '01' : '00'}`
    expect(code({ raw })).to.equal('VERIFICATION_FAILED')
  })

  it('refuses signed bytes under any other plan, which has another digest', async () => {
    const plan = await planFor(FIXED)
    const signed = signWith(plan, wallet)
    const changes = {
      chainTag: 1,
      blockRef: '0x0145a3f05c777778',
      expiration: 1,
      to: wallet.descriptor.address,
      value: '8',
      data: '0x00',
      gasPriceCoef: 1,
      gas: '1',
      dependsOn: `0x${'00'.repeat(32)}`,
      nonce: '6',
    }
    for (const [name, value] of Object.entries(changes)) {
      const changed = { ...plan, body: { ...plan.body, [name]: value } }
      expect(planDigest(changed)).not.to.equal(planDigest(plan))
      expect(thrownBy(() => transactions.verify(changed, signed)).message).to.include(
        name === 'to' || name === 'value' || name === 'data' ? 'clauses' : name,
      )
    }
    const unknown = { ...plan, body: { ...plan.body, more: 1 } }
    expect(thrownBy(() => transactions.verify(unknown, signed)).code).to.equal('TRANSACTION_MALFORMED')
  })

  it('refuses a key that is not the planned one, and a plan with two signers', async () => {
    const plan = await planFor(FIXED)
    const stranger = walletOf({
      wallet: { privateKey: `0x${'11'.repeat(32)}` },
      pending: pendingOf(FIXED),
      network: 'testnet',
    })
    expect(thrownBy(() => signWith(plan, stranger)).code).to.equal('SIGNER_MISMATCH')
    const two = { ...plan, signers: [...plan.signers, ...plan.signers] }
    expect(thrownBy(() => signWith(two, wallet)).code).to.equal('TRANSACTION_MALFORMED')
  })

  it('loads by its code and no other, and lets transactions of one account go side by side', () => {
    expect(loadVechain(vechain.code).definition).to.equal(vechain)
    expect(() => loadVechain(chainCodeSchema.parse('ETH'))).to.throw(KeywardError, 'ETH is not VeChain')
    expect(transactions.accounts(inputFor(pendingOf(FIXED), wallet, 'testnet'))).to.deep.equal([])
  })
})
