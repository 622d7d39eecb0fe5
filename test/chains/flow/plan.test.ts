import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { bodyOf } from '../../../src/chains/flow/plan.js'
import { scriptOf } from '../../../src/chains/flow/templates.js'
import type { TemplateName } from '../../../src/chains/flow/templates.js'
import { formatUnits } from '../../../src/core/amount.js'
import { intentSummary } from '../../../src/core/intent.js'
import { planDigest } from '../../../src/core/signing-plan.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { codeThrownBy, thrownBy } from '../../kit/chain-suite.js'
import { failureOf } from '../../kit/failure-of.js'
import {
  ACCOUNT,
  cosigned,
  FakeFlow,
  flow,
  HOSTED,
  inputOf,
  keyOfAccount,
  payment,
  pendingOf,
  publicKeyOf,
  request,
  signWith,
  TO,
  vectors,
  walletOf,
} from './kit.js'

const pending = pendingOf(payment())
const planned = (fake = new FakeFlow(), previous?: SigningPlan, asked = pending) =>
  flow.transactions.prepare(inputOf(asked, walletOf(), previous), fake.lookups)
const intentOf = (plan: SigningPlan) => flow.transactions.decode(plan, new Map())
const planFor = (serialized: object) => planned(new FakeFlow(), undefined, pendingOf(serialized))
const withBody = (plan: SigningPlan, more: object): SigningPlan => ({ ...plan, body: { ...plan.body, ...more } })

