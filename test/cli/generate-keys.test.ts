import { expect } from 'chai'
import { createContext } from '../../src/cli/context.js'
import { generateKeys } from '../../src/cli/generate-keys.js'
import { createChainRegistry } from '../../src/chains/index.js'
import type { Chain } from '../../src/core/chain.js'
import { KeywardError } from '../../src/core/errors.js'
import type { SecretBackend } from '../../src/core/secret-backend.js'
import type { ManagedWallet } from '../../src/core/wallet.js'
import { failureOf } from '../kit/failure-of.js'
import { FakeHost } from './support/fake-terminal.js'
import { TempHome } from './support/temp-home.js'
import { errorOf } from './support/run.js'

interface Stored {
  readonly id: string
  readonly address: string | undefined
  readonly material: ManagedWallet['material']
}

/** A backend that remembers what was created, and tells what had been printed by then. */
class Shelf {
  readonly chunks: Stored[][] = []
  beforeCreate: () => Promise<void> | void = () => undefined

  readonly backend = {
    create: async (wallets: readonly ManagedWallet[]): Promise<void> => {
      await this.beforeCreate()
      this.chunks.push(
        wallets.map(({ descriptor, material }) => ({
          id: descriptor.signatureId,
          address: descriptor.address,
          material,
        })),
      )
    },
  } as unknown as SecretBackend

  get stored(): Stored[] {
    return this.chunks.flat()
  }
}

interface Line {
  readonly signatureId: string
  readonly address: string
}

const linesOf = (out: string): Line[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)

describe('generateKeys', () => {
  let chain: Chain
  before(async () => {
    const chains = createChainRegistry()
    chain = await chains.load(chains.resolve('ETH'))
  })

  function run(shelf: Shelf, count: number, host = new FakeHost(), signal = new AbortController().signal) {
    const context = createContext(host, signal)
    return { host, done: generateKeys(context, shelf.backend, { chain, network: 'testnet', count }) }
  }

  it('prints one compact line for each key that is stored, in chunks that grow', async () => {
    const shelf = new Shelf()
    const { host, done } = run(shelf, 45)
    await done
    await new Promise((resolve) => setImmediate(resolve))
    expect(linesOf(host.out)).to.deep.equal(shelf.stored.map(({ id, address }) => ({ signatureId: id, address })))
    expect(host.out.split('\n')[0]).to.match(/^\{"signatureId":"[0-9a-f-]{36}","address":"0x[0-9a-f]{40}"\}$/)
    expect(shelf.chunks.map((chunk) => chunk.length)).to.deep.equal([10, 20, 15])
    expect(new Set(shelf.stored.map(({ id }) => id)).size).to.equal(45)
  })

  it('prints no line before its key is durable', async () => {
    const shelf = new Shelf()
    const { host, done } = run(shelf, 40)
    shelf.beforeCreate = () => {
      expect(linesOf(host.out).length).to.be.at.most(shelf.stored.length)
    }
    await done
  })

  it('keeps and prints what was stored before a chunk failed, and prints nothing of that chunk', async () => {
    const shelf = new Shelf()
    const { host, done } = run(shelf, 45)
    shelf.beforeCreate = () => {
      if (shelf.chunks.length === 1) throw new KeywardError('STORE_IO', 'the disk is full')
    }
    expect((await failureOf(done)).code).to.equal('STORE_IO')
    expect(linesOf(host.out).map(({ signatureId }) => signatureId)).to.deep.equal(shelf.stored.map(({ id }) => id))
    expect(shelf.stored).to.have.length(10)
  })

  it('stops in order when it is asked to: what was printed is stored, and nothing else is', async () => {
    const shelf = new Shelf()
    const stop = new AbortController()
    const { host, done } = run(shelf, 45, new FakeHost(), stop.signal)
    shelf.beforeCreate = () => {
      if (shelf.chunks.length === 0) stop.abort()
    }
    const problem = await failureOf(done)
    expect(problem).to.include({ code: 'INTERRUPTED', message: 'stopped after 10 of 45 keys' })
    expect(linesOf(host.out)).to.have.length(10)
    expect(shelf.stored).to.have.length(10)
  })

  it('wipes the keys, stored or not', async () => {
    const shelf = new Shelf()
    await run(shelf, 3).done
    for (const { material } of shelf.stored) expect(material.privateKey?.wiped).to.equal(true)
  })

  it('shows its progress on a terminal, on a line that it cleans', async () => {
    const { host, done } = run(new Shelf(), 12, new FakeHost({ answers: [] }))
    await done
    await new Promise((resolve) => setImmediate(resolve))
    expect(host.err)
      .to.include('\rkeys: 1 of 12')
      .and.to.match(/\r\u001b\[K$/)
    const piped = run(new Shelf(), 12)
    await piped.done
    expect(piped.host.err).to.equal('')
  })

  it('ends when nobody reads its output any more', async () => {
    const host = new FakeHost()
    host.stdout.destroy(new Error('EPIPE'))
    const shelf = new Shelf()
    expect((await failureOf(run(shelf, 100, host).done)).code).to.equal('INTERRUPTED')
    expect(shelf.chunks).to.have.length(1)
  })
})

describe('generatemanagedprivatekeybatch', () => {
  const home = new TempHome()
  after(() => home.remove())

  it('stores single keys of the chain and network whose addresses it prints', async () => {
    const { code, out, err } = await home.run(['generatemanagedprivatekeybatch', 'ETH', '12', '--testnet'])
    expect({ code, err }).to.deep.equal({ code: 0, err: '' })
    const lines = linesOf(out)
    expect(lines).to.have.length(12)
    const listed = JSON.parse((await home.run(['wallets', 'list'])).out) as Record<string, unknown>[]
    expect(listed.map(({ signatureId, address }) => ({ signatureId, address }))).to.have.deep.members(lines)
    for (const wallet of listed) expect(wallet).to.include({ kind: 'privateKey', chain: 'ETH', testnet: true })
    const [first] = lines
    const address = JSON.parse((await home.run(['getaddress', first?.signatureId ?? ''])).out) as object
    expect(address).to.deep.equal({ address: first?.address })
  })

  it('makes nothing for 0, and refuses what is no count before it asks for anything', async () => {
    expect(await home.run(['generatemanagedprivatekeybatch', 'ETH', '0'])).to.include({ code: 0, out: '' })
    for (const count of [[], ['x'], ['-1'], ['1.5'], ['1000001'], ['1e3']]) {
      const result = await home.run(['generatemanagedprivatekeybatch', 'ETH', ...count], { env: {} })
      expect({ count, code: result.code, out: result.out }).to.deep.equal({ count, code: 2, out: '' })
      expect(errorOf(result).code).to.equal('USAGE')
    }
  })
})
