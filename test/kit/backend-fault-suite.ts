import { expect } from 'chai'
import { inspect } from 'node:util'
import { KeywardError } from '../../src/core/errors.js'
import type { ErrorCode } from '../../src/core/errors.js'
import { newSignatureId } from '../../src/core/ids.js'
import type { SignatureId } from '../../src/core/ids.js'
import type { SecretBackend } from '../../src/core/secret-backend.js'
import { wipeWallet } from '../../src/core/wallet.js'
import type { ManagedWallet } from '../../src/core/wallet.js'
import type { BackendPlace } from './backend-suite.js'
import { failureOf } from './failure-of.js'
import { plainWallet, readPlain, sampleWallet } from './sample-wallets.js'

/**
 * How a product or the way to it can fail. `throttled`: too many requests, with or without a word on how long to wait. `half`: head and half of the body.
 * `garbage`: an answer that is no answer of this product. `late-…`: the work is done and the answer is lost. `expired`: the session has ended, a new sign-in works.
 */
export type PlaceFault =
  | 'denied'
  | 'throttled'
  | 'throttled-with-wait'
  | 'slow'
  | 'reset'
  | 'hang'
  | 'half'
  | 'garbage'
  | 'unwell'
  | 'late-reset'
  | 'late-half'
  | 'expired'
  | 'sealed'

export interface FaultyPlace extends BackendPlace {
  /** @param patient with time enough for a long list on a busy machine; otherwise with deadlines that make a silent product a quick failure. */
  connect(patient?: boolean): SecretBackend
  /** The next requests for wallets fail like this: so many, or all until `heal`. Sign-in requests are spared. */
  fail(fault: PlaceFault, times?: number): void
  heal(): void
  /** Puts a value in the place of a wallet's, past the backend. */
  spoil(id: SignatureId, value: string): void | Promise<void>
  /** The value that is kept for a wallet, past the backend. */
  valueOf(id: SignatureId): string | Promise<string>
  /** Switches a wallet off, past the backend; only for products that can. */
  disable?(id: SignatureId): void | Promise<void>
  /** Deletes a wallet recoverably, past the backend; only for products that can. */
  softDelete?(id: SignatureId): void | Promise<void>
  /** Everything that was logged, for the search for secrets. */
  logged(): string
}

export interface FaultToggles {
  /** Faults that this product does not know: each is said in its documentation. */
  readonly without?: readonly PlaceFault[]
  /** How many wallets the long list has. */
  readonly many: number
}

const CANARY = 'CANARY correct horse battery staple'

/** Every word that an error lets out, however it is printed. */
const words = (error: unknown): string => `${String(error)} ${JSON.stringify(error)} ${inspect(error, { depth: 9 })}`