describe('Flow: planning', () => {
  it('fixes block, gas limit, proposing key with its sequence number, payer, and the key of the account', async () => {
    const plan = await planned()
    const body = bodyOf(plan)
    expect(body).to.deep.include({
      gasLimit: 9999,
      proposer: { address: HOSTED, keyIndex: 12, sequenceNumber: '112' },
      payer: { address: HOSTED, keyIndex: 3 },
      authorizer: { address: ACCOUNT, keyIndex: 0, hashAlgorithm: 'SHA3_256' },
    })
    expect(body.referenceBlock.height).to.equal(150_000_000)
    expect(plan.account).to.deep.equal({ address: `key:${HOSTED}:12`, sequence: '112' })
    expect(plan.signers[0]?.address).to.equal(publicKeyOf(walletOf()))
  })

  it('refuses a node of another network before anything is borrowed', async () => {
    const fake = new FakeFlow({ chainId: 'flow-mainnet' })
    expect((await failureOf(planned(fake))).advice).to.include('chains.FLOW.endpoints.node')
    expect(fake.asked('/v3/flow')).to.be.empty
  })

  it("finds the wallet's key wherever it stands in the account, where the reference always takes the first one", async () => {
    const own = publicKeyOf(walletOf())
    const other = vectors.wallets[0]?.keys[0]?.publicKey ?? ''
    const account = [
      keyOfAccount(other),
      keyOfAccount(own, { index: '1', revoked: true }),
      keyOfAccount(own, { index: '2', weight: '500' }),
      keyOfAccount(own, { index: '3', signing_algorithm: 'ECDSA_P256' }),
      keyOfAccount(own, { index: '4', hashing_algorithm: 'SHA2_256', signing_algorithm: 'ECDSASecp256k1' }),
    ]
    const plan = await planned(new FakeFlow({ account }))
    expect(bodyOf(plan).authorizer).to.include({ keyIndex: 4, hashAlgorithm: 'SHA2_256' })
    flow.transactions.verify(plan, signWith(plan))
    for (const [keys, reason] of [
      [account.slice(0, 2), /has no key of/],
      [account.slice(0, 4), /needs more than the key of/],
      [[keyOfAccount(own, { hashing_algorithm: 'KMAC128' })], /needs more/],
    ] as const) {
      const fake = new FakeFlow({ account: [...keys] })
      const error = await failureOf(planned(fake))
      expect(error.code).to.equal('SIGNER_MISMATCH')
      expect(error.message).to.match(reason)
      expect(fake.asked('/v3/flow')).to.be.empty
    }
  })

  it("does not let the API name the wallet's own account as the one that proposes or pays", async () => {
    const own = { keyId: 0, address: `0x${ACCOUNT}` }
    for (const world of [{ payer: own }, { proposer: own }]) {
      const fake = new FakeFlow(world)
      expect((await failureOf(planned(fake))).message).to.include("the wallet's own account")
      expect(fake.asked('POST /v3/flow/broadcast')).to.have.lengthOf(1)
    }
  })

  it('waits while an earlier transaction uses the borrowed key, and gives the key back', async () => {
    const fake = new FakeFlow({ used: 112n })
    const error = await failureOf(planned(fake))
    expect(error.code).to.equal('BROADCAST_UNKNOWN')
    expect(fake.asked('POST /v3/flow/broadcast')[0]?.body).to.deep.equal({ txData: '', proposalKey: 12 })
    expect(bodyOf(await planned(new FakeFlow({ used: 111n }))).proposer.sequenceNumber).to.equal('112')
  })

  it('gives back an earlier plan while it is fresh, and borrows no second key', async () => {
    const plan = await planned()
    const fake = new FakeFlow({ final: 150_000_300 })
    expect(await planned(fake, plan)).to.equal(plan)
    expect(fake.asked('/v3/flow')).to.be.empty
  })

  it('renews a plan that waited too long, with the key that it has', async () => {
    const plan = await planned()
    const fake = new FakeFlow({ final: 150_000_301 })
    const renewed = await planned(fake, plan)
    expect(bodyOf(renewed)).to.deep.equal({
      ...bodyOf(plan),
      referenceBlock: { ...bodyOf(plan).referenceBlock, height: 150_000_301 },
    })
    expect(planDigest(renewed)).not.to.equal(planDigest(plan))
    expect(fake.asked('/v3/flow')).to.be.empty
  })

  it('borrows another key when somebody used the one of the earlier plan, or the request is another', async () => {
    const plan = await planned()
    for (const fake of [new FakeFlow({ sequence: '113' }), new FakeFlow()]) {
      const other = fake.world.sequence === '113' ? pending : pendingOf(payment({ amount: '2' }))
      const next = await planned(fake, plan, other)
      expect(fake.asked('GET /v3/flow/proposal/false')).to.have.lengthOf(1)
      expect(next).not.to.deep.equal(plan)
    }
  })

  it('takes no answer that it does not understand', async () => {
    const account = [keyOfAccount(publicKeyOf(walletOf()), { index: '-1' })]
    const broken = [
      { account },
      { sequence: '1.5' },
      { proposer: { keyId: -1, address: HOSTED } },
      { payer: { keyId: 1, address: 'x' } },
    ]
    for (const world of broken)
      expect((await failureOf(planned(new FakeFlow(world)))).code).to.equal('API_REPLY_MALFORMED')
  })

  it('keeps the transactions of one account in order', () => {
    expect(flow.transactions.accounts(inputOf(pending))).to.deep.equal([ACCOUNT])
  })
})

