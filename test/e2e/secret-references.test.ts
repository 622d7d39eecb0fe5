import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '../kit/command-line.js'
import type { CommandResult } from '../kit/command-line.js'
import { commandPlaces, writeConfiguration } from '../kit/command-places/index.js'
import type { CommandPlace, Trouble } from '../kit/command-places/index.js'
import { FakeTatum } from '../kit/fake-tatum.js'
import { LeakFinder } from '../kit/leaks.js'

const PASSWORD = 'canary password of the store 4711'
const API_KEY = 'canary-api-key-0815'
const OTHERS = 'canary-member-of-others'
const UNRESOLVED = 4

/** How the variables of the reference tool name a secret, by its flag. VGS has the alias alone, and Vault no flag. */
const FLAGS: Readonly<Record<string, (reference: string) => Record<string, string>>> = {
  azure: (reference) => {
    const [vault = '', name = ''] = reference.replace('azure:', '').split('/secrets/')
    return { TATUM_KMS_AZURE_VAULTURL: vault, TATUM_KMS_AZURE_SECRETNAME: name }
  },
  aws: (reference) => {
    const [name = '', member = ''] = reference.replace('aws:', '').split('#')
    return { TATUM_KMS_AWS_SECRET_NAME: name, TATUM_KMS_AWS_SECRET_KEY: member }
  },
  vgs: (reference) => ({ TATUM_KMS_VGS_ALIAS: reference.replace('vgs:', '') }),
}

