import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { command } from '../kit/command-line.js'
import type { CommandResult } from '../kit/command-line.js'
import { commandPlaces, writeConfiguration } from '../kit/command-places/index.js'
import type { CommandPlace, Trouble } from '../kit/command-places/index.js'
import { FakeTatum } from '../kit/fake-tatum.js'
import { LeakFinder } from '../kit/leaks.js'

/** Secrets that are known, so that they can be looked for. All are test data. */
const MNEMONIC = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
const OTHER_MNEMONIC = 'letter advice cage absurd amount doctor acoustic avoid letter advice cage above'
const KEY = `0x${'c0ffee11'.repeat(8)}`
const API_KEY = 'canary-api-key-0815'
const WALLET_SECRETS = [MNEMONIC, MNEMONIC.slice(0, 40), OTHER_MNEMONIC, KEY]

const PROGRAM = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const ABSENT = '4057be77-70f3-4a1a-a0da-dfa083830513'

describe('known secrets, with every backend', function () {
  this.timeout(180_000)
  let home: string
  let places: readonly CommandPlace[]
  let leaks: LeakFinder
  let api: FakeTatum

  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'keyward-canary-'))
    mkdirSync(join(home, 'tmp'))
    places = await commandPlaces(join(home, 'places'), WALLET_SECRETS)
    leaks = new LeakFinder([...WALLET_SECRETS, API_KEY, ...places.flatMap(({ credentials }) => credentials)])
    for (const { product, section } of places) {
      const timeouts = product === 'file' ? {} : { timeouts: { requestMs: 4000, totalMs: 4000 } }
      writeConfiguration(home, product, { log: { level: 'debug' }, backend: section })
      writeConfiguration(home, `${product}-in-haste`, { log: { level: 'debug' }, backend: { ...section, ...timeouts } })
    }
    api = await FakeTatum.start({ apiKey: API_KEY })
  })
  after(async () => {
    await api.close()
    for (const place of places) await place.close()
    rmSync(home, { recursive: true, force: true })
  })

  const environment = ({ env, product }: CommandPlace): Record<string, string> => ({
    ...{ ...env, TATUM_API_KEY: API_KEY, TATUM_API_URL: api.url, TATUM_RETRIES: '0' },
    KEYWARD_JOURNAL_PATH: join(home, `${product}.journal`),
  })
  const run = (place: CommandPlace, argv: readonly string[], input = '', haste = ''): Promise<CommandResult> =>
    command([...argv, '--config', join(home, `${place.product}${haste}.yaml`)], {
      home,
      env: environment(place),
      input,
    })

  /** The program as users start it, with every switch on that makes libraries talk. */
  async function runTalking(place: CommandPlace, argv: readonly string[], input = ''): Promise<CommandResult> {
    const config = ['--config', join(home, `${place.product}.yaml`)]
    const child = spawn(process.execPath, [PROGRAM, ...argv, ...config], {
      env: {
        ...{ ...environment(place), HOME: home, TMPDIR: join(home, 'tmp'), PATH: process.env['PATH'] ?? '' },
        ...{ DEBUG: '*', AZURE_LOG_LEVEL: 'verbose' },
      },
    })
    child.stdin.end(input)
    const ended = once(child, 'close')
    const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)])
    const [exitCode]: unknown[] = await ended
    return { exitCode: Number(exitCode), stdout, stderr }
  }

  function expectSilence({ stdout, stderr }: CommandResult, what: string): void {
    expect(leaks.in(stdout), `${what}, stdout`).to.deep.equal([])
    expect(leaks.in(stderr), `${what}, stderr`).to.deep.equal([])
  }
  const expectNothingLeftBehind = (place: CommandPlace): void => {
    expect(leaks.in(place.lines().join('\n')), `addresses that ${place.product} saw`).to.deep.equal([])
    expect(leaks.onDisk(home)).to.deep.equal([])
  }
  const idIn = ({ stdout, stderr, exitCode }: CommandResult): string => {
    expect(exitCode, stderr).to.equal(0)
    return (JSON.parse(stdout) as { signatureId: string }).signatureId
  }
  const stored = new Map<string, { mnemonic: string; key: string }>()
  const idsIn = ({ product }: CommandPlace): { mnemonic: string; key: string } => {
    const ids = stored.get(product)
    if (ids === undefined) throw new Error(`nothing was stored with ${product}`)
    return ids
  }

  it('appear only where a command is there to show them', async () => {
    const all = places.map(async (place) => {
      const imported = [
        await run(place, ['storemanagedwallet', 'ETH', '--testnet'], `${MNEMONIC}\n`),
        await run(place, ['storemanagedprivatekey', 'ETH', '--testnet'], `${KEY}\n`),
      ] as const
      for (const result of imported) expectSilence(result, `importing with ${place.product}`)
      const [mnemonic, key] = [idIn(imported[0]), idIn(imported[1])]
      stored.set(place.product, { mnemonic, key })
      for (const argv of [['getmanagedwallet', mnemonic], ['getprivatekey', key, '0'], ['export']]) {
        const result = await run(place, argv)
        expect(leaks.in(result.stdout), `${argv.join(' ')} with ${place.product}`).not.to.deep.equal([])
        expect(leaks.in(result.stderr)).to.deep.equal([])
      }
      const silent = [
        ...[
          ['getaddress', mnemonic, '0'],
          ['getaddress', mnemonic, 'abc'],
          ['getprivatekey', mnemonic, '4294967296'],
        ],
        ...[
          ['getmanagedwallet', ABSENT],
          ['wallets', 'list'],
          ['report', `${mnemonic},${key},${ABSENT}`],
        ],
        ...[['checkconfig'], ['config', 'show'], ['transactions', 'list'], ['backend', 'check', '--write-probe']],
        ...[
          ['generatemanagedprivatekeybatch', 'ETH', '3'],
          ['removewallet', ABSENT, '--permanent', '--yes'],
        ],
      ]
      for (const argv of silent) expectSilence(await run(place, argv), `${argv.join(' ')} with ${place.product}`)
      const wrong = await run(place, ['storemanagedwallet', 'BTC'], `${OTHER_MNEMONIC} wrong\n`)
      expect(wrong.exitCode).to.equal(41)
      expectSilence(wrong, `a wrong mnemonic with ${place.product}`)
      expectNothingLeftBehind(place)
    })
    await Promise.all(all)
  })

  it('are not told by the daemon that signs with them', async () => {
    const transaction = { to: '0x000000000000000000000000000000000000dead', value: '1', gasPrice: '1' }
    const base = { chain: 'ETH', serializedTransaction: JSON.stringify(transaction) }
    for (const [number, place] of places.entries()) {
      const { mnemonic, key } = idsIn(place)
      api.add(
        { ...base, id: `${number}0`.repeat(12), hashes: [key] },
        { ...base, id: `${number}a`.repeat(12), hashes: [mnemonic], index: 0 },
      )
      const result = await run(place, ['daemon', '--run-once', '--testnet', '--chain', 'ETH'])
      expect(result.stdout).to.contain('transaction.completed')
      expect(result.exitCode, result.stdout + result.stderr).to.equal(0)
      expectSilence(result, `the daemon with ${place.product}`)
      expectNothingLeftBehind(place)
    }
    expect(leaks.in(JSON.stringify(api.reports))).to.deep.equal([])
  })

  const troubles: readonly Trouble[] = [
    ...(['denied', 'wrong credential', 'throttled', 'sealed', 'cut off', 'half an answer'] as const),
    ...(['garbage', 'unkind', 'unkind at sign-in', 'down'] as const),
  ]
  for (const trouble of troubles) {
    it(`are in no error, log, file or address when the product is ${trouble}`, async () => {
      const all = places.map(async (place) => {
        const begin = place.troubles[trouble]
        if (begin === undefined) return false
        begin()
        const { mnemonic, key } = idsIn(place)
        const commands: [string[], string?][] = [
          ...([[['getmanagedwallet', mnemonic]], [['getprivatekey', key, '0']], [['export']]] as [string[]][]),
          ...([[['wallets', 'list']], [['backend', 'check', '--write-probe']]] as [string[]][]),
          ...([[['report', mnemonic]], [['removewallet', mnemonic, '--permanent', '--yes']]] as [string[]][]),
          [['storemanagedwallet', 'BTC', '--testnet'], `${OTHER_MNEMONIC}\n`],
          [['daemon', '--run-once', '--testnet', '--chain', 'ETH']],
        ]
        const tried = commands.map(async ([argv, input]) => {
          const result = await run(place, argv, input, '-in-haste')
          const what = `${argv.join(' ')} with ${place.product}`
          expectSilence(result, what)
          return { what, ...result }
        })
        const results = await Promise.all(tried)
        place.heal()
        for (const { what, exitCode, stderr } of results.slice(0, 2)) {
          expect(exitCode, what).not.to.be.oneOf([0, 1])
          expect(stderr, what).not.to.equal('')
        }
        expectNothingLeftBehind(place)
        return true
      })
      expect((await Promise.all(all)).filter((tried) => tried)).not.to.deep.equal([])
    })
  }

  it('are not told by libraries that are asked to talk', async () => {
    const all = places.map(async (place) => {
      const store = await runTalking(place, ['storemanagedprivatekey', 'ETH'], `${KEY}\n`)
      expectSilence(store, `talking import with ${place.product}`)
      expect(store.exitCode, store.stderr).to.equal(0)
      const list = await runTalking(place, ['wallets', 'list'])
      expectSilence(list, `talking list with ${place.product}`)
      expect(list.exitCode, list.stderr).to.equal(0)
      place.troubles.unkind?.()
      expectSilence(await runTalking(place, ['report', idsIn(place).key]), `talking failure with ${place.product}`)
      place.heal()
      expectNothingLeftBehind(place)
    })
    await Promise.all(all)
  })

  it('are found by this test when they do leak', () => {
    for (const { product, credentials } of places) expect(leaks.in(`x${credentials[0]}x`), product).to.have.length(1)
    writeFileSync(join(home, 'leak'), `x${Buffer.from(MNEMONIC).toString('base64')}x`)
    expect(leaks.onDisk(home).some((leak) => leak.includes('/leak: '))).to.equal(true)
    rmSync(join(home, 'leak'))
  })
})