describe('Flow: explaining', () => {
  it('explains payments, new accounts and new keys', async () => {
    const key = vectors.wallets[0]?.keys[0]?.publicKey ?? ''
    expect(intentSummary(intentOf(await planned()))).to.equal(`pay 1.5 FLOW to ${TO}; fee 0 FLOW`)
    const [fusd] = intentOf(await planFor(payment({ currency: 'FUSD' }))).actions
    expect(fusd).to.deep.include({
      asset: { chain: 'FLOW', contract: 'A.e223d8a629e49c68.FUSD', symbol: 'FUSD', decimals: 8 },
    })
    const account = intentOf(await planFor(request(0, { publicKey: key })))
    expect(account.actions[0]).to.deep.include({ type: 'operation', name: 'create account', from: `0x${ACCOUNT}` })
    const added = intentOf(await planFor(request(1, { publicKey: key, weight: 700 })))
    expect(added.actions[0]).to.deep.include({
      name: 'add account key',
      details: { publicKey: key, weight: '700.00000000', signature: 'ECDSA_secp256k1', hash: 'SHA3_256' },
    })
    expect([account.undecoded, added.undecoded]).to.deep.equal([[], []])
  })

  it('says of a script that it does not know what it is called with, and that it cannot say what it does', async () => {
    const transaction =
      'import "FungibleToken"\n import FlowToken from 0x1\ntransaction(a: UFix64) { prepare(s: &Account) {} }'
    const { actions, undecoded } = intentOf(
      await planFor(request(8, { transaction, args: [{ type: 'UFix64', value: '0.5' }] })),
    )
    const hash = createHash('sha256').update(transaction).digest('hex')
    expect(undecoded).to.deep.equal([`what the Cadence script ${hash} does`])
    expect(actions).to.deep.equal([
      {
        type: 'operation',
        from: `0x${ACCOUNT}`,
        name: 'run a Cadence script',
        details: {
          script: `${transaction.length} bytes, SHA-256 ${hash}`,
          imports: '"FungibleToken"; FlowToken from 0x1',
          'argument 1': 'UFix64 "0.5"',
        },
      },
    ])
  })

  it('reads and explains a script of any form in a moment', async () => {
    for (const part of ['\n', ' ', 'import ', 'prepare(', 'prepare(a: ', ': ', ')']) {
      const transaction = `x${part.repeat(500_000 / part.length)}`
      expect(intentOf(await planFor(request(8, { transaction, args: [] }))).undecoded).to.have.lengthOf(1)
    }
  })

  it('knows a script letter by letter and for its network only', async () => {
    const plan = await planned()
    const near = [`${scriptOf('FLOW', 'testnet')} `, scriptOf('FLOW', 'mainnet'), scriptOf('FUSD', 'mainnet')]
    for (const script of near) expect(intentOf(withBody(plan, { script })).undecoded).to.have.lengthOf(1)
    const args = [
      ['{"type":"UFix64","value":"1.0"}'],
      ['x', 'y'],
      ['{"type":"Int","value":"1"}', plan.body['arguments']],
    ]
    for (const wrong of args)
      expect(intentOf(withBody(plan, { arguments: wrong.flat() })).undecoded).to.have.lengthOf(1)
    const same = await planFor(
      request(8, {
        transaction: scriptOf('FLOW', 'testnet'),
        args: [
          { type: 'UFix64', value: '2.5' },
          { type: 'Address', value: TO },
        ],
      }),
    )
    expect(intentSummary(intentOf(same))).to.equal(`pay 2.5 FLOW to ${TO}; fee 0 FLOW`)
  })

  it('has the scripts that were read by the parser of Cadence 1.0: another letter needs another look', () => {
    const hashOf = (name: TemplateName, network: 'mainnet' | 'testnet') =>
      createHash('sha256').update(scriptOf(name, network)).digest('hex').slice(0, 16)
    const names: readonly TemplateName[] = ['FLOW', 'FUSD', 'create-account', 'add-key']
    expect(names.map((name) => [hashOf(name, 'mainnet'), hashOf(name, 'testnet')])).to.deep.equal([
      ['8cd4d6fc60e0bf92', 'ee8b5dae5a3d4a08'],
      ['60a72f8b4c35c89b', '26978f733cb6e4de'],
      ['c66c913607505458', 'c66c913607505458'],
      ['d85a66074f347660', 'd85a66074f347660'],
    ])
  })

  it('gives back what was asked for, for any payment', async () => {
    const address = fc
      .bigInt({ min: 0n, max: 2n ** 64n - 1n })
      .map((value) => `0x${value.toString(16).padStart(16, '0')}`)
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        address,
        fc.constantFrom('FLOW', 'FUSD'),
        async (units, to, currency) => {
          const plan = await planFor(payment({ amount: formatUnits(units, 8), to, currency }))
          const [action] = intentOf(plan).actions
          expect(action).to.deep.include({ type: 'transfer', from: [`0x${ACCOUNT}`], to, amount: units })
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('Flow: signing and checking', () => {
  it('signs the same plan to the same bytes, and refuses another key', async () => {
    const plan = await planned()
    expect(signWith(plan)).to.deep.equal(signWith(plan))
    const other = { ...plan, signers: [{ ...plan.signers[0], address: 'elsewhere' }] } as SigningPlan
    expect(codeThrownBy(() => signWith(other))).to.equal('SIGNER_MISMATCH')
  })

  it('has another digest and other bytes for every member of the plan', async () => {
    const plan = await planned()
    const body = bodyOf(plan)
    const changed = [
      { script: `${body.script} ` },
      { arguments: body.arguments.slice(0, 1) },
      { referenceBlock: { ...body.referenceBlock, id: '1'.repeat(64) } },
      { gasLimit: 9998 },
      { proposer: { ...body.proposer, sequenceNumber: '113' } },
      { proposer: { ...body.proposer, keyIndex: 13 } },
      { payer: { ...body.payer, address: '1'.repeat(16) } },
      { authorizer: { ...body.authorizer, address: '1'.repeat(16) } },
      { authorizer: { ...body.authorizer, keyIndex: 1 } },
      { authorizer: { ...body.authorizer, hashAlgorithm: 'SHA2_256' } },
    ].map((more) => withBody(plan, more))
    const signed = signWith(plan)
    for (const other of changed) {
      expect(planDigest(other)).not.to.equal(planDigest(plan))
      expect(signWith(other).raw).not.to.equal(signed.raw)
      expect(codeThrownBy(() => flow.transactions.verify(other, signed))).to.equal('VERIFICATION_FAILED')
    }
    for (const more of [{ gasLimit: 10_000 }, { payer: 'x' }, { more: 1 }]) {
      expect(codeThrownBy(() => signWith(withBody(plan, more)))).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('refuses bytes in which anything was changed', async () => {
    const plan = await planned()
    const signed = signWith(plan)
    flow.transactions.verify(plan, signed)
    fc.assert(
      fc.property(fc.nat(signed.raw.length - 1), fc.integer({ min: 33, max: 126 }), (at, code) => {
        const raw = signed.raw.slice(0, at) + String.fromCharCode(code) + signed.raw.slice(at + 1)
        fc.pre(raw !== signed.raw)
        expect(thrownBy(() => flow.transactions.verify(plan, { ...signed, raw })).code).to.equal('VERIFICATION_FAILED')
      }),
      { numRuns: 500 },
    )
    expect(codeThrownBy(() => flow.transactions.verify(plan, { ...signed, txId: 'payload:00' }))).to.equal(
      'VERIFICATION_FAILED',
    )
    for (const raw of ['', '{}', '[]', ` ${signed.raw}`, 'null']) {
      expect(codeThrownBy(() => flow.transactions.verify(plan, { ...signed, raw }))).to.equal('VERIFICATION_FAILED')
    }
  })

  it('refuses another base64 text of the same bytes', async () => {
    const plan = await planned()
    const signed = signWith(plan)
    const raw = signed.raw.replace(
      /(.)==("}])/,
      (_, last: string, end: string) => `${last === 'A' ? 'B' : String.fromCharCode(last.charCodeAt(0) + 1)}==${end}`,
    )
    expect(raw).not.to.equal(signed.raw)
    expect(codeThrownBy(() => flow.transactions.verify(plan, { ...signed, raw }))).to.equal('VERIFICATION_FAILED')
  })

  it('refuses signed bytes that bear more signatures than ours', async () => {
    const plan = await planned()
    const whole = await cosigned(plan, signWith(plan), new FakeFlow().lookups)
    expect(codeThrownBy(() => flow.transactions.verify(plan, whole))).to.equal('VERIFICATION_FAILED')
  })

  it('takes a signature with s in either half of the order, and no other', async () => {
    const halves = new Set<boolean>()
    for (let amount = 1; halves.size < 2 && amount < 40; amount++) {
      const plan = await planFor(payment({ amount: String(amount) }))
      const signed = signWith(plan)
      flow.transactions.verify(plan, signed)
      const wire = JSON.parse(signed.raw) as { payload_signatures: [{ signature: string }] }
      const bytes = Buffer.from(wire.payload_signatures[0].signature, 'base64')
      halves.add((bytes[32] ?? 0) >= 0x80)
      bytes.fill(0xff, 32)
      wire.payload_signatures[0].signature = bytes.toString('base64')
      expect(codeThrownBy(() => flow.transactions.verify(plan, { ...signed, raw: JSON.stringify(wire) }))).to.equal(
        'VERIFICATION_FAILED',
      )
    }
    expect(halves.size).to.equal(2)
  })
})
