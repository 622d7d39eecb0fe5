import { expect } from 'chai'
import { SigningKey, computeAddress, recoverAddress } from 'ethers'
import fc from 'fast-check'
import { fromEthereumForm } from '../../../src/chains/tron/address.js'
import { tron } from '../../../src/chains/tron/definition.js'
import { loadTron } from '../../../src/chains/tron/index.js'
import { tronTransactions } from '../../../src/chains/tron/transactions.js'
import type { SignedTransaction } from '../../../src/core/chain.js'
import { KeywardError } from '../../../src/core/errors.js'
import { chainCodeSchema } from '../../../src/core/ids.js'
import { planDigest } from '../../../src/core/signing-plan.js'
import type { SigningPlan } from '../../../src/core/signing-plan.js'
import { chainKeysSuite, managed, thrownBy } from '../../kit/chain-suite.js'
import { failureOf } from '../../kit/failure-of.js'
import { testLookups } from '../../kit/lookups.js'
import { Secret } from '../../../src/core/secret.js'
import { jsonOf, pendingOf, PRIVATE_KEY, transfer, WALLET_ID } from './build.js'
import { chain, clockAt, inputFor, signWith, THEN, transactions, vectors, walletFrom } from './tron-vectors.js'

chainKeysSuite(
  chain,
  vectors.wallets.flatMap((wallet) => [true, false].map((testnet) => ({ ...wallet, testnet }))),
)

const wallet = walletFrom({ privateKey: PRIVATE_KEY }, WALLET_ID)
const wallets = new Map([[wallet.descriptor.signatureId, wallet]])
const input = (json = jsonOf(transfer)) => inputFor(pendingOf(json), wallets)
const EXPIRATION = 1_767_225_660_000

async function signedSample(): Promise<{ plan: SigningPlan; signed: SignedTransaction }> {
  const plan = await transactions.prepare(input(), testLookups())
  return { plan, signed: signWith(plan, wallets) }
}

/** The network's clock, as the API tells it. */
const networkAt = (timestamp: number, asked: string[] = []) =>
  testLookups({
    get: (path) => {
      asked.push(path)
      const hash = 'ab'.repeat(32)
      return Promise.resolve(path === '/v3/tron/info' ? { hash, blockNumber: 7, testnet: true } : { hash, timestamp })
    },
  })

describe('TRON: wallets', () => {
  it('derive from an xpub in the hexadecimal form of early versions, and find out when it is another wallet’s', () => {
    const [first, second] = vectors.wallets
    const draft = chain.keys.fromMnemonic(Secret.fromText(first?.mnemonic ?? ''), 'mainnet')
    const known = managed(chain, draft, 'mainnet')
    const hexOf = (xpub: string): string => {
      const bytes = Buffer.from(decodeBase58(xpub), 'hex')
      return bytes.subarray(45, 78).toString('hex') + bytes.subarray(13, 45).toString('hex')
    }
    const old = { ...known, descriptor: { ...known.descriptor, xpub: hexOf(first?.xpub ?? '') } }
    for (const { index, address } of first?.keys ?? []) {
      expect(chain.keys.address(old.descriptor, index)).to.equal(address)
    }
    expect(chain.keys.inspect(old)).to.deep.equal([])
    const wrong = { ...known, descriptor: { ...known.descriptor, xpub: hexOf(second?.xpub ?? '') } }
    expect(chain.keys.inspect(wrong)).to.have.lengthOf(1)
  })

  it('have the address that ethers computes, in TRON’s form', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((bytes) => bytes.some((byte) => byte > 0 && byte < 255)),
        (bytes) => {
          const key = Buffer.from(bytes).toString('hex')
          const draft = chain.keys.fromPrivateKey(Secret.fromText(key), 'mainnet')
          expect(draft.address).to.equal(fromEthereumForm(computeAddress(`0x${key}`).toLowerCase()))
        },
      ),
      { numRuns: 20 },
    )
  })
})

function decodeBase58(text: string): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
  const number = Array.from(text).reduce((sum, letter) => sum * 58n + BigInt(alphabet.indexOf(letter)), 0n)
  return number.toString(16).padStart(164, '0')
}

