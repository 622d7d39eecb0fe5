import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '../kit/command-line.js'
import type { CommandResult } from '../kit/command-line.js'
import { FakeTatum } from '../kit/fake-tatum.js'
import type { FaultKind } from '../kit/fake-faults.js'
import { FourEyeServer, sayNo } from '../kit/four-eye-server.js'
import { LeakFinder } from '../kit/leaks.js'

/** Secrets that are known, so that they can be looked for. All are test data. */
const MNEMONIC = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
const KEY = `0x${'c0ffee11'.repeat(8)}`
const PASSWORD = 'canary password 4711'
const API_KEY = 'canary-api-key-0815'

const CANARIES = new LeakFinder([MNEMONIC, MNEMONIC.slice(0, 40), KEY, PASSWORD, API_KEY])

describe('known secrets', function () {
  this.timeout(120_000)
  let home: string
  const env = (): Record<string, string> => ({ TATUM_API_KEY: API_KEY, TATUM_KMS_PASSWORD: PASSWORD, TMPDIR: home })

  before(() => (home = mkdtempSync(join(tmpdir(), 'keyward-canary-'))))
  after(() => rmSync(home, { recursive: true, force: true }))

  const leaksIn = (text: string): string[] => CANARIES.in(text)
  const run = (argv: readonly string[], input = '', extra: Record<string, string> = {}): Promise<CommandResult> =>
    command(argv, { home, env: { ...env(), ...extra }, input })

  /** The password file of a test is not among them. */
  const leaksOnDisk = (): string[] => CANARIES.onDisk(home)
  const expectSilence = ({ stdout, stderr }: CommandResult, what: string): void => {
    expect(leaksIn(stdout), `${what}, stdout`).to.deep.equal([])
    expect(leaksIn(stderr), `${what}, stderr`).to.deep.equal([])
  }

  it('appear on stdout for the commands whose purpose that is, and nowhere else in any command, failure or file', async () => {
    const stored = await run(['storemanagedwallet', 'ETH', '--testnet'], `${MNEMONIC}\n`)
    expect(stored.exitCode, stored.stderr).to.equal(0)
    const mnemonicId = (JSON.parse(stored.stdout) as { signatureId: string }).signatureId
    const imported = await run(['storemanagedprivatekey', 'ETH', '--testnet'], `${KEY}\n`)
    const keyId = (JSON.parse(imported.stdout) as { signatureId: string }).signatureId
    for (const result of [stored, imported]) expectSilence(result, 'importing')

    const shown = [
      await run(['getmanagedwallet', mnemonicId]),
      await run(['getprivatekey', keyId, '0']),
      await run(['export']),
    ]
    for (const result of shown) {
      expect(leaksIn(result.stdout), 'shown on purpose').not.to.deep.equal([])
      expect(leaksIn(result.stderr)).to.deep.equal([])
    }

    const silent: [string[], string?, Record<string, string>?][] = [
      [['getaddress', mnemonicId, '0']],
      [['getaddress', mnemonicId, 'abc']],
      [['getprivatekey', mnemonicId, '4294967296']],
      [['getmanagedwallet', '4057be77-70f3-4a1a-a0da-dfa083830513']],
      [['wallets', 'list']],
      [['report', `${mnemonicId},${keyId}`]],
      [['checkconfig']],
      [['config', 'show']],
      [['store', 'check']],
      [['transactions', 'list']],
      [['generatemanagedprivatekeybatch', 'ETH', '3']],
      [['storemanagedwallet', 'BTC'], `${MNEMONIC} wrong\n`],
      [['storemanagedwallet', 'BTC'], `${MNEMONIC.replace('winner', 'winer')}\n`],
      [['storemanagedprivatekey', 'BTC'], `${KEY}\n`],
      [['export'], '', { TATUM_KMS_PASSWORD: `${PASSWORD} but wrong` }],
      [['daemon', '--run-once']],
      [['nonsense', mnemonicId]],
    ]
    for (const [argv, input, extra] of silent) expectSilence(await run(argv, input, extra), argv.join(' '))
    expect(leaksOnDisk()).to.deep.equal([])

    const faults: (FaultKind | undefined)[] = [undefined, 401, 500, 'reset', 'malformed', 'accept-then-reset']
    for (const [round, fault] of faults.entries()) {
      const api = await FakeTatum.start({ apiKey: API_KEY })
      const approver = await FourEyeServer.start(round % 2 === 0 ? undefined : sayNo)
      const transaction = { to: '0x000000000000000000000000000000000000dead', value: '1', gasPrice: '1' }
      const base = { chain: 'ETH', serializedTransaction: JSON.stringify(transaction) }
      api.add(
        { ...base, id: `${round}`.repeat(24), hashes: [keyId] },
        { ...base, id: `${round}a`.repeat(12), hashes: [mnemonicId], index: 0 },
      )
      if (fault !== undefined)
        for (const route of ['pending', 'broadcast', 'rpc', 'report'] as const)
          api.fail(route, { kind: fault, times: 2 })
      const argv = [
        'daemon',
        '--testnet',
        '--run-once',
        '--chain',
        'ETH',
        '--external-url',
        approver.url,
        '--external-url-method',
        'POST',
        '--log-level',
        'debug',
      ]
      const result = await run(argv, '', { TATUM_API_URL: api.url, TATUM_RETRIES: '1', TATUM_RETRY_DELAY: '1' })
      expectSilence(result, `daemon with ${String(fault)}`)
      const told = approver.questions
        .map(({ headers, target, body }) => JSON.stringify(headers) + target + body)
        .join('\n')
      expect(leaksIn(told), 'what the approver hears').to.deep.equal([])
      expect(leaksIn(JSON.stringify(api.reports)), 'what Tatum hears').to.deep.equal([])
      await api.close()
      await approver.close()
    }
    for (const argv of [
      ['transactions', 'list'],
      ['transactions', 'show', '0'.repeat(24)],
    ])
      expectSilence(await run(argv), argv.join(' '))
    expect(leaksOnDisk()).to.deep.equal([])
  })

  it('are found by this test when they do leak', () => {
    expect(leaksIn(`... ${Buffer.from(KEY).toString('base64')} ...`)).not.to.deep.equal([])
    writeFileSync(join(home, 'leak'), `x${PASSWORD}x`)
    expect(leaksOnDisk().some((leak) => leak.includes('/leak: '))).to.equal(true)
    rmSync(join(home, 'leak'))
  })
})
