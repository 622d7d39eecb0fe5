import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '../kit/command-line.js'
import type { CommandResult } from '../kit/command-line.js'
import { FourEyeServer } from '../kit/four-eye-server.js'
import { legacyStore } from '../kit/legacy-store.js'
import { ReplayServer } from '../kit/replay-server.js'
import type { RecordedExchange } from '../kit/replay-server.js'

/**
 * Every golden vector through the whole program: the reference tool's wallet file, its flags and variables, the daemon as a command, the real HTTP client, journal
 * and four-eye check, against a server that plays the recorded API. Only the process boundary is left out.
 */
interface Run {
  readonly result: CommandResult
  /** Broadcasts that left, in order. */
  readonly broadcasts: readonly { readonly path: string; readonly body: unknown }[]
  readonly reports: readonly { readonly signatureId: string; readonly error: string }[]
}

interface Case {
  readonly name: string
  readonly testnet: boolean
  readonly chain: string
  readonly store: object
  readonly pending: { readonly id: string }
  readonly http: readonly RecordedExchange[]
}

const PASSWORD = 'the password of the vectors'
const homes: string[] = []

async function runDaemon({ testnet, chain, store, pending, http }: Case): Promise<Run> {
  const home = mkdtempSync(join(tmpdir(), 'keyward-vectors-'))
  homes.push(home)
  const path = join(home, 'wallet.dat')
  writeFileSync(path, legacyStore({ ...store, [randomUUID()]: bystander(chain, testnet) }, PASSWORD), { mode: 0o600 })
  const broadcasts: { path: string; body: unknown }[] = []
  const reports: { signatureId: string; error: string }[] = []
  const api = await ReplayServer.start(http, ({ method, path: target, body }) => {
    if (target === `/v3/kms/pending/${chain}`) return { body: [pending] }
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
      'daemon',
      '--run-once',
      `--chain=${chain}`,
      '--path',
      path,
      ...(testnet ? ['--testnet'] : ['--externalUrl', approver.url]),
    ]
    const env = {
      TATUM_API_URL: api.url,
      TATUM_API_KEY: 'stub-api-key',
      TATUM_KMS_PASSWORD: PASSWORD,
      TATUM_RETRIES: '0',
    }
    const result = await command(argv, { home, env })
    return { result, broadcasts, reports }
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

const vectors = (chain: string): Record<string, never[]> =>
  JSON.parse(readFileSync(new URL(`../vectors/${chain}.json`, import.meta.url), 'utf8')) as Record<string, never[]>

after(() => {
  for (const home of homes) rmSync(home, { recursive: true, force: true })
})

interface BitcoinVector {
  name: string
  testnet: boolean
  store: object
  pending: { id: string }
  expected: { request?: { path: string; body: unknown }; error?: string }
  referenceDefect?: string
}

const bitcoinCase = (vector: BitcoinVector): Case => ({ ...vector, chain: 'BTC', http: [] })

describe('BTC vectors through the daemon', () => {
  for (const vector of vectors('btc')['signing'] as BitcoinVector[]) {
    it(`broadcasts the bytes of ${vector.name}`, async () => {
      const { result, broadcasts } = await runDaemon(bitcoinCase(vector))
      expect(broadcasts, result.stdout).to.deep.equal([
        { path: vector.expected.request?.path, body: vector.expected.request?.body },
      ])
      expect(result.exitCode, result.stderr).to.equal(0)
    })
  }

  /** What is right for each edge case; where the reference does otherwise, why it is wrong. */
  const edges: Record<string, { does: 'sign' | 'refuse'; because?: string }> = {
    'edge-one-key-missing': { does: 'refuse', because: 'a transaction that is signed in part can never be valid' },
    'edge-no-matching-key': { does: 'refuse', because: 'an unsigned transaction can never be valid' },
    'edge-hash-mismatch': { does: 'refuse' },
    'edge-no-hash-field': { does: 'sign' },
    'edge-input-without-output-info': { does: 'refuse' },
    'edge-mnemonic-wallet-without-index': { does: 'refuse' },
    'edge-unknown-signature-id': { does: 'refuse' },
    'edge-unknown-id-in-signatures': { does: 'refuse' },
    'edge-signatures-entry-without-index': { does: 'refuse' },
    'edge-index-2147483648': {
      does: 'refuse',
      because: 'indexes from 2^31 on mean hardened children, which no address was ever derived from',
    },
    'edge-wallet-of-other-network': { does: 'refuse', because: 'a wallet of one network must not sign for the other' },
    'edge-outputs-exceed-inputs': { does: 'refuse', because: 'no node accepts outputs that exceed the inputs' },
    'edge-uncompressed-or-wrong-network-wif': {
      does: 'refuse',
      because: 'a key written for the main network must not sign test transactions',
    },
    'edge-offchain-no-withdrawalResponses': { does: 'refuse' },
    'edge-offchain-derivationKey-missing': { does: 'sign' },
  }
  for (const vector of vectors('btc')['edge'] as BitcoinVector[]) {
    const edge = edges[vector.name]
    const differs = edge?.because === undefined ? '' : ` (the reference broadcasts: ${edge.because})`
    it(`${edge?.does === 'sign' ? 'signs' : 'refuses'} ${vector.name}${differs}`, async () => {
      expect(edge, 'a decision about this case').not.to.equal(undefined)
      const { result, broadcasts, reports } = await runDaemon(bitcoinCase(vector))
      if (edge?.does === 'sign') {
        expect(broadcasts.map(({ body }) => body)).to.deep.equal([vector.expected.request?.body])
        return
      }
      expect(broadcasts).to.deep.equal([])
      expect(result.exitCode, result.stdout + result.stderr).to.equal(8)
      expect(reports.map(({ signatureId }) => signatureId)).to.deep.equal([vector.pending.id])
    })
  }
})

interface EthereumVector {
  name: string
  network: string
  wallet: Record<string, string>
  pending: { id: string; hashes: string[]; signatures?: { id: string }[] }
  http: RecordedExchange[]
  broadcast?: { url: string; body: unknown }
}

function ethereumCase({ name, network, wallet, pending, http }: EthereumVector): Case {
  const testnet = network === 'testnet'
  const id = pending.hashes[0] ?? pending.signatures?.[0]?.id ?? ''
  // The reference re-derives from the mnemonic and never reads the xpub it stores; a file without one is its oldest form.
  const store = { [id]: { ...wallet, chain: 'ETH', testnet } }
  return { name, testnet, chain: 'ETH', store, pending, http }
}

describe('ETH vectors through the daemon', () => {
  for (const vector of vectors('eth')['signing'] as EthereumVector[]) {
    it(`broadcasts the bytes of ${vector.name}`, async () => {
      const { result, broadcasts } = await runDaemon(ethereumCase(vector))
      const path = vector.broadcast?.url.replace('{TATUM_API_URL}', '')
      expect(broadcasts, result.stdout).to.deep.equal([{ path, body: vector.broadcast?.body }])
      expect(result.exitCode, result.stderr).to.equal(0)
    })
  }

  /** Refused by the reference, rightly or not. */
  const rejected: Record<string, { does: 'sign' | 'refuse'; because?: string }> = {
    withdrawal: {
      does: 'sign',
      because: 'the reference drops every off-chain broadcast before it is sent, by a defect',
    },
    'withdrawal-minimal': { does: 'sign', because: 'the same defect' },
    'deploy-gas-below-intrinsic': { does: 'refuse' },
    'eip1559-fields': {
      does: 'sign',
      because: 'the reference adds a gas price to EIP-1559 fees and then refuses its own mixture',
    },
    'eip1559-fields-and-type': { does: 'sign', because: 'the same defect' },
    'bad-checksum-to': { does: 'refuse' },
    'fractional-value': { does: 'refuse' },
    'mnemonic-without-index': { does: 'refuse' },
    'string-chainid-hex': { does: 'refuse' },
  }
  const chainId: RecordedExchange = {
    method: 'POST',
    url: '{TATUM_API_URL}/v3/ethereum/web3/stub-api-key',
    body: { jsonrpc: '2.0', method: 'eth_chainId', params: [] },
    response: { status: 200, body: { jsonrpc: '2.0', result: '0xaa36a7' } },
  }
  for (const vector of vectors('eth')['rejected'] as EthereumVector[]) {
    const decision = rejected[vector.name]
    const differs = decision?.because === undefined ? '' : ` (unlike the reference: ${decision.because})`
    it(`${decision?.does === 'sign' ? 'signs' : 'refuses'} ${vector.name}${differs}`, async () => {
      expect(decision, 'a decision about this case').not.to.equal(undefined)
      const hasChainId = vector.http.some(({ body }) => JSON.stringify(body ?? {}).includes('eth_chainId'))
      const http = hasChainId ? vector.http : [...vector.http, chainId]
      const { result, broadcasts, reports } = await runDaemon(ethereumCase({ ...vector, http }))
      expect(broadcasts, result.stdout).to.have.length(decision?.does === 'sign' ? 1 : 0)
      expect(reports).to.have.length(decision?.does === 'sign' ? 0 : 1)
      expect(result.exitCode).to.equal(decision?.does === 'sign' ? 0 : 8)
    })
  }
})
