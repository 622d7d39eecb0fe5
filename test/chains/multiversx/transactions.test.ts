import { expect } from 'chai'
import fc from 'fast-check'
import { encode } from '../../../src/chains/multiversx/transaction-id.js'
import { KeywardError } from '../../../src/core/errors.js'
import { intentSummary } from '../../../src/core/intent.js'
import { planDigest, signingPlanSchema } from '../../../src/core/signing-plan.js'
import { codeThrownBy } from '../../kit/chain-suite.js'
import { failureOf } from '../../kit/failure-of.js'
import { lookupSuite } from '../../kit/signed-bytes-suite.js'
import {
  CONTRACT,
  egld,
  inputOf,
  planFor,
  planOf,
  RECIPIENT,
  recorded,
  rowOf,
  SENDER,
  signWith,
  walletsOf,
} from './fixtures.js'

const { transactions } = egld
const row = rowOf('egld-transfer')
const payment = { from: SENDER, to: RECIPIENT, value: '1.5' }
const read = (members: unknown) => inputOf(row, members).request
const summaryOf = async (members: unknown) => intentSummary(transactions.decode(await planFor(members), new Map()))

describe('EGLD: reading a request', () => {
  const refused: Readonly<Record<string, unknown>> = {
    'text that is no JSON': 'nonsense',
    'a member that is named twice': JSON.stringify(payment).replace('{', '{"value":"1",'),
    'a member that is not known': { ...payment, nonce: 4 },
    'a guardian': { ...payment, guardian: RECIPIENT },
    'no recipient': { ...payment, to: null },
    'a recipient with a wrong checksum': { ...payment, to: `${RECIPIENT.slice(0, -1)}q` },
    'a recipient in capitals': { ...payment, to: RECIPIENT.toUpperCase() },
    'an address of another chain': { ...payment, to: 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq' },
    'a payment without a value, for which the reference signed NaN': { ...payment, value: undefined },
    'a value of NaN': { ...payment, value: 'NaN' },
    'a value of NaN in a token operation': { ...payment, value: 'NaN', data: 'ESDTTransfer@aa@01' },
    'an empty value': { ...payment, value: '' },
    'a value below zero': { ...payment, value: '-1' },
    'a value with an exponent': JSON.stringify(payment).replace('"1.5"', '1e-7'),
    'a value of more than 18 decimals': { ...payment, value: '0.0000000000000000001' },
    'a value that is no text or number': { ...payment, value: true },
    'half of a surrogate pair': { ...payment, data: '\ud83d' },
    __proto__: JSON.stringify(payment).replace('{', '{"__proto__":{},'),
  }
  for (const [what, members] of Object.entries(refused)) {
    it(`refuses ${what}`, () => expect(codeThrownBy(() => read(members))).to.equal('TRANSACTION_MALFORMED'))
  }

  it('reads a value that is a number with all its digits', () => {
    const text = JSON.stringify(payment).replace('"1.5"', '123456789.123456789012345678')
    expect(read(text)).to.include({ value: 123_456_789_123_456_789_012_345_678n })
  })

  it('refuses random content with an error of ours', () => {
    const changed = fc
      .record({ key: fc.constantFrom('from', 'to', 'value', 'data', 'gasLimit', 'x'), value: fc.jsonValue() })
      .map(({ key, value }) => JSON.stringify({ ...payment, [key]: value ?? true }))
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 1, maxLength: 2000 }), fc.json(), changed), (text) => {
        try {
          read(text)
        } catch (error) {
          if (!(error instanceof KeywardError)) throw error
          expect(error.code).to.equal('TRANSACTION_MALFORMED')
        }
      }),
      { numRuns: 300 },
    )
    for (const text of ['['.repeat(100_000), JSON.stringify({ ...payment, data: 'A'.repeat(200_000) })]) {
      expect(codeThrownBy(() => read(text))).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('keeps transactions of one key in order, whether they name the sender or not', () => {
    const withSender = transactions.accounts(inputOf(row, payment))
    const without = transactions.accounts(inputOf(row, { ...payment, from: 0 }))
    expect(withSender).to.include(SENDER)
    expect(withSender.filter((account) => without.includes(account))).to.have.lengthOf(1)
  })
})

