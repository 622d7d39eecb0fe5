import { writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { legacyStore } from '../kit/legacy-store.js'
import { numberedId } from '../kit/sample-wallets.js'
import type { Answer } from './support/fake-terminal.js'
import { TempHome } from './support/temp-home.js'
import { vectorWallet } from './support/vectors.js'

const [MNEMONIC_ID, KEY_ID] = [numberedId(1), numberedId(2)]
const PENDING_ID = '64f1c0ffee64f1c0ffee64f1'
const PASSWORD = 'seven canaries in 3 dark mines'
const API_KEY = 'canary-of-the-api'
const eth = vectorWallet('eth', true)
const typed = vectorWallet('btc', false)
const stored = [eth.mnemonic, eth.keys[0]?.privateKey ?? '', eth.keys[1]?.privateKey ?? '']

/** Every command, as it is used on a store with two wallets. `shows` marks those whose purpose is to print a secret. */
const USES: Readonly<
  Record<string, { argv: readonly string[]; stdin?: string; shows?: true; answers?: readonly Answer[] }>
> = {
  'store upgrade': { argv: [] },
  generatewallet: { argv: ['ETH'], shows: true },
  generatemanagedwallet: { argv: ['ETH'] },
  storemanagedwallet: {
    argv: ['BTC'],
    stdin: typed.mnemonic,
    answers: [{ question: /mnemonic to store/, keys: `${typed.mnemonic}\r` }],
  },
  storemanagedprivatekey: {
    argv: ['BTC'],
    stdin: typed.keys[0]?.privateKey ?? '',
    answers: [{ question: /private key to store/, keys: `${typed.keys[0]?.privateKey ?? ''}\r` }],
  },
  generatemanagedprivatekeybatch: { argv: ['ETH', '2'] },
  'wallets list': { argv: [] },
  getmanagedwallet: { argv: [MNEMONIC_ID], shows: true },
  getaddress: { argv: [MNEMONIC_ID, '0'] },
  getprivatekey: { argv: [KEY_ID], shows: true },
  export: { argv: [], shows: true },
  removewallet: { argv: [KEY_ID], answers: [{ question: /Remove it/, keys: 'no\r' }] },
  daemon: { argv: ['--testnet', '--run-once', '--api-url=http://127.0.0.1:9'] },
  'transactions list': { argv: [] },
  'transactions show': { argv: [PENDING_ID] },
  'transactions retry': { argv: [PENDING_ID] },
  'backend check': { argv: ['--write-probe'] },
  'backend reload': { argv: [] },
  'backend catalogue': { argv: [] },
  'backend restore': { argv: ['catalogue.json'] },
  migrate: { argv: ['--from', 'from.yaml', '--to', 'to.yaml'] },
  'store check': { argv: [] },
  'config show': { argv: ['--api-key', API_KEY] },
  'config check': { argv: [] },
  checkconfig: { argv: [] },
  report: { argv: [`${MNEMONIC_ID},${KEY_ID}`] },
  version: { argv: [] },
  'store change-password': { argv: ['--new-password', 'env:NEXT_PASSWORD'] },
}
/** Run a local chain for seconds; what they print is looked at where they are tested. */
const ELSEWHERE = ['demo', 'sandbox']

describe('secrets on standard output and standard error', () => {
  const home = new TempHome()
  const env = {
    TATUM_KMS_PASSWORD: PASSWORD,
    TATUM_API_KEY: API_KEY,
    NEXT_PASSWORD: 'nine canaries in 4 dark mines',
    TATUM_RETRIES: '0',
    TATUM_KMS_DEBUG_MODE: 'true',
  }
  before(() => {
    const entries = {
      [MNEMONIC_ID]: { mnemonic: eth.mnemonic, xpub: eth.xpub, chain: 'ETH', testnet: true },
      [KEY_ID]: { privateKey: eth.keys[1]?.privateKey, chain: 'ETH', testnet: true },
    }
    writeFileSync(home.file('wallet.dat'), legacyStore(entries, PASSWORD))
    for (const [name, file, variable] of [
      ['from', 'wallet.dat', 'TATUM_KMS_PASSWORD'],
      ['to', 'copy.dat', 'NEXT_PASSWORD'],
    ]) {
      const backend = { type: 'file', path: home.file(file ?? ''), password: `env:${variable}` }
      writeFileSync(home.file(`${name}.yaml`), JSON.stringify({ backend }))
    }
  })
  after(() => home.remove())

  it('are looked for in every command', () => {
    expect(Object.keys(USES).concat(ELSEWHERE)).to.have.members(COMMANDS.map(({ name }) => name))
  })

  for (const [name, { argv, stdin = '', shows, answers = [] }] of Object.entries(USES)) {
    it(`${name} prints ${shows === true ? 'the one it is asked for, and on standard output only' : 'none'}`, async () => {
      const spec = COMMANDS.find((command) => command.name === name)
      const takes = (flag: string): boolean => spec?.flags.some((known) => known.name === flag) === true
      const common = [
        ...(takes('path') ? ['--path', home.file('wallet.dat')] : []),
        ...(takes('log-level') ? ['--log-level=debug'] : []),
        '--debug',
      ]
      for (const person of [true, false]) {
        const options = person ? { answers, screen: false } : { stdin }
        const { out, err } = await home.run([...name.split(' '), ...argv, ...common], { env, ...options })
        const printed = shows === true ? err : out + err
        for (const secret of [PASSWORD, API_KEY, env.NEXT_PASSWORD, ...stored]) expect(printed).to.not.include(secret)
        if (stdin !== '') expect(printed).to.not.include(stdin)
        if (shows === true) expect(out).to.match(/mnemonic|privateKey/)
      }
    })
  }
})
