import { expect } from 'chai'
import { KeywardError } from '../../src/core/errors.js'
import { WalletDirectory } from '../../src/core/wallet-directory.js'
import { RecordingLog } from '../kit/recording-log.js'
import { SleepingClock } from '../kit/sleeping-clock.js'
import { quiet, testChain, TST, Wallets } from './pipeline/world.js'

const { keys } = testChain()
const clock = new SleepingClock()

describe('the wallet directory', () => {
  it('lists again only when the backend has changed, and once for all who ask at the same time', async () => {
    const wallets = new Wallets()
    const directory = new WalletDirectory(wallets, quiet, clock, { relistMs: 60_000 })
    const first = wallets.add()
    await Promise.all([directory.refresh(), directory.refresh()])
    await directory.refresh()
    expect(wallets.listings).to.equal(1)
    const ids = directory.signatureIds(TST, 'testnet')
    expect(ids).to.deep.equal([first])
    const second = wallets.add()
    wallets.current = '2'
    await directory.refresh()
    expect(directory.signatureIds(TST, 'testnet')).to.deep.equal([first, second])
    expect(ids, 'the list that was handed out').to.deep.equal([first])
  })

  it('keeps what it knows when a listing breaks off half-way', async () => {
    const wallets = new Wallets()
    const directory = new WalletDirectory(wallets, quiet, clock, { relistMs: 60_000 })
    const id = wallets.add()
    await directory.refresh()
    wallets.current = '2'
    wallets.list = async function* () {
      yield* []
      throw new KeywardError('BACKEND_UNREACHABLE', 'broke off')
    }
    const failure: unknown = await directory.refresh().catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'BACKEND_UNREACHABLE')
    expect(directory.get(id)?.signatureId).to.equal(id)
  })

  it('reads a wallet without address and xpub once, even if its chain has neither for it', async () => {
    for (const described of [{ address: 'derived' }, {}]) {
      const wallets = new Wallets()
      const directory = new WalletDirectory(wallets, quiet, clock, { relistMs: 60_000 })
      const id = wallets.add()
      const { address: _, ...bare } = wallets.descriptors.get(id) ?? { address: '' }
      wallets.descriptors.set(id, bare as never)
      await directory.refresh()
      const chainKeys = { ...keys, describe: () => described }
      for (let list = 0; list < 3; list += 1) await directory.complete([id, id], chainKeys)
      expect(wallets.reads).to.equal(1)
      expect(directory.get(id)?.address).to.equal(described.address)
    }
  })

  describe('of a backend that cannot tell whether anything has changed', () => {
    async function unchanging() {
      const wallets = new Wallets()
      wallets.revision = () => Promise.resolve(undefined) as never
      const time = new SleepingClock()
      const log = new RecordingLog()
      const directory = new WalletDirectory(wallets, log, time, { relistMs: 60_000 })
      const first = wallets.add()
      await directory.refresh()
      return { wallets, time, log, directory, first }
    }

    it('lists again after a while, in the background, and keeps its lists when nothing has changed', async () => {
      const { wallets, time, directory, first } = await unchanging()
      const ids = directory.signatureIds(TST, 'testnet')
      time.time += 59_999
      await directory.refresh()
      expect(wallets.listings).to.equal(1)
      time.time += 1
      await directory.refresh()
      await new Promise(setImmediate)
      expect(wallets.listings).to.equal(2)
      expect(directory.signatureIds(TST, 'testnet')).to.equal(ids)
      const second = wallets.add()
      time.time += 60_000
      await directory.refresh()
      await new Promise(setImmediate)
      expect(directory.signatureIds(TST, 'testnet')).to.deep.equal([first, second])
    })

    it('goes on with what it knows when that listing fails, says so, and does not try again at every poll', async () => {
      const { wallets, time, log, directory, first } = await unchanging()
      let tries = 0
      wallets.list = async function* () {
        tries += 1
        yield* []
        throw new KeywardError('BACKEND_UNREACHABLE', 'broke off')
      }
      time.time += 60_000
      for (let poll = 0; poll < 3; poll += 1) {
        await directory.refresh()
        await new Promise(setImmediate)
      }
      expect(tries).to.equal(1)
      expect(log.events('warn')).to.deep.equal(['wallets.not-listed'])
      expect(directory.get(first)?.signatureId).to.equal(first)
    })

    it('reloads at once when it is told to, with counts, and asks for everything', async () => {
      const { wallets, directory, first } = await unchanging()
      let forgot = 0
      Object.assign(wallets, { forget: () => (forgot += 1) })
      wallets.descriptors.delete(first)
      wallets.add()
      wallets.add()
      expect(await directory.reload()).to.deep.equal({ wallets: 2, added: 2, removed: 1 })
      expect(forgot).to.equal(1)
      expect(directory.get(first)).to.equal(undefined)
    })

    it('takes up another wallet that has got the id of a removed one', async () => {
      const { wallets, directory, first } = await unchanging()
      const known = wallets.descriptors.get(first)
      if (known) wallets.descriptors.set(first, { ...known, address: 'of the other wallet' })
      await directory.reload()
      expect(directory.get(first)?.address).to.equal('of the other wallet')
    })

    it('lists again when the clock was set back', async () => {
      const { wallets, time, directory } = await unchanging()
      time.time -= 3_600_000
      await directory.refresh()
      await new Promise(setImmediate)
      expect(wallets.listings).to.equal(2)
    })

    it('changes nothing when a reload fails', async () => {
      const { wallets, directory, first } = await unchanging()
      wallets.list = async function* () {
        yield* []
        throw new KeywardError('BACKEND_DENIED', 'no')
      }
      expect(await directory.reload().catch((error: unknown) => error)).to.have.property('code', 'BACKEND_DENIED')
      expect(directory.get(first)?.signatureId).to.equal(first)
    })
  })
})
