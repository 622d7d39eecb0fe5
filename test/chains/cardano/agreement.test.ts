import * as csl from '@emurgo/cardano-serialization-lib-nodejs'
import { expect } from 'chai'
import { intentSummary } from '../../../src/core/intent.js'
import { requestDigest } from '../../../src/core/pending-transaction.js'
import { failureOf } from '../../kit/failure-of.js'
import { testLookups } from '../../kit/lookups.js'
import {
  BYRON,
  SCRIPT,
  POLICY,
  RECIPIENT,
  TTL,
  ada,
  bodyHexOf,
  fakeNode,
  inputOf,
  intentOf,
  makeBody,
  otherWallet,
  ownAddress,
  pay,
  payment,
  pendingOf,
  planOf,
  spend,
  vectors,
  wallet,
  walletAt,
  wrap,
} from './kit.js'
import type { NodeOptions, Part } from './kit.js'

const OWN = ownAddress(0)
const ATTACKER = ada.keys.address(otherWallet.descriptor, 9)
const refusal = async (operations: readonly object[], options: NodeOptions) => {
  const failure = await failureOf(planOf(operations, options))
  expect(failure.code).to.equal('TRANSACTION_MALFORMED')
  return failure.message.replace(/^the API supplied another transaction than the requested one: /, '')
}
/** A body made of other operations than the requested ones. */
const other = (operations: readonly object[]): NodeOptions => ({ tamper: () => makeBody(operations, TTL) })
const paid = (...outputs: Part[]): object[] => [spend({ address: OWN, lovelace: 5_000_000n }), ...outputs.map(pay)]
const changed = (change: (body: csl.TransactionBody) => void): NodeOptions => ({
  tamper(body) {
    change(body)
    return body
  },
})
const stakeKey = csl.Credential.from_keyhash(csl.Ed25519KeyHash.from_bytes(Buffer.alloc(28, 7)))