/** What every backend of a product promises when the product, or the way to it, fails. Timeouts of the backend under test are short. */
export function backendFaultSuite(name: string, place: () => Promise<FaultyPlace>, toggles: FaultToggles): void {
  const knows = (fault: PlaceFault): boolean => toggles.without?.includes(fault) !== true

  describe(`${name} when things go wrong`, function () {
    this.timeout(60_000)
    let here: FaultyPlace
    let backend: SecretBackend
    let wallet: ManagedWallet
    let id: SignatureId
    const opened: SecretBackend[] = []

    const connect = async (patient = false): Promise<SecretBackend> => {
      const made = here.connect(patient)
      opened.push(made)
      await made.open()
      return made
    }

    beforeEach(async () => {
      here = await place()
      backend = await connect()
      wallet = sampleWallet({ chain: 'ETH', material: { mnemonic: CANARY } })
      id = wallet.descriptor.signatureId
      await backend.create([wallet])
    })

    afterEach(async () => {
      here.heal()
      for (const one of opened.splice(0)) await one.close()
      const logged = here.logged()
      await here.dispose()
      expect(logged, 'a secret in the log').not.to.contain('CANARY')
    })

    /** Fails with this code, with advice, and without a secret. */
    const fails = async (work: Promise<unknown>, ...codes: ErrorCode[]): Promise<KeywardError> => {
      const error = await failureOf(work)
      expect(codes, words(error)).to.include(error.code)
      expect(error.advice, `advice of ${error.code}`).to.be.a('string').and.not.equal('')
      expect(words(error)).not.to.contain('CANARY')
      return error
    }

    const stillThere = async (): Promise<void> => {
      here.heal()
      expect(await readPlain(await connect(), id)).to.deep.equal(plainWallet(wallet))
    }

    describe('a read', () => {
      for (const fault of ['throttled', 'throttled-with-wait', 'slow', 'reset', 'half', 'unwell', 'expired'] as const) {
        if (!knows(fault)) continue
        it(`gets over "${fault}" that passes`, async () => {
          here.fail(fault, 1)
          expect(await readPlain(backend, id)).to.deep.equal(plainWallet(wallet))
        })
      }

      const lasting: readonly (readonly [PlaceFault, ...ErrorCode[]])[] = [
        ['denied', 'BACKEND_DENIED'],
        ['throttled', 'BACKEND_THROTTLED'],
        ['reset', 'BACKEND_UNREACHABLE'],
        ['hang', 'BACKEND_UNREACHABLE'],
        ['half', 'BACKEND_UNREACHABLE'],
        ['garbage', 'BACKEND_UNREACHABLE'],
        ['unwell', 'BACKEND_UNREACHABLE'],
        ['sealed', 'BACKEND_SEALED'],
      ]
      for (const [fault, ...codes] of lasting) {
        if (!knows(fault)) continue
        it(`says what is wrong when "${fault}" lasts, and works again when it has passed`, async () => {
          here.fail(fault)
          await fails(backend.get(id), ...codes)
          await stillThere()
        })
      }

      it('tells a wallet that is not there from one that cannot be read', async () => {
        await fails(backend.get(newSignatureId()), 'WALLET_NOT_FOUND')
      })

      it('refuses a value that was changed, cut off, replaced, or belongs to another wallet', async () => {
        const other = sampleWallet({ material: { mnemonic: `${CANARY} of the other` } })
        await backend.create([other])
        const own = await here.valueOf(id)
        for (const value of [
          '',
          'nonsense CANARY',
          own.slice(0, -7),
          own.replace('staple', 'stable'),
          await here.valueOf(other.descriptor.signatureId),
        ]) {
          await here.spoil(id, value)
          await fails(backend.get(id), 'WALLET_CORRUPT')
        }
      })

      it('says that a wallet is switched off', async () => {
        if (!here.disable) return
        await here.disable(id)
        await fails(backend.get(id), 'WALLET_DISABLED')
      })

      it('says that a wallet is deleted but can be brought back', async () => {
        if (!here.softDelete) return
        await here.softDelete(id)
        await fails(backend.get(id), 'WALLET_DELETED')
        await fails(backend.create([wallet]), 'WALLET_EXISTS', 'WALLET_DELETED')
      })

      it('fails for the wallets in question only, among many', async () => {
        const others = Array.from({ length: 30 }, () => sampleWallet())
        await backend.create(others)
        await here.spoil(id, 'spoilt CANARY')
        const absent = newSignatureId()
        const answers = new Map<SignatureId, string>()
        for await (const result of backend.getMany([
          ...others.map(({ descriptor }) => descriptor.signatureId),
          id,
          absent,
        ])) {
          answers.set(result.signatureId, 'wallet' in result ? 'read' : result.error.code)
          if ('wallet' in result) wipeWallet(result.wallet)
        }
        expect(answers.get(id)).to.equal('WALLET_CORRUPT')
        expect(answers.get(absent)).to.equal('WALLET_NOT_FOUND')
        expect([...answers.values()].filter((answer) => answer === 'read')).to.have.length(30)
      })
    })

    describe('a creation', () => {
      for (const fault of ['late-reset', 'late-half'] as const) {
        it(`whose answer is lost (${fault}) ends with the wallet kept once, or not at all`, async () => {
          const late = sampleWallet({ material: { mnemonic: CANARY } })
          here.fail(fault, 1)
          const error = await backend.create([late]).then(
            () => undefined,
            (thrown: unknown) => thrown,
          )
          here.heal()
          const fresh = await connect()
          if (error === undefined) {
            expect(await readPlain(fresh, late.descriptor.signatureId)).to.deep.equal(plainWallet(late))
          } else {
            expect(error).to.be.instanceOf(KeywardError)
            expect(words(error)).not.to.contain('CANARY')
            await fails(fresh.get(late.descriptor.signatureId), 'WALLET_NOT_FOUND', 'WALLET_DELETED')
          }
        })
      }

      for (const fault of ['denied', 'throttled', 'reset', 'hang', 'half', 'garbage', 'unwell', 'sealed'] as const) {
        if (!knows(fault)) continue
        it(`under "${fault}" is not acknowledged, and shows no secret`, async () => {
          const lost = sampleWallet({ material: { mnemonic: CANARY } })
          here.fail(fault)
          const error = await failureOf(backend.create([lost]))
          expect(words(error)).not.to.contain('CANARY')
          expect(error.code).not.to.equal('INTERNAL')
          await stillThere()
        })
      }
    })

    describe('a listing', () => {
      for (const fault of ['denied', 'reset', 'hang', 'half', 'garbage', 'sealed'] as const) {
        if (!knows(fault)) continue
        it(`that ends with "${fault}" fails as a whole`, async () => {
          await backend.create([sampleWallet()])
          const fresh = await connect()
          here.fail(fault)
          const listing = (async () => {
            let count = 0
            for await (const descriptor of fresh.list()) count += descriptor.signatureId.length
            return count
          })()
          const outcome = await listing.catch((thrown: unknown) => thrown)
          // A product whose list is kept on this machine needs no request for it.
          if (typeof outcome === 'number') expect(outcome).to.equal(72)
          else expect(outcome).to.be.instanceOf(KeywardError)
        })
      }

      it(`of ${toggles.many} wallets is complete`, async () => {
        const wallets = Array.from({ length: toggles.many }, () => sampleWallet())
        const maker = await connect(true)
        for (let at = 0; at < wallets.length; at += 500) await maker.create(wallets.slice(at, at + 500))
        const ids = new Set<SignatureId>()
        for await (const { signatureId } of (await connect(true)).list()) ids.add(signatureId)
        expect(ids.size).to.equal(toggles.many + 1)
      })
    })

    describe('the state', () => {
      for (const fault of ['reset', 'hang', 'sealed'] as const) {
        if (!knows(fault)) continue
        it(`is "not ready" under "${fault}", and ready again afterwards`, async () => {
          here.fail(fault)
          const { ready, reason } = await backend.health()
          if (!ready) expect(reason).to.be.a('string')
          here.heal()
          expect(await backend.health()).to.deep.equal({ ready: true })
        })
      }
    })
  })
}