describe('TRON: planning', () => {
  it('makes the same plan each time, so that an approval stays good', async () => {
    const [one, two] = [await signedSample(), await signedSample()]
    expect(planDigest(one.plan)).to.equal(planDigest(two.plan))
    expect(one.signed).to.deep.equal(two.signed)
    expect(transactions.accounts(input())).to.deep.equal([])
  })

  it('asks the network for the time only when this machine’s clock says that the transaction has expired', async () => {
    const late = tronTransactions(tron, chain.keys, clockAt(EXPIRATION))
    const asked: string[] = []
    const alive = await late.prepare(input(), networkAt(EXPIRATION - 1, asked))
    expect(alive.body).to.have.property('rawData')
    expect(asked).to.deep.equal(['/v3/tron/info', `/v3/tron/block/${'ab'.repeat(32)}`])
    const error = await failureOf(late.prepare(input(), networkAt(EXPIRATION)))
    expect(error.code).to.equal('TRANSACTION_MALFORMED')
    expect(error.message).to.equal('the transaction expired at 2026-01-01T00:01:00.000Z')
    const silent = testLookups({ get: () => Promise.reject(new KeywardError('API_UNREACHABLE', 'no answer')) })
    expect((await failureOf(late.prepare(input(), silent))).code).to.equal('API_UNREACHABLE')
    const odd = testLookups({ get: () => Promise.resolve({ hash: '../../x' }) })
    expect((await failureOf(late.prepare(input(), odd))).code).to.equal('API_REPLY_MALFORMED')
  })

  it('says when an expiration is beyond any calendar', async () => {
    const far = jsonOf({ ...transfer, expiration: 8_640_000_000_000_001n })
    const late = tronTransactions(tron, chain.keys, clockAt(Number.MAX_SAFE_INTEGER))
    const never = networkAt(8.64e15)
    await late.prepare(input(far), never)
  })

  it('calls a transaction dead only when the chain is past its expiration for good', async () => {
    const { plan, signed } = await signedSample()
    const dead = (timestamp: number) => transactions.expired?.(plan, networkAt(timestamp), signed)
    expect(await dead(EXPIRATION - 1)).to.equal(false)
    expect(await dead(EXPIRATION + 60_000)).to.equal(false)
    expect(await dead(EXPIRATION + 600_000)).to.equal(true)
  })

  it('finds a transaction by its id, and takes nothing but a 404 for a no', async () => {
    const { signed } = await signedSample()
    const answering = (answer: unknown) =>
      testLookups({ get: () => (answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer)) })
    expect(await transactions.find(signed.txId, answering({ txID: signed.txId }))).to.equal(true)
    expect(await transactions.find(signed.txId, answering({ txID: 'ab' }))).to.equal(false)
    const none = new KeywardError('API_REFUSED', 'none', { context: { status: 404 } })
    expect(await transactions.find(signed.txId, answering(none))).to.equal(false)
    const down = new KeywardError('API_REFUSED', 'down', { context: { status: 500 } })
    expect((await failureOf(transactions.find(signed.txId, answering(down)))).code).to.equal('API_REFUSED')
    expect((await failureOf(transactions.find(signed.txId, answering({})))).code).to.equal('API_REPLY_MALFORMED')
  })

  it('takes a node’s words for final only where they are', () => {
    expect(transactions.rejection('DUP_TRANSACTION_ERROR: Dup transaction.')).to.equal('already-known')
    expect(
      transactions.rejection('Contract validate error : Validate TransferContract error, balance is not sufficient.'),
    ).to.equal('rejected')
    for (const words of [
      'TRANSACTION_EXPIRATION_ERROR',
      'Tapos check error.',
      'SERVER_BUSY',
      'SIGERROR',
      'BANDWITH_ERROR',
      '',
    ]) {
      expect(transactions.rejection(words)).to.equal('unknown')
    }
  })
})

