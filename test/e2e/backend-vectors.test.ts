import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '../kit/command-line.js'
import type { CommandResult } from '../kit/command-line.js'
import { commandPlaces, writeConfiguration } from '../kit/command-places/index.js'
import type { CommandPlace } from '../kit/command-places/index.js'
import { legacyStore } from '../kit/legacy-store.js'
import { bitcoinRounds, ethereumRounds } from '../kit/vector-rounds.js'
import type { VectorRound } from '../kit/vector-rounds.js'
import { runRound } from '../kit/vector-run.js'

const PASSWORD = 'the password of the reference store'
const PRODUCTS = ['file', 'azure', 'vault', 'aws', 'vgs']

describe('one configuration after the other, each with another secret backend', function () {
  this.timeout(180_000)
  const rounds: readonly VectorRound[] = [...bitcoinRounds(), ...ethereumRounds()]
  const wallets = Object.assign({}, ...rounds.map(({ store }) => store)) as Record<string, { chain: string }>
  const ids = Object.keys(wallets).sort()
  let home: string
  let places: readonly CommandPlace[]

  const placeOf = (product: string): CommandPlace => {
    const place = places.find((one) => one.product === product)
    if (place === undefined) throw new Error(`no place ${product}`)
    return place
  }
  const configuration = (product: string): string => join(home, `${product}.yaml`)
  const run = (product: string, ...argv: string[]): Promise<CommandResult> =>
    command([...argv, '--config', configuration(product)], { home, env: placeOf(product).env })

  /** Runs it with every backend. @returns what they all said, which is the same. */
  async function sameEverywhere(
    argv: readonly string[],
    plain: (result: CommandResult, product: string) => unknown,
  ): Promise<unknown> {
    const said = await Promise.all(PRODUCTS.map(async (product) => plain(await run(product, ...argv), product)))
    for (const [number, product] of PRODUCTS.entries())
      expect(said[number], `${argv.join(' ')} with ${product}`).to.deep.equal(said[0])
    return said[0]
  }

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'keyward-switch-'))
    places = await commandPlaces(join(home, 'places'))
    for (const { product, section } of places) writeConfiguration(home, product, { backend: section })
    writeFileSync(join(home, 'reference.dat'), legacyStore(wallets, PASSWORD), { mode: 0o600 })
    const backend = { type: 'file', path: './reference.dat', password: 'env:REFERENCE_PASSWORD' }
    writeConfiguration(home, 'reference', { backend })
  })

  after(async () => {
    for (const place of places) await place.close()
    rmSync(home, { recursive: true, force: true })
  })

  for (const product of PRODUCTS) {
    it(`moves the wallets of a reference store to ${product}, and finds them there the second time`, async () => {
      const argv = ['migrate', '--from', join(home, 'reference.yaml'), '--to', configuration(product)]
      const env = { ...placeOf(product).env, REFERENCE_PASSWORD: PASSWORD }
      for (const result of ['moved', 'there'] as const) {
        const { exitCode, stdout, stderr } = await command(argv, { home, env })
        expect(exitCode, stdout + stderr).to.equal(0)
        const expected = { wallets: ids.length, moved: 0, there: 0, failed: 0, removedFromSource: 0 }
        expect(JSON.parse(stdout))
          .to.have.property('counts')
          .that.includes({ ...expected, [result]: ids.length })
      }
    })

    for (const round of rounds) {
      it(`signs with ${product} the bytes of ${round.names.length} vectors of ${round.chain}, ${round.names[0]} and so on`, async () => {
        // A journal of its own: the nonces of other vectors were never signed.
        const journal = join(home, `${product}-${rounds.indexOf(round)}.journal`)
        const flags = ['--config', configuration(product), '--journal', journal]
        const { result, broadcasts } = await runRound(round, home, { flags, env: placeOf(product).env })
        expect(broadcasts, result.stdout).to.have.deep.members(round.expected)
        expect(result.exitCode, result.stderr).to.equal(0)
      })
    }
  }

  const json = ({ exitCode, stdout, stderr }: CommandResult): never => {
    expect(exitCode, stdout + stderr).to.equal(0)
    return JSON.parse(stdout) as never
  }

  it('lists the same wallets', async () => {
    const listed = await sameEverywhere(['wallets', 'list'], (result) => {
      const list: { signatureId: string }[] = json(result)
      return list.sort((a, b) => (a.signatureId < b.signatureId ? -1 : 1))
    })
    expect(listed).to.have.length(ids.length)
    const ethereum = ids.filter((id) => wallets[id]?.chain === 'ETH')
    const some = await sameEverywhere(['wallets', 'list', '--chain', 'ETH'], (result) => {
      const list: { signatureId: string }[] = json(result)
      return list.map(({ signatureId }) => signatureId).sort()
    })
    expect(some).to.deep.equal(ethereum)
  })

  it('exports the same wallets, to the last character', async () => {
    const exported = await sameEverywhere(['export'], (result, product) => {
      const entries: Record<string, { alias?: string }> = json(result)
      return Object.fromEntries(
        Object.entries(entries).map(([id, { alias, ...wallet }]) => {
          // VGS names what it keeps itself, and that name is part of the wallet.
          expect(alias, product).to.be.a(product === 'vgs' ? 'string' : 'undefined')
          return [id, wallet]
        }),
      )
    })
    expect(exported).to.have.all.keys(ids)
    for (const [id, wallet] of Object.entries(wallets)) expect(exported).to.have.property(id).that.includes(wallet)
  })

  it('reports on the same wallets', async () => {
    const told = await sameEverywhere(['report', ids.join(',')], (result) => {
      const { system, ...report }: { system: { store: { exists: boolean } } } = json(result)
      return { ...report, exists: system.store.exists }
    })
    expect(told).to.have.property('wallets').that.has.all.keys(ids)
  })

  it('shows a wallet and an address of it', async () => {
    const id = ids.find((one) => wallets[one]?.chain === 'BTC' && 'mnemonic' in wallets[one])
    if (id === undefined) throw new Error('no mnemonic among the vectors')
    expect(await sameEverywhere(['getmanagedwallet', id], json)).to.include(wallets[id])
    expect(await sameEverywhere(['getaddress', id, '3'], json)).to.have.property('address')
    expect(await sameEverywhere(['getprivatekey', id, '3'], json)).to.have.property('privateKey')
  })

  it('tries address, credentials and permissions, those to write too', async () => {
    for (const argv of [
      ['backend', 'check'],
      ['backend', 'check', '--write-probe'],
    ]) {
      const found = await sameEverywhere(argv, (result) => {
        const { backend, ...steps }: { backend: string } = json(result)
        expect(backend).to.be.a('string')
        return steps
      })
      expect(found).to.have.property('ok', true)
    }
  })

  it('has the same words and exit code for a wallet that is not there', async () => {
    const absent = '4057be77-70f3-4a1a-a0da-dfa083830513'
    for (const argv of [
      ['getmanagedwallet', absent],
      ['getaddress', absent, '0'],
      ['removewallet', absent, '--permanent', '--yes'],
    ])
      expect(await sameEverywhere(argv, ({ exitCode, stdout }) => ({ exitCode, stdout }))).to.deep.equal({
        exitCode: 20,
        stdout: '',
      })
  })

  it('removes a wallet for good, and that one only', async () => {
    const [id = ''] = ids
    const how = [id, '--permanent', '--yes']
    expect(await sameEverywhere(['removewallet', ...how], ({ exitCode }) => exitCode)).to.equal(0)
    expect(await sameEverywhere(['getmanagedwallet', id], ({ exitCode }) => exitCode)).to.equal(20)
    const left = await sameEverywhere(['export'], (result) => Object.keys(json(result)).sort())
    expect(left).to.deep.equal(ids.slice(1))
  })
})