describe('EGLD: planning', () => {
  it('takes the nonce after the highest that was signed here, or the network’s count, whichever is more', async () => {
    const nonces = async (highest: bigint | undefined) =>
      (await planFor(payment, 7, { highestSequence: async () => highest })).account?.sequence
    expect(await nonces(undefined)).to.equal('7')
    expect(await nonces(3n)).to.equal('7')
    expect(await nonces(6n)).to.equal('7')
    expect(await nonces(9n)).to.equal('10')
  })

  it('gives an earlier plan back while its nonce is the next one', async () => {
    const previous = await planOf(row)
    const again = await transactions.prepare({ ...inputOf(row), previous }, recorded(row))
    expect(again).to.equal(previous)
    const later = recorded(row, { highestSequence: async () => 7n, post: async () => ({ data: { txGasUnits: 1 } }) })
    const other = await transactions.prepare({ ...inputOf(row), previous }, later)
    expect(other.account?.sequence).to.equal('8')
  })

  it('refuses a node of the other network, and answers that are not understood', async () => {
    const config = (of: object) => ({ data: { config: { erd_min_transaction_version: 1, ...of } } })
    for (const answer of [
      config({ erd_chain_id: '1' }),
      config({}),
      {},
      null,
      config({ erd_chain_id: 'D', erd_min_transaction_version: 9 }),
      // A hundred and one times the price that the network has: a lie that would be paid for.
      config({ erd_chain_id: 'D', erd_min_gas_price: 101_000_000_000 }),
    ]) {
      const get = async (path: string) => (path.endsWith('/nonce') ? { data: { nonce: 7 } } : answer)
      expect((await failureOf(planFor(payment, 7, { get }))).code).to.equal('API_REPLY_MALFORMED')
    }
    const broken = planFor(payment, 7, { post: async () => ({ data: { txGasUnits: '50000' } }) })
    expect((await failureOf(broken)).code).to.equal('API_REPLY_MALFORMED')
    expect((await failureOf(planFor(payment, Number.NaN))).code).to.equal('API_REPLY_MALFORMED')
  })
})

describe('EGLD: explaining a plan', () => {
  const hex = (text: string) => Buffer.from(text).toString('hex')
  it('names tokens, memos and calls, and says what it cannot explain', async () => {
    const fee = 'fee at most 0.00005 EGLD'
    const token = { ...payment, value: '0', data: `ESDTTransfer@${hex('USDC-c76f1f')}@03e8` }
    expect(await summaryOf(token)).to.equal(`pay 1000 units of token USDC-c76f1f to ${RECIPIENT}; ${fee}`)
    expect(await summaryOf({ ...token, value: '1' })).to.match(/^pay 1 EGLD to .*; pay 1000 units of token/)
    const withCall = await summaryOf({ ...token, data: `${token.data}@${hex('swap')}` })
    expect(withCall).to.include('NOT DECODED').and.not.include('pay')
    expect(await summaryOf({ ...payment, data: 'order 42' })).to.equal(
      `pay 1.5 EGLD to ${RECIPIENT} (memo "order 42"); ${fee}`,
    )
    expect(await summaryOf({ ...payment, data: 'a\u202eb' })).to.include('data 61e280ae62')
    expect(await summaryOf({ ...payment, to: CONTRACT, data: 'delegate' }))
      .to.include('call delegate on')
      .and.include('NOT DECODED')
    for (const data of ['GuardAccount', 'ESDTNFTTransfer@aa@01@01@bb', 'ChangeOwnerAddress@aa']) {
      expect(await summaryOf({ ...payment, value: '0', data })).to.include('NOT DECODED')
    }
  })
})