describe('TRON: signing and verifying', () => {
  it('makes a signature that ethers recovers to the owner and makes the same', async () => {
    const { plan, signed } = await signedSample()
    const { signature } = JSON.parse(signed.raw) as { signature: [string] }
    const text = `0x${signature[0].toLowerCase()}`
    expect(fromEthereumForm(recoverAddress(`0x${signed.txId}`, text).toLowerCase())).to.equal(plan.signers[0]?.address)
    expect(new SigningKey(`0x${PRIVATE_KEY}`).sign(`0x${signed.txId}`).serialized).to.equal(text)
  })

  it('adds the signature to the JSON and changes nothing else, unknown members and layout included', async () => {
    const json = `  ${jsonOf(transfer, { later: 'kept', big: '#' }).replace('"#"', '123456789012345678901234567890').replace(/\}$/, ' }\n')}`
    const plan = await transactions.prepare(input(json), testLookups())
    const { raw } = signWith(plan, wallets)
    expect(raw).to.match(/"later":"kept","big":123456789012345678901234567890,"signature":\["[0-9a-f]{128}1[BC]"\]\}$/)
    expect(() => transactions.verify(plan, signWith(plan, wallets))).not.to.throw()
  })

  it('refuses a key that is not the owner’s, whatever the plan says', async () => {
    const { plan } = await signedSample()
    const stranger = walletFrom({ privateKey: '11'.repeat(32) }, WALLET_ID)
    const error = thrownBy(() => signWith(plan, new Map([[stranger.descriptor.signatureId, stranger]])))
    expect(error.code).to.equal('SIGNER_MISMATCH')
    const address = stranger.descriptor.address ?? ''
    const forged = { ...plan, signers: plan.signers.map((signer) => ({ ...signer, address })) }
    expect(thrownBy(() => signWith(forged, new Map([[stranger.descriptor.signatureId, stranger]]))).code).to.equal(
      'SIGNER_MISMATCH',
    )
  })

  it('refuses any other character in the signed text, and another id', async () => {
    const { plan, signed } = await signedSample()
    const { raw } = signed
    fc.assert(
      fc.property(fc.nat(raw.length - 1), fc.constantFrom('0', '1', 'f', 'x', '"', ' ', '}'), (at, character) => {
        fc.pre(raw[at] !== character)
        const changed = { ...signed, raw: raw.slice(0, at) + character + raw.slice(at + 1) }
        expect(thrownBy(() => transactions.verify(plan, changed)).code).to.equal('VERIFICATION_FAILED')
      }),
      { numRuns: 150 },
    )
    const other = { ...signed, txId: '00'.repeat(32) }
    expect(thrownBy(() => transactions.verify(plan, other)).message).to.include('the transaction id')
  })

  it('refuses the same signature with s in the upper half of the order', async () => {
    const { plan, signed } = await signedSample()
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const raw = signed.raw.replace(/([0-9a-f]{64})(1[BC])"\]\}$/, (_all, s: string, v: string) => {
      const high = (order - BigInt(`0x${s}`)).toString(16).padStart(64, '0')
      return `${high}${v === '1B' ? '1C' : '1B'}"]}`
    })
    expect(raw).not.to.equal(signed.raw)
    expect(thrownBy(() => transactions.verify(plan, { ...signed, raw })).message).to.include('the signer')
  })

  it('notices each change of a plan: another digest, and no verification of the old bytes', async () => {
    const { plan, signed } = await signedSample()
    const { rawData } = plan.body as { rawData: string }
    fc.assert(
      fc.property(fc.nat(rawData.length - 1), fc.nat(15), (at, digit) => {
        const character = digit.toString(16)
        fc.pre(rawData[at] !== character)
        const changed = {
          ...plan,
          body: { ...plan.body, rawData: rawData.slice(0, at) + character + rawData.slice(at + 1) },
        }
        expect(planDigest(changed)).not.to.equal(planDigest(plan))
        expect(() => transactions.verify(changed, signed)).to.throw(KeywardError)
      }),
      { numRuns: 60 },
    )
  })

  it('loads by its code and no other', () => {
    expect(loadTron(tron.code).definition).to.equal(tron)
    expect(() => loadTron(chainCodeSchema.parse('BTC'))).to.throw(KeywardError, 'BTC is not TRON')
    expect(clockAt(THEN).now()).to.be.lessThan(EXPIRATION)
  })
})
