import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { keccak_256 } from '@noble/hashes/sha3'
import { Transaction as BitcoinTransaction } from 'bitcoinjs-lib'
import type { PendingItem } from './requests.js'

/*
 * A Tatum API for measuring, in a process of its own: it hands out pending transactions, answers look-ups with what never changes, counts nonces from what was
 * broadcast, and keeps every raw transaction so that the result can be checked afterwards. Every answer waits for the set latency.
 */

/** From the benchmark to this process. */
export interface EmulatorOrder {
  readonly chain: 'ETH' | 'BTC'
  readonly pending: readonly PendingItem[]
  readonly latencyMs: number
}

export interface EmulatorReport {
  /** From the arrival of the first poll to the last broadcast. */
  readonly elapsedMs: number
  readonly requests: number
  readonly connections: number
  readonly maxInFlight: number
  /** Raw transactions by pending id, in the order of their arrival. */
  readonly broadcasts: Readonly<Record<string, readonly string[]>>
  readonly cpuSeconds: number
}

const GAS = '0x5208'
const SEPOLIA = '0xaa36a7'
const FEE = { medium: 20_000_000_000, fast: 30_000_000_000, slow: 10_000_000_000 }

/** `listed`, not `pending`: what was broadcast is not handed out again. */
class Emulator {
  readonly #listed: Map<string, PendingItem>
  readonly #broadcasts = new Map<string, string[]>()
  #firstPollAt: number | undefined
  #lastBroadcastAt = 0
  #inFlight = 0
  readonly #cpuAtStart = process.cpuUsage()
  requests = 0
  connections = 0
  maxInFlight = 0

  constructor(private readonly order: EmulatorOrder) {
    this.#listed = new Map(order.pending.map((item) => [item.id, item]))
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1
    this.#inFlight += 1
    this.maxInFlight = Math.max(this.maxInFlight, this.#inFlight)
    try {
      const path = request.url ?? ''
      if (path.startsWith('/v3/kms/pending/')) this.#firstPollAt ??= performance.now()
      const body = await bodyOf(request)
      if (this.order.latencyMs > 0) await delay(this.order.latencyMs)
      const text = JSON.stringify(this.#reply(path, body))
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
        .end(text)
    } finally {
      this.#inFlight -= 1
    }
  }

  report(): EmulatorReport {
    const { user, system } = process.cpuUsage(this.#cpuAtStart)
    const { requests, connections, maxInFlight } = this
    return {
      ...{ requests, connections, maxInFlight },
      elapsedMs: this.#lastBroadcastAt - (this.#firstPollAt ?? this.#lastBroadcastAt),
      broadcasts: Object.fromEntries(this.#broadcasts),
      cpuSeconds: (user + system) / 1e6,
    }
  }

  #reply(path: string, body: unknown): unknown {
    if (path.startsWith('/v3/kms/pending/')) return this.#pendingOf((body as { signatureIds: string[] }).signatureIds)
    if (path.endsWith('/broadcast')) return this.#broadcast(body as { signatureId: string; txData: string })
    // Nothing was ever sent from these accounts; the program counts on from there by itself.
    if (path.includes('/transaction/count/')) return 0
    if (path.startsWith('/v3/blockchain/fee/')) return FEE
    const { id, method } = body as { id: number; method: string }
    return { jsonrpc: '2.0', id, result: method === 'eth_chainId' ? SEPOLIA : GAS }
  }

  #pendingOf(signatureIds: readonly string[]): readonly PendingItem[] {
    const asked = new Set(signatureIds)
    return [...this.#listed.values()].filter((item) => item.hashes.some((id) => asked.has(id)))
  }

  #broadcast({ signatureId, txData }: { signatureId: string; txData: string }): unknown {
    this.#lastBroadcastAt = performance.now()
    const known = this.#broadcasts.get(signatureId)
    if (known) known.push(txData)
    else this.#broadcasts.set(signatureId, [txData])
    this.#listed.delete(signatureId)
    return { txId: this.order.chain === 'ETH' ? ethereumId(txData) : BitcoinTransaction.fromHex(txData).getId() }
  }
}

const ethereumId = (raw: string): string =>
  `0x${Buffer.from(keccak_256(Buffer.from(raw.slice(2), 'hex'))).toString('hex')}`

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

process.once('message', (order: EmulatorOrder) => {
  const emulator = new Emulator(order)
  const server = createServer((request, response) => void emulator.answer(request, response))
  server.keepAliveTimeout = 60_000
  server.on('connection', () => (emulator.connections += 1))
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    process.send?.({ url: `http://127.0.0.1:${address.port}` })
  })
  process.once('message', () => process.send?.(emulator.report(), () => process.exit()))
})