describe('secrets of the program that are kept in a vault', function () {
  this.timeout(120_000)
  let home: string
  let places: readonly CommandPlace[]
  let leaks: LeakFinder
  let api: FakeTatum

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'keyward-references-'))
    const all = await commandPlaces(join(home, 'places'), [PASSWORD, API_KEY])
    places = all.filter(({ connection }) => connection !== undefined)
    api = await FakeTatum.start({ apiKey: API_KEY })
    leaks = new LeakFinder([PASSWORD, API_KEY, OTHERS, ...all.flatMap(({ credentials }) => credentials)])
    const password = 'env:STORE_PASSWORD'
    writeConfiguration(home, 'plain', { backend: { type: 'file', path: './wallets.dat', password } })
    const argv = ['storemanagedprivatekey', 'ETH', '--testnet', '--config', join(home, 'plain.yaml')]
    const input = `0x${'42'.repeat(32)}\n`
    const stored = await command(argv, { home, env: { STORE_PASSWORD: PASSWORD }, input })
    expect(stored.exitCode, stored.stderr).to.equal(0)
  })
  after(async () => {
    await api.close()
    for (const place of places) await place.close()
    rmSync(home, { recursive: true, force: true })
  })

  const timeouts = { requestMs: 4000, totalMs: 4000 }
  const references = ({ product, connection }: CommandPlace, more: object = {}): object => ({
    references: { [product]: { ...connection, ...more } },
  })

  interface Given {
    readonly sections: object
    readonly env?: Record<string, string>
  }

  async function run(
    place: CommandPlace,
    argv: readonly string[],
    { sections, env = {} }: Given,
  ): Promise<CommandResult> {
    const config = writeConfiguration(home, place.product, { log: { level: 'debug' }, ...sections })
    const result = await command([...argv, '--config', config], { home, env: { ...place.env, ...env } })
    expect(leaks.in(result.stdout), `${argv.join(' ')}, stdout`).to.deep.equal([])
    expect(leaks.in(result.stderr), `${argv.join(' ')}, stderr`).to.deep.equal([])
    expect(leaks.in(place.lines().join('\n')), 'addresses').to.deep.equal([])
    return result
  }
  const store = (password?: string): object => ({
    backend: { type: 'file', path: './wallets.dat', ...(password === undefined ? {} : { password }) },
  })
  const list = (place: CommandPlace, password: string, more = {}): Promise<CommandResult> =>
    run(place, ['wallets', 'list'], { sections: { ...store(password), ...references(place, more) } })

  function expectWallets({ exitCode, stdout, stderr }: CommandResult): void {
    expect(exitCode, stderr).to.equal(0)
    expect(JSON.parse(stdout)).to.have.length(1)
  }

  /** One member of several, where the product keeps JSON; Vault keeps fields. */
  const member = (place: CommandPlace, name: string): string => {
    const reference = place.keep(name, JSON.stringify({ mine: PASSWORD, theirs: OTHERS, number: 7, nothing: null }))
    return `${reference}#mine`
  }
  const knowsMembers = ({ product }: CommandPlace): boolean => product === 'azure' || product === 'aws'

  it('open the wallet file and the API', async () => {
    for (const [number, place] of places.entries()) {
      const [password, key] = [place.keep('store-password', PASSWORD), place.keep('api-key', API_KEY)]
      expectWallets(await list(place, password))
      const sections = { ...store(password), api: { url: api.url, key }, ...references(place) }
      const daemon = await run(place, ['daemon', '--run-once', '--testnet', '--chain', 'ETH'], { sections })
      expect(daemon.exitCode, daemon.stdout + daemon.stderr).to.equal(0)
      expect(daemon.stdout).to.contain('"pollsFailed":0')
      expect(api.calls('pending')).to.have.length(number + 1)
    }
  })

  it('may be one member of a JSON text', async () => {
    for (const place of places.filter(knowsMembers)) {
      expectWallets(await list(place, member(place, 'several')))
    }
  })

  it('are named by the flags and variables of the reference tool as well', async () => {
    for (const place of places) {
      const variables = FLAGS[place.product]
      if (variables === undefined) continue
      const reference = place.product === 'aws' ? member(place, 'flagged') : place.keep('flagged', PASSWORD)
      const given = { sections: { ...store(), ...references(place) }, env: variables(reference) }
      expectWallets(await run(place, ['wallets', 'list', `--${place.product}`], given))
    }
  })

  it('are looked for with the connection of the backend, when that is in the same product', async () => {
    for (const place of places) {
      const key = place.keep('api-key-too', API_KEY)
      const sections = { backend: place.section, api: { url: api.url, key } }
      // A wallet, as a daemon without any asks for nothing.
      const made = await run(place, ['generatemanagedprivatekeybatch', 'ETH', '1', '--testnet'], { sections })
      expect(made.exitCode, made.stderr).to.equal(0)
      const before = api.calls('pending').length
      const result = await run(place, ['daemon', '--run-once', '--testnet', '--chain', 'ETH'], { sections })
      expect(result.exitCode, result.stdout + result.stderr).to.equal(0)
      expect(api.calls('pending')).to.have.length(before + 1)
    }
  })

  it('that are not there: the error names the reference, and the program ends with its own exit code', async () => {
    for (const place of places) {
      const reference = place.absent('nobody-has-this')
      const { exitCode, stdout, stderr } = await list(place, reference)
      expect(exitCode, `${place.product}: ${stderr}`).to.equal(UNRESOLVED)
      expect(stderr).to.contain('SECRET_REFERENCE_UNRESOLVED').and.to.contain(reference)
      expect(stderr).to.match(/"advice": "\w/)
      expect(stdout).to.equal('')
    }
  })

  it('that lack the member which is named: nothing of the others is told', async () => {
    for (const place of places.filter(knowsMembers)) {
      const whole = member(place, 'lacking').replace(/#.*/, '')
      for (const wrong of ['nope', 'number', 'nothing', '__proto__', 'toString']) {
        const { exitCode, stderr } = await list(place, `${whole}#${wrong}`)
        expect(exitCode, `${place.product} #${wrong}: ${stderr}`).to.equal(UNRESOLVED)
      }
      const { exitCode } = await list(place, `${place.keep('no-json', PASSWORD)}#mine`)
      expect(exitCode).to.equal(UNRESOLVED)
    }
    const vault = places.find(({ product }) => product === 'vault')
    if (vault === undefined) throw new Error('no place for vault')
    const { exitCode } = await list(vault, vault.keep('fields', PASSWORD).replace('#value', '#nope'))
    expect(exitCode).to.equal(UNRESOLVED)
  })

  it('that the variables of the reference tool do not name: the error says which variable is missing', async () => {
    for (const place of places) {
      const variables = FLAGS[place.product]
      if (variables === undefined) continue
      const given = { sections: { ...store(), ...references(place) } }
      const { exitCode, stderr } = await run(place, ['wallets', 'list', `--${place.product}`], given)
      expect(exitCode, stderr).to.equal(UNRESOLVED)
      expect(stderr).to.contain(`TATUM_KMS_${place.product.toUpperCase()}_`)
    }
  })

  it('that are wrong: the store stays as it is', async () => {
    for (const place of places) {
      const { exitCode, stderr } = await list(place, place.keep('wrong', `${PASSWORD} but wrong`))
      expect(exitCode, stderr).to.equal(11)
    }
  })

  const codes: Readonly<Partial<Record<Trouble, number>>> = {
    ...{ denied: 30, 'wrong credential': 31, 'unkind at sign-in': 31 },
    ...{ 'cut off': 32, 'half an answer': 32, garbage: 32, down: 32, throttled: 33, sealed: 34 },
  }
  for (const trouble of [...(Object.keys(codes) as Trouble[]), 'unkind' as const]) {
    it(`cannot be had when the vault is ${trouble}: an honest error, no guess, no secret`, async () => {
      const tried = places.map(async (place) => {
        const begin = place.troubles[trouble]
        if (begin === undefined) return false
        const password = place.keep(`trouble-${Object.keys(codes).indexOf(trouble) + 1}`, PASSWORD)
        begin()
        const { exitCode, stdout, stderr } = await list(place, password, { timeouts })
        place.heal()
        const what = `${place.product}: ${stderr}`
        if (codes[trouble] === undefined) expect(exitCode, what).to.be.greaterThan(1)
        else expect(exitCode, what).to.equal(codes[trouble])
        expect(stderr, what).to.match(/"advice": "\w/)
        expect(stdout).to.equal('')
        return true
      })
      expect((await Promise.all(tried)).filter((done) => done)).not.to.deep.equal([])
    })
  }
})
