import { expect } from 'chai'
import { KeywardError } from '../../src/core/errors.js'
import { WalletDirectory } from '../../src/core/wallet-directory.js'
import { quiet, testChain, TST, Wallets } from './pipeline/world.js'

const { keys } = testChain()

describe('the wallet directory', () => {
  it('lists again only when the backend has changed, and once for all who ask at the same time', async () => {
    const wallets = new Wallets()
    const directory = new WalletDirectory(wallets, quiet)
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
    const directory = new WalletDirectory(wallets, quiet)
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
      const directory = new WalletDirectory(wallets, quiet)
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
})
