import { expect } from 'chai'
import fc from 'fast-check'
import { KeywardError } from '../../../src/core/errors.js'
import { intentSummary } from '../../../src/core/intent.js'
import { thrownBy } from '../../kit/chain-suite.js'
import { testLookups } from '../../kit/lookups.js'
import { address, addressHex, encode, jsonAround, jsonOf, OTHER, OWNER, pendingOf, PRIVATE_KEY } from './build.js'
import { rawDataOf, transfer, utf8, varint, WALLET_ID } from './build.js'
import type { Sample, Wire } from './build.js'
import { inputFor, transactions, vectors, walletFrom } from './tron-vectors.js'

const wallet = walletFrom({ privateKey: PRIVATE_KEY }, WALLET_ID)
const wallets = new Map([[wallet.descriptor.signatureId, wallet]])
const read = (json: string) => transactions.read(pendingOf(json), 'testnet')
const planFor = (sample: Sample) => transactions.prepare(inputFor(pendingOf(jsonOf(sample)), wallets), testLookups())
const summaryOf = async (sample: Sample): Promise<string> =>
  intentSummary(transactions.decode(await planFor(sample), new Map()))

function refusal(json: string, code: string, says: RegExp): void {
  const error = thrownBy(() => read(json))
  expect(error.code).to.equal(code)
  expect(error.message).to.match(says)
}

