import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from './command-line.js'
import type { CommandResult } from './command-line.js'
import { FourEyeServer } from './four-eye-server.js'
import { legacyStore } from './legacy-store.js'
import type { Received } from './loopback-server.js'
import { ReplayServer } from './replay-server.js'
import type { RecordedExchange } from './replay-server.js'

/**
 * A golden vector through the whole program: the reference tool's wallet file, its flags and variables, the daemon as a command, the real HTTP client, journal
 * and four-eye check, against a server that plays the recorded API. Only the process boundary is left out.
 */
export interface Run {
  readonly result: CommandResult
  /** Broadcasts that left, in order. */
  readonly broadcasts: readonly { readonly path: string; readonly body: unknown }[]
  readonly reports: readonly { readonly signatureId: string; readonly error: string }[]
  /** All that was asked, in order. */
  readonly requests: readonly Received[]
}

export interface Case {
  readonly name: string
  readonly testnet: boolean
  readonly chain: string
  readonly store: object
  readonly pending: { readonly id: string }
  readonly http: readonly RecordedExchange[]
  /** Variables that point a chain's own hosts to the replay server. */
  readonly env?: (url: string) => Readonly<Record<string, string>>
}

const PASSWORD = 'the password of the vectors'
export async function runDaemon({ store, pending, ...round }: Case): Promise<Run> {
  const home = mkdtempSync(join(tmpdir(), 'keyward-vectors-'))
  try {
    const path = join(home, 'wallet.dat')
    const others = { [randomUUID()]: bystander(round.chain, round.testnet) }
    writeFileSync(path, legacyStore({ ...store, ...others }, PASSWORD), { mode: 0o600 })
    const wallets = { flags: ['--path', path], env: { TATUM_KMS_PASSWORD: PASSWORD } }
    return await runRound({ ...round, pending: [pending] }, home, wallets)
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** What one round of the daemon finds waiting. */
export interface Round extends Omit<Case, 'name' | 'store' | 'pending'> {
  readonly pending: readonly Case['pending'][]
}

/** Which backend the daemon signs from. */
export interface WalletPlace {
  readonly flags: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** @param home for the journal */
export async function runRound(round: Round, home: string, wallets: WalletPlace): Promise<Run> {
  const { testnet, chain, pending, http, env: hosts } = round
  const broadcasts: { path: string; body: unknown }[] = []
  const reports: { signatureId: string; error: string }[] = []
  const api = await ReplayServer.start(http, ({ method, path: target, body }) => {
    if (target === `/v3/kms/pending/${chain}`) return { body: pending }
    if (target === '/v3/tatum/kms/batch') {
      reports.push(...(JSON.parse(body) as { errors: { signatureId: string; error: string }[] }).errors)
      return { body: {} }
    }
    if (method !== 'POST' || !target.endsWith('/broadcast')) return undefined
    broadcasts.push({ path: target, body: JSON.parse(body) })
    return { body: { txId: 'ab'.repeat(32), completed: true } }
  })
  const approver = await FourEyeServer.start()
  try {
    const argv = [
      ...['daemon', '--run-once', `--chain=${chain}`, ...wallets.flags],
      ...(testnet ? ['--testnet'] : ['--externalUrl', approver.url]),
    ]
    const env = {
      ...hosts?.(api.url),
      TATUM_API_URL: api.url,
      TATUM_API_KEY: 'stub-api-key',
      TATUM_RETRIES: '0',
      ...wallets.env,
    }
    const result = await command(argv, { home, env })
    return { result, broadcasts, reports, requests: [...api.requests] }
  } finally {
    await api.close()
    await approver.close()
  }
}

/** Some other wallet of that chain: a daemon without any asks for nothing. */
function bystander(chain: string, testnet: boolean): object {
  const wallets = vectors('btc')['wallets'] as { testnet: boolean; keys: { privateKey: string }[] }[]
  const wif = wallets.find((wallet) => wallet.testnet === testnet)?.keys[3]?.privateKey
  return { privateKey: chain === 'BTC' ? wif : `0x${'11'.repeat(32)}`, chain, testnet }
}

export const vectors = (chain: string): Record<string, never[]> =>
  JSON.parse(readFileSync(new URL(`../vectors/${chain}.json`, import.meta.url), 'utf8')) as Record<string, never[]>

export interface BitcoinVector {
  name: string
  testnet: boolean
  store: object
  pending: { id: string }
  expected: { request?: { path: string; body: unknown }; error?: string }
  referenceDefect?: string
}

export const bitcoinCase = (vector: BitcoinVector, chain = 'BTC'): Case => ({ ...vector, chain, http: [] })

export interface EthereumVector {
  name: string
  network: string
  wallet: Record<string, string>
  pending: { id: string; hashes: string[]; signatures?: { id: string }[] }
  http: RecordedExchange[]
  broadcast?: { url: string; body: unknown }
}

export function ethereumCase({ name, network, wallet, pending, http }: EthereumVector, chain = 'ETH'): Case {
  const testnet = network === 'testnet'
  const id = pending.hashes[0] ?? pending.signatures?.[0]?.id ?? ''
  // The reference re-derives from the mnemonic and never reads the xpub it stores; a file without one is its oldest form.
  const store = { [id]: { ...wallet, chain, testnet } }
  return { name, testnet, chain, store, pending, http }
}
