import { expect } from 'chai'
import type { Chain } from '../../src/core/chain.js'
import { KeywardError } from '../../src/core/errors.js'
import { planDigest, signingPlanSchema } from '../../src/core/signing-plan.js'
import type { SigningPlan } from '../../src/core/signing-plan.js'
import type { ManagedWallet } from '../../src/core/wallet.js'
import { signWith } from './account-chain.js'
import { codeThrownBy } from './chain-suite.js'
import { failureOf } from './failure-of.js'
import { testLookups } from './lookups.js'

export interface SignedBytesCase {
  /** Of a transaction of the wallet; its body is one text. */
  readonly plan: () => Promise<SigningPlan>
  readonly wallet: ManagedWallet
  readonly otherWallet: ManagedWallet
  readonly encoding: 'hex' | 'base64'
}

/** What every chain promises whose plan holds the bytes that are signed. */
export function signedBytesSuite(chain: Chain, { plan: planOf, wallet, otherWallet, encoding }: SignedBytesCase): void {
  it('verifies no byte changed, added or left out', async () => {
    await requireEveryByte(chain, await planOf(), wallet, encoding)
  })

  it('refuses the key of another wallet', async () => {
    const plan = await planOf()
    const other = chain.keys.open(otherWallet).key(undefined)
    expect(codeThrownBy(() => chain.transactions.sign(plan, () => other))).to.equal('SIGNER_MISMATCH')
  })

  it('gives the same bytes for a plan that went through the journal', async () => {
    const plan = await planOf()
    const stored = signingPlanSchema.parse(JSON.parse(JSON.stringify(plan)))
    expect(planDigest(stored)).to.equal(planDigest(plan))
    expect(signWith(chain, stored, [wallet])).to.deep.equal(signWith(chain, plan, [wallet]))
  })

  it('has another digest for a plan with any letter changed', async () => {
    const plan = await planOf()
    const [[name, text] = [], ...more] = Object.entries(plan.body)
    if (name === undefined || typeof text !== 'string' || more.length > 0) throw new Error('the body is not one text')
    const digests = new Set([planDigest(plan)])
    for (let place = 0; place < text.length; place++) {
      const letter = text[place] === 'A' ? 'B' : 'A'
      digests.add(planDigest({ ...plan, body: { [name]: text.slice(0, place) + letter + text.slice(place + 1) } }))
    }
    expect(digests.size).to.equal(text.length + 1)
  })
}

/** Signs the plan, and shows the verifier the signed bytes with every single one changed and left out, and with some added. */
export async function requireEveryByte(
  chain: Chain,
  plan: SigningPlan,
  wallet: ManagedWallet,
  encoding: 'hex' | 'base64',
): Promise<void> {
  const signed = signWith(chain, plan, [wallet])
  const bytes = Buffer.from(signed.raw, encoding)
  const isUpperCase = signed.raw === signed.raw.toUpperCase()
  const refused = (changed: Buffer): void => {
    const text = changed.toString(encoding)
    const raw = isUpperCase ? text.toUpperCase() : text
    expect(codeThrownBy(() => chain.transactions.verify(plan, { ...signed, raw }))).to.equal('VERIFICATION_FAILED')
  }
  bytes.forEach((byte, place) => {
    const [before, after] = [bytes.subarray(0, place), bytes.subarray(place + 1)]
    refused(Buffer.concat([before, Buffer.of(byte ^ (1 << (place % 8))), after]))
    refused(Buffer.concat([before, after]))
  })
  refused(Buffer.concat([bytes, Buffer.of(0)]))
  refused(Buffer.concat([bytes, Buffer.alloc(4)]))
  refused(Buffer.concat([bytes, bytes.subarray(0, 3)]))
  refused(Buffer.alloc(0))
}

/** @param answer what the API says of the transaction with this id. */
export function lookupSuite(chain: Chain, path: string, txId: string, answer: unknown): void {
  const { transactions } = chain

  it('finds a transaction by its id', async () => {
    const paths: string[] = []
    const lookups = testLookups({
      get: async (asked) => {
        paths.push(asked)
        return answer
      },
    })
    expect(await transactions.find(txId, lookups)).to.equal(true)
    expect(await transactions.find(txId.replaceAll(/[A-C]/gi, 'D'), lookups)).to.equal(false)
    expect(paths[0]).to.equal(`${path}/${txId}`)
  })

  it('takes 404 as no, and any other failure as no answer', async () => {
    const failing = (status: number) =>
      testLookups({ get: () => Promise.reject(new KeywardError('API_REFUSED', 'no', { context: { status } })) })
    expect(await transactions.find(txId, failing(404))).to.equal(false)
    expect((await failureOf(transactions.find(txId, failing(403)))).code).to.equal('API_REFUSED')
    const strange = testLookups({ get: async () => ({}) })
    expect((await failureOf(transactions.find(txId, strange))).code).to.equal('API_REPLY_MALFORMED')
  })
}