describe('EGLD: signing', () => {
  it('verifies what it signed for any payment, and explains it as requested', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: 0n, max: 10n ** 27n }),
        fc.string({ maxLength: 60, unit: 'binary' }),
        fc.integer({ min: 0, max: 2 ** 48 }),
        async (units, data, nonce) => {
          const value = `${units / 10n ** 18n}.${(units % 10n ** 18n).toString().padStart(18, '0')}`
          const plan = await planFor({ ...payment, value, data }, nonce)
          const stored = signingPlanSchema.parse(JSON.parse(JSON.stringify(plan)))
          const signed = signWith(row, stored)
          transactions.verify(plan, signed)
          const sent = JSON.parse(signed.raw) as { data?: string }
          expect(sent).to.deep.include({ nonce, value: units.toString(), sender: SENDER, receiver: RECIPIENT })
          expect(Buffer.from(sent.data ?? '', 'base64').toString()).to.equal(data)
          const [action] = transactions.decode(plan, new Map()).actions
          expect(action).to.deep.include({ to: RECIPIENT, amount: units })
        },
      ),
      { numRuns: 30 },
    )
  })

  it('verifies no character of it changed, added or left out, and no other id', async () => {
    const plan = await planFor({ ...payment, data: 'order 42' })
    const { raw, txId } = signWith(row, plan)
    const refused = (changed: { raw: string; txId: string }) =>
      expect(codeThrownBy(() => transactions.verify(plan, changed))).to.equal('VERIFICATION_FAILED')
    for (let place = 0; place < raw.length; place++) {
      const other = raw[place] === '1' ? '2' : '1'
      refused({ raw: raw.slice(0, place) + other + raw.slice(place + 1), txId })
      refused({ raw: raw.slice(0, place) + raw.slice(place + 1), txId })
    }
    for (const changed of [`${raw} `, '', '{}', raw.replace('{', '{"nonce":7,')]) refused({ raw: changed, txId })
    refused({ raw, txId: txId.toUpperCase() })
  })

  it('verifies no transaction of another plan, and has another digest for each', async () => {
    const plan = await planFor(payment)
    const signed = signWith(row, plan)
    const others = [
      await planFor({ ...payment, value: '1.6' }),
      await planFor({ ...payment, to: CONTRACT }),
      await planFor({ ...payment, data: 'x' }),
      await planFor(payment, 8),
      { ...plan, body: { ...plan.body, gasLimit: 50_001 } },
      { ...plan, body: { ...plan.body, gasPrice: 1 } },
      { ...plan, body: { ...plan.body, chainId: 'T' } },
      { ...plan, body: { ...plan.body, version: 2 } },
    ]
    for (const other of others) {
      expect(codeThrownBy(() => transactions.verify(other, signed))).to.equal('VERIFICATION_FAILED')
    }
    expect(new Set([plan, ...others].map((each) => planDigest(each))).size).to.equal(others.length + 1)
  })

  it('refuses the key of another wallet, and a stored plan that is none', async () => {
    const plan = await planFor(payment)
    const [other] = walletsOf(rowOf('egld-esdt-issue'))
    if (other === undefined) throw new Error('the vector has a wallet')
    const key = egld.keys.open(other).key(undefined)
    expect(codeThrownBy(() => transactions.sign(plan, () => key))).to.equal('SIGNER_MISMATCH')
    for (const body of [
      {},
      { ...plan.body, more: 1 },
      { ...plan.body, value: 'NaN' },
      { ...plan.body, chainId: '"' },
    ]) {
      expect(codeThrownBy(() => transactions.decode({ ...plan, body }, new Map()))).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('hashes the protobuf form that the network’s own library writes', () => {
    const alice = 'erd1qyu5wthldzr8wx5c9ucg8kjagg0jfs53s8nr3zpz3hypefsdd8ssycr6th'
    const bob = 'erd1spyavw0956vq68xj8y4tenjpq2wd5a9p2c6j8gsz7ztyrnpxrruqzu66jx'
    const base = { to: bob, sender: alice, gasPrice: 1_000_000_000, chainId: 'local-testnet' }
    const text = (value: string) => Buffer.from(value).toString('base64')
    const addresses =
      '1a208049d639e5a6980d1cd2392abcce41029cda74a1563523a202f09641cc2618f82a200139472eff6886771a982f3083da5d421f24c29181e63888228dc81ca60d69e1388094ebdc03'
    const network = '520d6c6f63616c2d746573746e6574'
    const signature = Buffer.alloc(64, 0xab)
    const signed = `6240${'ab'.repeat(64)}`
    const small = { ...base, nonce: 89, value: '0', gasLimit: 50_000, data: '', version: 2 }
    expect(encode(small, signature).toString('hex')).to.equal(`085912020000${addresses}40d08603${network}5802${signed}`)
    const large = { ...base, value: '123456789000000000000000000000', gasLimit: 100_000, version: 2 }
    expect(encode({ ...large, nonce: 92, data: text('for the spaceship') }, signature).toString('hex')).to.equal(
      `085c120e00018ee90ff6181f376163200000${addresses}40a08d064a11666f722074686520737061636573686970${network}5802${signed}`,
    )
    const first = { ...base, nonce: 0, value: '0', gasLimit: 80_000, data: text('hello'), version: 1 }
    expect(encode(first, signature).toString('hex')).to.equal(
      `12020000${addresses}4080f1044a0568656c6c6f${network}5801${signed}`,
    )
  })
})

describe('EGLD: the network', () => {
  it('reads a node’s refusal as final only where it can never have taken the bytes', () => {
    expect(transactions.rejection('insufficient gas limit in tx')).to.equal('rejected')
    for (const message of ['lowerNonceInTx: true', 'insufficient funds', 'transaction generation failed', '']) {
      expect(transactions.rejection(message)).to.equal('unknown')
    }
  })

  const TX = 'ab'.repeat(32)
  lookupSuite(egld, '/v3/egld/transaction', TX, { hash: TX })
})