describe('TRON: reading what a node made', () => {
  it('takes the contents from the bytes, whatever the JSON beside them says', () => {
    for (const raw_data of [undefined, {}, [], 'text', { contract: [] }]) {
      refusal(jsonOf(transfer, { raw_data }), 'TRANSACTION_MALFORMED', /other contents/)
    }
    const json = JSON.parse(jsonOf(transfer)) as { raw_data: { contract: { parameter: { value: object } }[] } }
    const lie = { ...json.raw_data.contract[0]?.parameter.value, to_address: addressHex(OWNER) }
    for (const value of [lie, { ...lie, to_address: addressHex(OTHER), more: 1 }]) {
      const [contract] = json.raw_data.contract
      const raw_data = { ...json.raw_data, contract: [{ ...contract, parameter: { ...contract?.parameter, value } }] }
      refusal(jsonOf(transfer, { raw_data }), 'TRANSACTION_MALFORMED', /other contents/)
    }
  })

  it('compares amounts to the last digit, where a JavaScript number would round', () => {
    const amount = 9_007_199_254_740_993n
    const value: Wire = [
      [1, address(OWNER)],
      [2, address(OTHER)],
      [3, amount],
    ]
    const text = jsonOf({ ...transfer, value })
    expect(read(text.replace('"amount":1500000', `"amount":${amount}`)).transaction.contract.number('amount')).to.equal(
      amount,
    )
    refusal(text.replace('"amount":1500000', '"amount":9007199254740992'), 'TRANSACTION_MALFORMED', /other contents/)
  })

  it('refuses a second contract, which the reference does not see', () => {
    const one = rawDataOf(transfer)
    const url = utf8('type.googleapis.com/protocol.TransferContract')
    const contract: Wire = [
      [1, 1n],
      [
        2,
        [
          [1, url],
          [2, transfer.value],
        ],
      ],
    ]
    const second = encode([[11, contract]])
    const at = one.indexOf(second)
    expect(at).to.be.greaterThan(0)
    const twice = Buffer.concat([one.subarray(0, at), second, one.subarray(at)])
    refusal(jsonAround(twice), 'TRANSACTION_UNSUPPORTED', /more than one contract/)
  })

  it('refuses a permission of several accounts, even where the key is the owner’s', () => {
    refusal(jsonOf({ ...transfer, wrapper: [[5, 2n]] }), 'TRANSACTION_UNSUPPORTED', /permission/)
  })

  it('refuses what it does not know: a contract type, a field of the contract, a field of the transaction', () => {
    refusal(
      jsonOf({ ...transfer, type: 46, name: 'AccountPermissionUpdateContract' }),
      'TRANSACTION_UNSUPPORTED',
      /AccountPermissionUpdate/,
    )
    refusal(jsonOf({ ...transfer, value: [...transfer.value, [9, 1n]] }), 'TRANSACTION_UNSUPPORTED', /\(9\)/)
    refusal(jsonOf({ ...transfer, more: [[19, 1n]] }), 'TRANSACTION_UNSUPPORTED', /\(19\)/)
  })

  it('refuses a contract whose number and name are of different types', () => {
    refusal(jsonOf({ ...transfer, type: 2 }), 'TRANSACTION_MALFORMED', /two types/)
  })

  it('refuses every encoding but the one that nodes hash', () => {
    const raw = rawDataOf(transfer)
    const [to, from] = [Buffer.from([0x18, ...varint(1_500_000n)]), 'hex'] as const
    expect(raw.toString(from)).to.include(to.toString('hex'))
    const amounts: readonly (readonly [Wire, RegExp])[] = [
      [
        [
          [1, address(OWNER)],
          [2, address(OTHER)],
          [3, 0n],
        ],
        /"amount"/,
      ],
      [
        [
          [1, address(OWNER)],
          [2, address(OTHER)],
          [3, 2n ** 64n - 5n],
        ],
        /"amount"/,
      ],
      [
        [
          [1, address(OWNER)],
          [2, address(OTHER)],
          [3, 1n],
          [3, 2n],
        ],
        /comes twice/,
      ],
      [
        [
          [2, address(OTHER)],
          [1, address(OWNER)],
          [3, 1n],
        ],
        /out of order/,
      ],
      [
        [
          [1, address(OWNER)],
          [2, address(OTHER)],
        ],
        /"amount" is missing/,
      ],
      [
        [
          [1, address(OWNER)],
          [2, Buffer.alloc(21)],
          [3, 1n],
        ],
        /"to_address"/,
      ],
      [
        [
          [1, address(OWNER)],
          [2, address(OTHER).subarray(1)],
          [3, 1n],
        ],
        /"to_address"/,
      ],
      [
        [
          [1, address(OWNER)],
          [2, 5n],
          [3, 1n],
        ],
        /"to_address"/,
      ],
    ]
    for (const [value, says] of amounts) refusal(jsonOf({ ...transfer, value }), 'TRANSACTION_MALFORMED', says)
    const broken: readonly (readonly [Buffer, RegExp])[] = [
      [raw.subarray(0, -1), /./],
      [Buffer.concat([raw, Buffer.from([0x90, 0x01])]), /broken number/],
      [Buffer.concat([raw, Buffer.from([0x90, 0x01, 0x85, 0x00])]), /broken number/],
      [Buffer.concat([raw, Buffer.from([0x90, 0x01, ...Buffer.alloc(10, 0xff)])]), /broken number/],
      [Buffer.concat([raw, Buffer.from([0x95, 0x01, 0, 0, 0, 0])]), /wire type/],
      [Buffer.concat([raw, Buffer.from([0x92, 0x01, 0x05, 0x00])]), /ends within/],
    ]
    for (const [bytes, says] of broken) refusal(jsonAround(bytes), 'TRANSACTION_MALFORMED', says)
  })

  it('refuses a text that is no transaction', () => {
    for (const text of ['x', '[]', '{}', '{"raw_data_hex":"zz"}', '{"raw_data_hex":"abc"}', '{"raw_data_hex":7}']) {
      refusal(text, 'TRANSACTION_MALFORMED', /./)
    }
    refusal(jsonOf(transfer, { txID: undefined }), 'TRANSACTION_MALFORMED', /txID/)
    refusal(jsonOf(transfer, { signature: [] }), 'TRANSACTION_MALFORMED', /signed already/)
    refusal(`{"txID":"00",${jsonOf(transfer).slice(1)}`, 'TRANSACTION_MALFORMED', /twice/)
    refusal(jsonOf(transfer, { padding: ' '.repeat(200_000) }), 'TRANSACTION_MALFORMED', /too long/)
  })

  it('ends with a KeywardError, and soon, for any garbage', () => {
    const [good] = vectors.signing
    const sound = good?.pendingTransaction.serializedTransaction ?? ''
    const damaged = fc
      .tuple(fc.nat(sound.length - 1), fc.string({ maxLength: 8 }))
      .map(([at, text]) => sound.slice(0, at) + text + sound.slice(at + text.length + 1))
    const bytes = fc.uint8Array({ maxLength: 400 }).map((raw) => jsonAround(Buffer.from(raw)))
    const texts = fc.string({ minLength: 1, maxLength: 400 })
    fc.assert(
      fc.property(
        fc.oneof(
          damaged,
          bytes,
          texts,
          fc.json().filter((text) => text !== ''),
        ),
        (text) => {
          try {
            read(text)
          } catch (error) {
            expect(error).to.be.instanceOf(KeywardError)
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('TRON: explaining what is signed', () => {
  const TOKEN = 'TV9LXHvKNVDpvLA8PejB8mZwcWHtEoyiNv'
  const word = (hexadecimal: string): string => hexadecimal.padStart(64, '0')
  const call = (data: string, extra: Wire = [], extraJson: object = {}): Sample => ({
    type: 31,
    name: 'TriggerSmartContract',
    value: [
      [1, address(OWNER)],
      [2, address(TOKEN)],
      ...extra.filter(([field]) => field < 4),
      [4, Buffer.from(data, 'hex')],
      ...extra.filter(([field]) => field > 4),
    ],
    json: { owner_address: addressHex(OWNER), contract_address: addressHex(TOKEN), data, ...extraJson },
    more: [[18, 100_000_000n]],
    moreJson: { fee_limit: 100_000_000 },
  })

  it('gives back what was asked for, whatever amount and note', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: 1n, max: BigInt(Number.MAX_SAFE_INTEGER) }),
        fc.stringMatching(/^[a-zA-Z0-9 äß€😀]{1,40}$/u),
        async (amount, note) => {
          const value: Wire = [
            [1, address(OWNER)],
            [2, address(OTHER)],
            [3, amount],
          ]
          const json = { ...transfer.json, amount: Number(amount) }
          const { actions } = transactions.decode(
            await planFor({ ...transfer, value, json, data: utf8(note) }),
            new Map(),
          )
          expect(actions).to.deep.equal([
            {
              type: 'transfer',
              from: [OWNER],
              to: OTHER,
              asset: { chain: 'TRON', symbol: 'TRX', decimals: 6 },
              amount,
              change: false,
              memo: note,
            },
          ])
        },
      ),
      { numRuns: 40 },
    )
  })

  it('shows a note that nobody can read as data, and no note as a memo of something that is no payment', async () => {
    const invisible = utf8('a\u202eb')
    expect(await summaryOf({ ...transfer, data: Buffer.from('ff00', 'hex') })).to.match(/; data ff00;/)
    expect(await summaryOf({ ...transfer, data: invisible })).to.match(/; data 61e280ae62;/)
    expect(await summaryOf({ ...call('12345678'), data: utf8('memo') })).to.match(/; data 6d656d6f;/)
  })

  it('says of a call it does not know that it does not know it, and what goes along with it', async () => {
    const extra: Wire = [
      [3, 7n],
      [5, 9n],
      [6, 1_002_000n],
    ]
    const sample = call('deadbeef00', extra, { call_value: 7, call_token_value: 9, token_id: 1_002_000 })
    expect(await summaryOf(sample)).to.equal(
      `call 0xdeadbeef on ${TOKEN} (5 bytes) with 0.000007 TRX; pay 9 units of token 1002000 to ${TOKEN}; fee at most 100.289 TRX; NOT DECODED: what the call 0xdeadbeef with 5 bytes does`,
    )
  })

  it('knows token transfers, transfers for others and allowances, with the chain’s addresses', async () => {
    const to = word(addressHex(OTHER).slice(2))
    const from = word(addressHex(TOKEN).slice(2))
    expect(await summaryOf(call(`23b872dd${from}${to}${word('2a')}`))).to.match(
      new RegExp(`^pay 42 units of token ${TOKEN} to ${OTHER};`),
    )
    expect(await summaryOf(call(`095ea7b3${to}${'f'.repeat(64)}`))).to.match(
      new RegExp(`^allow ${OTHER} to spend ANY AMOUNT of ${TOKEN};`),
    )
    const payable = call(`a9059cbb${to}${word('2a')}`, [[3, 5n]], { call_value: 5 })
    expect(await summaryOf(payable)).to.match(new RegExp(`to ${OTHER}; pay 0.000005 TRX to ${TOKEN};`))
  })

  it('names stakes, votes, delegations and their arguments', async () => {
    const operation = (type: number, name: string, fields: Wire, json: object): Sample => ({
      type,
      name,
      value: [[1, address(OWNER)], ...fields],
      json: { owner_address: addressHex(OWNER), ...json },
    })
    const vote: Wire = [
      [1, address(OTHER)],
      [2, 12n],
    ]
    const cases: readonly (readonly [Sample, string])[] = [
      [
        operation(
          57,
          'DelegateResourceContract',
          [
            [2, 1n],
            [3, 5_000_000n],
            [4, address(OTHER)],
            [5, 1n],
          ],
          { resource: 'ENERGY', balance: 5_000_000, receiver_address: OTHER, lock: true },
        ),
        `DelegateResourceContract by ${OWNER} (resource ENERGY, balance 5 TRX, receiver_address ${OTHER}, lock yes)`,
      ],
      [
        operation(4, 'VoteWitnessContract', [[2, vote]], {
          votes: [{ vote_address: addressHex(OTHER), vote_count: 12 }],
        }),
        `VoteWitnessContract by ${OWNER} (votes ${OTHER}: 12)`,
      ],
      [
        operation(
          11,
          'FreezeBalanceContract',
          [
            [2, 3_000_000n],
            [3, 3n],
          ],
          { frozen_balance: 3_000_000, frozen_duration: 3, resource: 'BANDWIDTH' },
        ),
        `FreezeBalanceContract by ${OWNER} (frozen_balance 3 TRX, frozen_duration 3, resource BANDWIDTH)`,
      ],
      [operation(13, 'WithdrawBalanceContract', [], {}), `WithdrawBalanceContract by ${OWNER} ()`],
      [
        operation(0, 'AccountCreateContract', [[2, address(OTHER)]], { account_address: addressHex(OTHER) }),
        `AccountCreateContract by ${OWNER} (account_address ${OTHER}, type Normal)`,
      ],
      [
        operation(
          6,
          'AssetIssueContract',
          [
            [2, utf8('Coin')],
            [4, 10n],
            [
              5,
              [
                [1, 1n],
                [2, 2n],
              ],
            ],
          ],
          {
            name: Buffer.from('Coin').toString('hex'),
            total_supply: 10,
            frozen_supply: [{ frozen_amount: 1, frozen_days: 2 }],
          },
        ),
        `AssetIssueContract by ${OWNER} (name Coin, total_supply 10, frozen_supply 1: 2)`,
      ],
    ]
    for (const [sample, summary] of cases) expect((await summaryOf(sample)).split('; fee ')[0]).to.equal(summary)
  })

  it('shows a deployment as a creation and says that its code is not explained', async () => {
    const sample: Sample = {
      type: 30,
      name: 'CreateSmartContract',
      value: [
        [1, address(OWNER)],
        [
          2,
          [
            [1, address(OWNER)],
            [3, [[1, [[3, utf8('f')]]]]],
            [4, Buffer.from('6080604052', 'hex')],
            [7, utf8('Token')],
          ],
        ],
      ],
      json: {
        owner_address: addressHex(OWNER),
        new_contract: {
          origin_address: addressHex(OWNER),
          abi: { entrys: [{ name: 'f' }] },
          bytecode: '6080604052',
          name: 'Token',
        },
      },
    }
    expect(await summaryOf(sample)).to.match(
      /^create a contract \(5 bytes\) with 0 TRX; .*NOT DECODED: what the 5 bytes of code do$/,
    )
  })
})