describe('ADA: the API’s transaction is signed only if it is the requested one (the reference signs whatever 32 bytes the API returns)', () => {
  it('takes it from any form that services hand out, with the bytes of its body as they came', async () => {
    const body = makeBody(payment(), TTL).to_hex()
    for (const form of ['bare', 'wrapped', 'transaction', 'wrapped transaction'] as const) {
      const plan = await planOf(payment(), { form })
      expect(plan.body['unsigned']).to.equal(body)
      expect(intentSummary(intentOf(plan))).to.equal(
        `pay 2 ADA to ${RECIPIENT}; change 2.83 ADA to ${OWN}; Expiry by ${OWN} (slot ${TTL}); fee 0.17 ADA`,
      )
    }
  })

  it('reads what was a list before 2024 and a set since, and outputs as lists or, since 2022, as maps; the bytes stay as they are', async () => {
    const today = makeBody(payment(), TTL).to_hex()
    expect(today).to.match(/^a400d9010281/)
    const before = (hex: string): string => hex.replace('a400d9010281', 'a40081')
    const maps = (hex: string): string => hex.replaceAll(/82(581d60[0-9a-f]{56})(?=1a)/g, 'a200$101')
    for (const rewrite of [before, maps, (hex: string) => before(maps(hex))]) {
      const plan = await planOf(payment(), { rewrite })
      expect(bodyHexOf(plan)).to.equal(rewrite(today)).and.not.equal(today)
      expect(intentSummary(intentOf(plan))).to.equal(intentSummary(intentOf(await planOf(payment()))))
    }
  })

  it('refuses a body whose parts are not of their kind, without a guess', async () => {
    const today = makeBody(payment(), TTL).to_hex()
    for (const rewritten of [
      today.replace('a400', 'a420'),
      today.replace('825820', '815820'),
      today.replace('d9010281', 'd9010181'),
      today.replace(/021a[0-9a-f]{8}03/, '023a0002981003'),
      today.replace(/021a[0-9a-f]{8}03/, '024003'),
      today.replace('581d60', '781d60'),
      today.replace('001e8480', '001e8481'),
    ]) {
      expect(rewritten).to.not.equal(today)
      const reply = { unsigned_transaction: wrap(rewritten), payloads: [{ hex_bytes: 'ab'.repeat(32) }] }
      const lookups = testLookups({ post: () => Promise.resolve(reply) })
      const failure = await failureOf(ada.transactions.prepare(inputOf(pendingOf(payment())), lookups))
      expect(failure.code).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('refuses another hash to be signed than that of the transaction it shows', async () => {
    expect(await refusal(payment(), { digest: 'ab'.repeat(32) })).to.equal('what it wants signed is not its hash')
  })

  it('refuses another recipient, another amount, one payment more or less, and another order', async () => {
    const [payee, change] = [
      { address: RECIPIENT, lovelace: 2_000_000n },
      { address: OWN, lovelace: 2_830_000n },
    ]
    for (const outputs of [
      [{ ...payee, address: ATTACKER }, change],
      [payee, { ...change, address: ATTACKER }],
      [
        { ...payee, lovelace: 2_000_001n },
        { ...change, lovelace: 2_829_999n },
      ],
      [payee, { ...change, lovelace: 1_830_000n }, { address: ATTACKER, lovelace: 1_000_000n }],
      [payee],
      [change, payee],
    ]) {
      expect(await refusal(payment(), other(paid(...outputs)))).to.equal('it pays other recipients or amounts')
    }
  })

  it('refuses another output to be spent, one more or one less', async () => {
    const [, ...outputs] = payment()
    const second = spend({ address: OWN, lovelace: 1_000_000n }, `${'cd'.repeat(32)}:1`)
    for (const inputs of [
      [spend({ address: OWN, lovelace: 5_000_000n }, `${'ab'.repeat(32)}:1`)],
      [...payment().slice(0, 1), second],
    ]) {
      expect(await refusal(payment(), other([...inputs, ...outputs]))).to.equal('it spends other outputs')
    }
  })

  it('refuses a fee that is not what the inputs exceed the outputs by', async () => {
    const fee = csl.BigNum.from_str('4170000')
    const tamper = (body: csl.TransactionBody) => {
      const made = csl.TransactionBody.new_tx_body(body.inputs(), body.outputs(), fee)
      made.set_ttl(csl.BigNum.from_str('5'))
      return made
    }
    expect(await refusal(payment(), { tamper })).to.equal('its fee is not what the inputs exceed the outputs by')
  })

  it('refuses a transaction that never expires, or is for the other network', async () => {
    const tamper = (body: csl.TransactionBody) =>
      csl.TransactionBody.new_tx_body(body.inputs(), body.outputs(), body.fee())
    expect(await refusal(payment(), { tamper })).to.equal('it never expires')
    const mainnet = changed((body) => body.set_network_id(csl.NetworkId.mainnet()))
    expect(await refusal(payment(), mainnet)).to.equal('it is for another network')
    await planOf(
      payment(),
      changed((body) => body.set_network_id(csl.NetworkId.testnet())),
    )
  })

  it('refuses everything that was not asked for, and names it', async () => {
    const additions: Readonly<Record<string, (body: csl.TransactionBody) => void>> = {
      certificates: (body) => {
        const certificates = csl.Certificates.new()
        certificates.add(csl.Certificate.new_stake_registration(csl.StakeRegistration.new(stakeKey)))
        body.set_certs(certificates)
      },
      withdrawals: (body) => {
        const withdrawals = csl.Withdrawals.new()
        withdrawals.insert(csl.RewardAddress.new(0, stakeKey), csl.BigNum.from_str('1000000'))
        body.set_withdrawals(withdrawals)
      },
      metadata: (body) => body.set_auxiliary_data_hash(csl.AuxiliaryDataHash.from_bytes(Buffer.alloc(32, 1))),
      minting: (body) => {
        const policy = csl.ScriptHash.from_hex(POLICY)
        body.set_mint(
          csl.Mint.new_from_entry(
            policy,
            csl.MintAssets.new_from_entry(csl.AssetName.new(Buffer.of(1)), csl.Int.new_i32(-5)),
          ),
        )
      },
      'required signers': (body) => {
        const hashes = csl.Ed25519KeyHashes.new()
        hashes.add(csl.Ed25519KeyHash.from_bytes(Buffer.alloc(28, 1)))
        body.set_required_signers(hashes)
      },
      collateral: (body) => body.set_collateral(body.inputs()),
      'reference inputs': (body) => body.set_reference_inputs(body.inputs()),
      'validity start': (body) => body.set_validity_start_interval(7),
      donation: (body) => body.set_donation(csl.BigNum.from_str('1000000')),
    }
    for (const [name, add] of Object.entries(additions)) {
      expect(await refusal(payment(), changed(add))).to.equal(`it has ${name}`)
    }
  })

  it('refuses a member that nobody knows', async () => {
    const rewrite = (hex: string): string => hex.replace(/^a4/, 'a5').concat('186300')
    expect(await refusal(payment(), { rewrite, digest: '00'.repeat(32) })).to.equal('it has member 99')
  })

  it('refuses an output with a datum or a script beside its value', async () => {
    const tamper = (body: csl.TransactionBody) => {
      const output = body.outputs().get(0)
      output.set_data_hash(csl.DataHash.from_bytes(Buffer.alloc(32, 1)))
      const outputs = csl.TransactionOutputs.new()
      outputs.add(output)
      outputs.add(body.outputs().get(1))
      const made = csl.TransactionBody.new_tx_body(body.inputs(), outputs, body.fee())
      made.set_ttl(csl.BigNum.from_str('5'))
      return made
    }
    expect(await refusal(payment(), { tamper })).to.equal('it pays other recipients or amounts')
  })

  it('refuses bytes that are no transaction, are written in a second way, or carry signatures already', async () => {
    const body = makeBody(payment(), TTL).to_hex()
    for (const unsigned of [
      '',
      'zz',
      '00',
      body.slice(0, -2),
      `${body}00`,
      body.replace(/^a4/, 'b804'),
      `bf${body.slice(2)}ff`,
      `84${body}a10080f5f6`,
      `84${body}a0f4f6`,
      `84${body}a0f5a0`,
      `83${body}a0f5`,
      `82${body}a0`,
      wrap('00'),
      wrap(`${body} `),
      `${'81'.repeat(40)}00`,
      '9b7fffffffffffffff00',
      '5b7fffffffffffffff00',
      body.toUpperCase(),
    ]) {
      const lookups = testLookups({
        post: () => Promise.resolve({ unsigned_transaction: unsigned || ' ', payloads: [{ hex_bytes: 'ab' }] }),
      })
      const failure = await failureOf(ada.transactions.prepare(inputOf(pendingOf(payment())), lookups))
      expect(failure.code, unsigned).to.equal('TRANSACTION_MALFORMED')
      expect(failure.message).to.include('it cannot be read')
    }
  })

  it('asks again when the answer has not the form of one', async () => {
    for (const answer of [
      undefined,
      null,
      'x',
      [],
      { unsigned_transaction: 5, payloads: [] },
      { unsigned_transaction: 'a0' },
      JSON.parse(`${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`),
    ]) {
      const lookups = testLookups({ post: () => Promise.resolve(answer) })
      const failure = await failureOf(ada.transactions.prepare(inputOf(pendingOf(payment())), lookups))
      expect(failure.code).to.equal('API_REPLY_MALFORMED')
      expect(failure.mayPass).to.equal(true)
    }
  })

  it('does not let an answer replace the network or the operations of the next question', async () => {
    const bodies: unknown[] = []
    const hostile = {
      network_identifier: { network: 'mainnet' },
      operations: paid({ address: ATTACKER, lovelace: 4_000_000n }),
    }
    const node = fakeNode()
    const lookups = testLookups({
      async post(path, body) {
        bodies.push(body)
        const answer = await node.post(path, body)
        return path.endsWith('payloads') ? answer : hostile
      },
    })
    await ada.transactions.prepare(inputOf(pendingOf(payment())), lookups)
    expect(bodies).to.have.lengthOf(3)
    for (const body of bodies)
      expect(body).to.deep.include({ network_identifier: { blockchain: 'cardano', network: 'preprod' } })
    expect(bodies[2]).to.deep.include({ operations: payment() })
  })
})

describe('ADA: what a request may ask for', () => {
  const asked = async (operations: readonly object[]) => {
    const node = fakeNode()
    const failure = await failureOf(ada.transactions.prepare(inputOf(pendingOf(operations)), node))
    expect(node.calls).to.deep.equal([])
    return failure
  }

  it('no fee above 10 ADA: change was forgotten; the reference would have paid it', async () => {
    const failure = await asked(
      paid({ address: RECIPIENT, lovelace: 2_000_000n }).with(0, spend({ address: OWN, lovelace: 900_000_000n })),
    )
    expect(failure.code).to.equal('TRANSACTION_UNSUPPORTED')
    expect(failure.message).to.equal('the transaction pays a fee of 898 ADA; more than 10 ADA must be a mistake')
    expect(failure.advice).to.include('change address')
  })

  it('no outputs that leave no fee', async () => {
    for (const lovelace of [5_000_000n, 6_000_000n]) {
      expect((await asked(paid({ address: RECIPIENT, lovelace }))).code).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('no tokens that come from nowhere or get lost', async () => {
    const tokens = { [`${POLICY}aa`]: 5n }
    const holding = spend({ address: OWN, lovelace: 5_000_000n, tokens })
    const plain = spend({ address: OWN, lovelace: 5_000_000n })
    const payee = { address: RECIPIENT, lovelace: 4_800_000n }
    for (const operations of [
      [plain, pay({ ...payee, tokens })],
      [holding, pay(payee)],
      [holding, pay({ ...payee, tokens: { [`${POLICY}aa`]: 4n } })],
      [holding, pay({ ...payee, tokens: { [`${POLICY}ab`]: 5n } })],
    ]) {
      expect((await asked(operations)).message).to.equal('the tokens of the inputs are not those of the outputs')
    }
  })

  it('no spending from addresses of scripts or of before July 2020', async () => {
    for (const address of [SCRIPT, BYRON]) {
      const [, ...outputs] = payment()
      expect((await asked([spend({ address, lovelace: 5_000_000n }), ...outputs])).code).to.equal(
        'TRANSACTION_UNSUPPORTED',
      )
    }
  })

  it('no spending from an address for which no key was named, with the reason', async () => {
    const [, ...outputs] = payment()
    const foreign = [spend({ address: ATTACKER, lovelace: 5_000_000n }), ...outputs]
    expect((await asked(foreign)).code).to.equal('SIGNATURE_INCOMPLETE')
    const bare = pendingOf(payment(), { hashes: [wallet.descriptor.signatureId], signatures: [] })
    const failure = await failureOf(ada.transactions.prepare(inputOf(bare), fakeNode()))
    expect(failure.code).to.equal('SIGNATURE_INCOMPLETE')
    expect(failure.advice).to.include('is a mnemonic: name the index')
  })

  it('no wallet of another network or kind, and none that is missing', async () => {
    const { descriptor } = wallet
    const cases = [
      [{ ...descriptor, network: 'mainnet' }, 'SIGNER_MISMATCH'],
      [{ ...descriptor, kind: 'secret' }, 'WALLET_UNSUITABLE'],
    ] as const
    for (const [unsuitable, code] of cases) {
      const input = { ...inputOf(pendingOf(payment())), wallets: new Map([[descriptor.signatureId, unsuitable]]) }
      expect((await failureOf(ada.transactions.prepare(input, fakeNode()))).code).to.equal(code)
    }
    const input = { ...inputOf(pendingOf(payment())), wallets: new Map() }
    expect((await failureOf(ada.transactions.prepare(input, fakeNode()))).code).to.equal('WALLET_NOT_FOUND')
  })
})

describe('ADA: the plan', () => {
  it('spends from base addresses with the key of their payment part', async () => {
    const base = vectors.wallets[1]?.generatewalletCommandOnly.keys[0]?.baseAddress ?? ''
    const stake = csl.BaseAddress.from_address(csl.Address.from_bech32(base))?.stake_cred()
    const payment = csl.EnterpriseAddress.from_address(csl.Address.from_bech32(OWN))?.payment_cred()
    if (stake === undefined || payment === undefined) throw new Error('the addresses have their parts')
    const address = csl.BaseAddress.new(0, payment, stake).to_address().to_bech32()
    const plan = await planOf([
      spend({ address, lovelace: 5_000_000n }),
      pay({ address: RECIPIENT, lovelace: 2_000_000n }),
      pay({ address, lovelace: 2_800_000n }),
    ])
    expect(plan.signers.map((signer) => signer.address)).to.deep.equal([OWN])
    expect(intentSummary(intentOf(plan))).to.equal(
      `pay 2 ADA to ${RECIPIENT}; change 2.8 ADA to ${address}; Expiry by ${address} (slot ${TTL}); fee 0.2 ADA`,
    )
    expect(address).to.not.equal(OWN)
  })

  it('calls change only what provably returns: to a signing key, or to child 0 of a wallet that signs', async () => {
    const plan = await planOf([
      spend({ address: ownAddress(5), lovelace: 9_000_000n }),
      ...[ownAddress(5), OWN, ownAddress(1), RECIPIENT].map((address) => pay({ address, lovelace: 2_000_000n })),
    ])
    const flags = intentOf(plan).actions.flatMap((action) => (action.type === 'transfer' ? [action.change] : []))
    expect(flags).to.deep.equal([true, true, false, false])
  })

  it('shows every token by its policy and name, and nothing of what its maker claims', async () => {
    const tokens = { [`${POLICY}4d494e`]: 7n, [POLICY]: (1n << 63n) + 1n }
    const plan = await planOf([
      spend({ address: OWN, lovelace: 5_000_000n, tokens }),
      pay({ address: RECIPIENT, lovelace: 4_800_000n, tokens }),
    ])
    expect(intentSummary(intentOf(plan))).to.equal(
      `pay 4.8 ADA to ${RECIPIENT}; pay ${(1n << 63n) + 1n} units of token ${POLICY} to ${RECIPIENT}; pay 7 units of token ${POLICY}4d494e to ${RECIPIENT}; Expiry by ${OWN} (slot ${TTL}); fee 0.2 ADA`,
    )
  })

  it('of a changed plan, names what cannot be explained', async () => {
    const plan = await planOf(payment())
    const unsigned = bodyHexOf(plan).replace(/^a4/, 'a5').concat('1863f6')
    const summary = intentSummary(intentOf({ ...plan, body: { ...plan.body, unsigned } }))
    expect(summary).to.include('NOT DECODED: member 99')
    const foreign = intentOf({ ...plan, network: 'mainnet' })
    expect(foreign.undecoded).to.have.lengthOf(2)
    expect(foreign.actions.map(({ type }) => type)).to.deep.equal(['operation'])
  })

  it('stays the same while enough of its time is left, and is made anew after that', async () => {
    const input = inputOf(pendingOf(payment()))
    const previous = await ada.transactions.prepare(input, fakeNode())
    const again = (currentSlot: number, changes: object = {}) =>
      ada.transactions.prepare(
        { ...input, previous: { ...previous, ...changes } },
        fakeNode({ currentSlot, ttl: TTL + 1000 }),
      )
    expect(await again(TTL - 300)).to.deep.equal(previous)
    for (const made of [
      await again(TTL - 299),
      await again(0, { requestDigest: requestDigest(pendingOf([...payment()].reverse())) }),
      await again(0, { signers: [{ ...previous.signers[0], index: 1 }] }),
    ]) {
      expect(made.signers).to.deep.equal(previous.signers)
      expect(made.requestDigest).to.equal(previous.requestDigest)
      expect(intentSummary(intentOf(made))).to.include(`slot ${TTL + 1000}`)
    }
  })

  it('finds the address of a private-key wallet that has none on record', async () => {
    const { privateKey = '' } = vectors.wallets[1]?.keys[0] ?? {}
    expect(privateKey).to.have.lengthOf(128)
    const { address: _address, ...descriptor } = {
      ...walletAt(1).descriptor,
      kind: 'privateKey' as const,
      address: OWN,
    }
    const pending = pendingOf(payment(), { hashes: [descriptor.signatureId], signatures: [] })
    const input = { ...inputOf(pending), wallets: new Map([[descriptor.signatureId, descriptor]]) }
    const lookups = { ...fakeNode(), signerAddress: () => Promise.resolve(OWN) }
    const plan = await ada.transactions.prepare(input, lookups)
    expect(plan.signers).to.deep.equal([{ signatureId: descriptor.signatureId, address: OWN }])
  })
})
