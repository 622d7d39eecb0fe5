import { expect } from 'chai'
import fc from 'fast-check'
import { chainCodeSchema, newSignatureId } from '../../src/core/ids.js'
import type { SignatureId } from '../../src/core/ids.js'
import type { SecretBackend, WalletFilter } from '../../src/core/secret-backend.js'
import { WALLET_KINDS } from '../../src/core/wallet.js'
import { failureOf } from './failure-of.js'
import { plainWallet, readPlain, sampleWallet } from './sample-wallets.js'

/** A place of its own for one test: an empty file, vault, or account. */
export interface BackendPlace {
  /** A backend on this place, not yet open. Several of them see the same wallets. */
  connect(): SecretBackend
  dispose(): Promise<void>
}

/** What a product cannot do. Each switch is said in that backend's documentation too. */
export interface BackendToggles {
  /** The product tells cheaply whether the set of wallets has changed. */
  readonly revision: boolean
  /** Several wallets are created together or not at all. */
  readonly atomicBatches: boolean
}

const idsOf = async (backend: SecretBackend, filter?: WalletFilter): Promise<SignatureId[]> => {
  const ids: SignatureId[] = []
  for await (const { signatureId } of backend.list(filter)) ids.push(signatureId)
  return ids.sort()
}

/** What every backend promises, whatever product is behind it. A backend is accepted when this is green. */
export function backendSuite(name: string, place: () => Promise<BackendPlace>, toggles: BackendToggles): void {
  describe(`${name} as a SecretBackend`, () => {
    let here: BackendPlace
    let opened: SecretBackend[]
    let backend: SecretBackend

    const connect = async (): Promise<SecretBackend> => {
      const made = here.connect()
      opened.push(made)
      await made.open()
      return made
    }

    beforeEach(async () => {
      here = await place()
      opened = []
      backend = await connect()
    })

    afterEach(async () => {
      for (const one of opened) await one.close()
      await here.dispose()
    })

    describe('create and get', () => {
      for (const kind of WALLET_KINDS) {
        it(`gives a ${kind} wallet back as it was, also to a process that starts later`, async () => {
          const wallet = sampleWallet({
            kind,
            chain: 'ETH',
            network: 'mainnet',
            address: '0xabc',
            createdAt: '2026-01-02T03:04:05.000Z',
          })
          await backend.create([wallet])
          const { signatureId } = wallet.descriptor
          expect(await readPlain(backend, signatureId)).to.deep.equal(plainWallet(wallet))
          await backend.close()
          expect(await readPlain(await connect(), signatureId)).to.deep.equal(plainWallet(wallet))
        })
      }

      it('keeps several secrets of one wallet, and members it does not know', async () => {
        const wallet = sampleWallet({
          ...{ chain: 'SOL', xpub: 'xpub-of-it', address: 'address-of-it' },
          material: { mnemonic: 'm', privateKey: 'p', secret: 's' },
          extra: '{"label":"treasury","nested":{"n":[1,2,3]},"__proto__":{"x":1}}',
        })
        await backend.create([wallet])
        expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
      })

      it('keeps every text to the last byte', async () => {
        const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 })
        await fc.assert(
          fc.asyncProperty(text, text, async (secret, extra) => {
            const wallet = sampleWallet({ material: { mnemonic: secret }, extra: JSON.stringify({ extra }) })
            await backend.create([wallet])
            expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(plainWallet(wallet))
          }),
          { numRuns: 15 },
        )
      })

      it('leaves the wallet with the caller, and hands out copies of its own', async () => {
        const wallet = sampleWallet()
        const before = plainWallet(wallet)
        await backend.create([wallet])
        expect(plainWallet(wallet)).to.deep.equal(before)
        wallet.material.mnemonic?.wipe()
        const first = await backend.get(wallet.descriptor.signatureId)
        first.material.mnemonic?.wipe()
        expect(await readPlain(backend, wallet.descriptor.signatureId)).to.deep.equal(before)
      })

      it('says which wallet is not there', async () => {
        const id = newSignatureId()
        const error = await failureOf(backend.get(id))
        expect(error.code).to.equal('WALLET_NOT_FOUND')
        expect(error.message).to.contain(id)
      })

      it('refuses a wallet that lacks the secret it would sign with', async () => {
        const wallet = sampleWallet({ kind: 'mnemonic', material: { privateKey: 'p' } })
        expect((await failureOf(backend.create([wallet]))).code).to.equal('WALLET_UNSUITABLE')
        expect(await idsOf(backend)).to.deep.equal([])
      })

      it('does nothing for no wallets', async () => {
        await backend.create([])
        expect(await idsOf(backend)).to.deep.equal([])
      })
    })

    describe('never overwrites', () => {
      it('refuses an id that is taken and keeps the first wallet', async () => {
        const first = sampleWallet()
        const second = sampleWallet({ signatureId: first.descriptor.signatureId, material: { mnemonic: 'another' } })
        await backend.create([first])
        const error = await failureOf(backend.create([second]))
        expect(error.code).to.equal('WALLET_EXISTS')
        expect(error.message).to.contain(first.descriptor.signatureId)
        expect(await readPlain(backend, first.descriptor.signatureId)).to.deep.equal(plainWallet(first))
      })

      it('lets exactly one of two creators of one id win', async () => {
        const signatureId = newSignatureId()
        const rivals = [await connect(), await connect()].map((rival, n) => ({
          rival,
          wallet: sampleWallet({ signatureId, material: { mnemonic: `of rival ${n}` } }),
        }))
        const outcomes = await Promise.allSettled(rivals.map(({ rival, wallet }) => rival.create([wallet])))
        const winners = rivals.filter((_, n) => outcomes[n]?.status === 'fulfilled')
        expect(winners).to.have.length(1)
        const kept = await readPlain(backend, signatureId)
        expect(kept).to.deep.equal(plainWallet(winners[0]!.wallet))
      })

      it('loses none of the wallets that two connections create at the same time', async () => {
        const [left, right] = [await connect(), await connect()]
        const wallets = Array.from({ length: 12 }, () => sampleWallet())
        await Promise.all(wallets.map((wallet, n) => (n % 2 === 0 ? left : right).create([wallet])))
        expect(await idsOf(backend)).to.deep.equal(wallets.map(({ descriptor }) => descriptor.signatureId).sort())
      })

      if (toggles.atomicBatches) {
        it('keeps no wallet of a batch in which one id is taken', async () => {
          const taken = sampleWallet()
          await backend.create([taken])
          const batch = [sampleWallet(), sampleWallet({ signatureId: taken.descriptor.signatureId }), sampleWallet()]
          expect((await failureOf(backend.create(batch))).code).to.equal('WALLET_EXISTS')
          expect(await idsOf(backend)).to.deep.equal([taken.descriptor.signatureId])
        })

        it('keeps no wallet of a batch that names one id twice', async () => {
          const wallet = sampleWallet()
          const twin = sampleWallet({ signatureId: wallet.descriptor.signatureId, material: { mnemonic: 'another' } })
          expect((await failureOf(backend.create([wallet, twin]))).code).to.equal('WALLET_EXISTS')
          expect(await idsOf(backend)).to.deep.equal([])
        })
      }
    })

    describe('list and getMany', () => {
      it('lists descriptors without secrets, filtered by chain and network', async () => {
        const wallets = [
          sampleWallet({ chain: 'BTC', network: 'mainnet', xpub: 'xpub1' }),
          sampleWallet({ chain: 'BTC', network: 'testnet' }),
          sampleWallet({ chain: 'ETH', network: 'testnet', kind: 'privateKey' }),
        ]
        await backend.create(wallets)
        const listed = []
        for await (const descriptor of backend.list()) listed.push(descriptor)
        expect(listed).to.have.deep.members(wallets.map(({ descriptor }) => descriptor))
        const [first, second, third] = wallets.map(({ descriptor }) => descriptor.signatureId)
        const chain = chainCodeSchema.parse('BTC')
        expect(await idsOf(backend, { chain })).to.deep.equal([first, second].sort())
        expect(await idsOf(backend, { network: 'testnet' })).to.deep.equal([second, third].sort())
        expect(await idsOf(backend, { chain, network: 'mainnet' })).to.deep.equal([first])
      })

      it('answers for each id once, with an error for the one that is not there', async () => {
        const wallets = Array.from({ length: 30 }, () => sampleWallet())
        await backend.create(wallets)
        const absent = newSignatureId()
        const asked = [...wallets.slice(0, 10).map(({ descriptor }) => descriptor.signatureId), absent]
        const answers = new Map<SignatureId, string>()
        for await (const result of backend.getMany(asked)) {
          answers.set(
            result.signatureId,
            'wallet' in result ? (result.wallet.material.mnemonic?.text() ?? '') : result.error.code,
          )
        }
        const expected = wallets
          .slice(0, 10)
          .map((wallet) => [wallet.descriptor.signatureId, wallet.material.mnemonic?.text()])
        expect([...answers]).to.have.deep.members([...expected, [absent, 'WALLET_NOT_FOUND']])
      })

      it('shows wallets that another connection has created since', async () => {
        const late = sampleWallet()
        expect(await idsOf(backend)).to.deep.equal([])
        await (await connect()).create([late])
        expect(await readPlain(backend, late.descriptor.signatureId)).to.deep.equal(plainWallet(late))
        expect(await idsOf(backend)).to.deep.equal([late.descriptor.signatureId])
      })
    })

    describe('remove', () => {
      it('takes the named wallet for good, and no other', async () => {
        const [gone, stays] = [sampleWallet(), sampleWallet()]
        await backend.create([gone, stays])
        await backend.remove(gone.descriptor.signatureId, 'permanent')
        expect((await failureOf(backend.get(gone.descriptor.signatureId))).code).to.equal('WALLET_NOT_FOUND')
        expect(await idsOf(backend)).to.deep.equal([stays.descriptor.signatureId])
        expect(await readPlain(backend, stays.descriptor.signatureId)).to.deep.equal(plainWallet(stays))
      })

      it('says that a wallet it shall remove is not there', async () => {
        for (const mode of [
          'permanent',
          ...(backend.capabilities.recoverableRemoval ? (['recoverable'] as const) : []),
        ] as const) {
          expect((await failureOf(backend.remove(newSignatureId(), mode))).code).to.equal('WALLET_NOT_FOUND')
        }
      })

      it('removes recoverably, or says that it cannot', async () => {
        const wallet = sampleWallet()
        await backend.create([wallet])
        const { signatureId } = wallet.descriptor
        if (!backend.capabilities.recoverableRemoval) {
          expect((await failureOf(backend.remove(signatureId, 'recoverable'))).code).to.equal('BACKEND_UNSUPPORTED')
          expect(await readPlain(backend, signatureId)).to.deep.equal(plainWallet(wallet))
          return
        }
        await backend.remove(signatureId, 'recoverable')
        const error = await failureOf(backend.get(signatureId))
        expect(error.code).to.equal('WALLET_DELETED')
        expect(error.advice).to.be.a('string')
        expect(await idsOf(backend)).to.deep.equal([])
      })
    })

    describe('life', () => {
      if (toggles.revision) {
        it('has one revision while nothing changes, and another after every change by anybody', async () => {
          const other = await connect()
          const seen = new Set([await backend.revision()])
          const wallet = sampleWallet()
          const changes = [
            () => backend.create([wallet]),
            () => other.create([sampleWallet()]),
            () => backend.remove(wallet.descriptor.signatureId, 'permanent'),
          ]
          for (const change of changes) {
            await change()
            const revision = await backend.revision()
            await idsOf(backend)
            expect(revision)
              .to.be.a('string')
              .and.equal(await backend.revision())
            seen.add(revision)
          }
          expect(seen.size).to.equal(4)
        })
      } else {
        it('admits that it has no revision', async () => {
          expect(await backend.revision()).to.equal(undefined)
        })
      }

      it('is ready after open and not after close, which may be called twice', async () => {
        expect(await backend.health()).to.deep.equal({ ready: true })
        await backend.close()
        await backend.close()
        expect((await backend.health()).ready).to.equal(false)
        expect(await backend.get(newSignatureId()).catch(() => 'refused')).to.equal('refused')
      })

      it('describes itself in one line', () => {
        expect(backend.description).to.match(/^[^\n]{3,}$/)
      })
    })
  })
}
