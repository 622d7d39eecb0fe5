import { createHash } from 'node:crypto'
import type { Answer, Received } from './loopback-server.js'

export interface FakeOutput {
  readonly value: number
  /** Hexadecimal. */
  readonly script: string
  readonly address?: string
}

const UTXO_PATHS = new Set(['bitcoin', 'litecoin', 'dogecoin', 'bcash'])

interface Parsed {
  readonly txId: string
  /** What the transaction uses up: `account:nonce` or `hash:index`. Two transactions that share one cannot both be accepted. */
  readonly spends: readonly string[]
  readonly sender?: string
  readonly nonce?: number
}

async function parseRaw(apiPath: string, raw: string): Promise<Parsed> {
  const unknown: Parsed = { txId: createHash('sha256').update(raw).digest('hex'), spends: [] }
  try {
    return UTXO_PATHS.has(apiPath) ? await parseUtxo(raw) : await parseEvm(raw)
  } catch {
    return unknown
  }
}

async function parseEvm(raw: string): Promise<Parsed> {
  const { Transaction } = await import('ethers')
  const { hash, from, nonce } = Transaction.from(raw)
  if (hash === null || from === null) throw new Error('unsigned')
  return { txId: hash, spends: [`${from.toLowerCase()}:${nonce}`], sender: from.toLowerCase(), nonce }
}

async function parseUtxo(raw: string): Promise<Parsed> {
  const { Transaction } = await import('bitcoinjs-lib')
  const transaction = Transaction.fromHex(raw)
  const spends = transaction.ins.map(({ hash, index }) => `${Buffer.from(hash).reverse().toString('hex')}:${index}`)
  return { txId: transaction.getId(), spends }
}

/** What all nodes behind the fake API know: transactions, nonces, unspent outputs. Enough of a network to tell a double payment from a repeat. */
export class FakeChainState {
  chainId = 11_155_111
  gasPriceWei = 20_000_000_000
  estimatedGas = 21_000
  readonly #accepted = new Map<string, string>()
  readonly #spentBy = new Map<string, string>()
  readonly #nonces = new Map<string, number>()
  readonly #outputs = new Map<string, FakeOutput>()

  setNonce(address: string, nonce: number): void {
    this.#nonces.set(address.toLowerCase(), nonce)
  }

  nonceOf(address: string): number {
    return this.#nonces.get(address.toLowerCase()) ?? 0
  }

  /** An unspent output that look-ups find. @param apiPath e.g. `bitcoin`. */
  addOutput(apiPath: string, hash: string, index: number, output: FakeOutput): void {
    this.#outputs.set(`${apiPath}/${hash}/${index}`, output)
  }

  knows(txId: string): boolean {
    return this.#accepted.has(txId.toLowerCase())
  }

  /** Transactions the network has taken. */
  get size(): number {
    return this.#accepted.size
  }

  /** @returns the id, and the node's refusal if it does not take the bytes. */
  async submit(apiPath: string, raw: string): Promise<{ readonly txId: string; readonly refusal?: string }> {
    const { txId, spends, sender, nonce } = await parseRaw(apiPath, raw)
    const utxo = UTXO_PATHS.has(apiPath)
    if (this.knows(txId)) return { txId, refusal: utxo ? 'txn-already-in-mempool' : 'already known' }
    if (spends.some((spent) => this.#spentBy.has(spent))) {
      return { txId, refusal: utxo ? 'bad-txns-inputs-missingorspent' : 'nonce too low' }
    }
    if (sender !== undefined && nonce !== undefined) {
      if (nonce < this.nonceOf(sender)) return { txId, refusal: 'nonce too low' }
      this.#nonces.set(sender, nonce + 1)
    }
    this.#accepted.set(txId.toLowerCase(), raw)
    for (const spent of spends) this.#spentBy.set(spent, txId)
    return { txId }
  }

  /** Look-ups of the REST API, as far as the signing of BTC-like and EVM transactions asks for them. */
  rest(request: Received): Answer | undefined {
    const [apiPath = '', what = '', ...rest] = request.path.split('/').slice(2)
    if (apiPath === 'blockchain' && what === 'fee') return { body: this.#fee(rest[0] ?? '') }
    if (what === 'transaction' && rest[0] === 'count') return { body: this.nonceOf(rest[1] ?? '') }
    if (what === 'transaction') return this.#transaction(apiPath, rest[0] ?? '')
    if (what === 'utxo') return this.#output(apiPath, rest[0] ?? '', rest[1] ?? '')
    return undefined
  }

  /** Methods of an EVM node. */
  rpc(method: string, params: readonly unknown[]): { readonly result: unknown } | { readonly error: object } {
    const hex = (value: number): string => `0x${value.toString(16)}`
    const first = String(params[0])
    switch (method) {
      case 'eth_chainId':
        return { result: hex(this.chainId) }
      case 'net_version':
        return { result: String(this.chainId) }
      case 'eth_gasPrice':
        return { result: hex(this.gasPriceWei) }
      case 'eth_estimateGas':
        return { result: hex(this.estimatedGas) }
      case 'eth_getTransactionCount':
        return { result: hex(this.nonceOf(first)) }
      case 'eth_getTransactionByHash':
        return { result: this.knows(first) ? { hash: first, blockNumber: null } : null }
      case 'eth_getTransactionReceipt':
        return { result: null }
      case 'eth_blockNumber':
        return { result: '0x1312d00' }
      default:
        return { error: { code: -32601, message: `the method ${method} does not exist/is not available` } }
    }
  }

  #fee(code: string): object {
    const wei = this.gasPriceWei
    const perByte = { fast: 30, medium: 20, slow: 10 }
    const values = code === 'ETH' ? { fast: wei * 2, medium: wei, slow: wei / 2, baseFee: wei / 4 } : perByte
    return { time: '2026-01-01T00:00:00.000Z', block: '20000000', ...values }
  }

  #transaction(apiPath: string, hash: string): Answer {
    const utxo = UTXO_PATHS.has(apiPath)
    if (this.knows(hash))
      return { body: utxo ? { hash, blockNumber: null } : { transactionHash: hash, blockNumber: null } }
    const [status, errorCode] = utxo ? [403, 'tx.missing'] : [404, 'tx.not.found']
    return { status, body: { statusCode: status, errorCode, message: 'No such transaction.' } }
  }

  #output(apiPath: string, hash: string, index: string): Answer {
    const output = this.#outputs.get(`${apiPath}/${hash}/${index}`)
    if (output === undefined || this.#spentBy.has(`${hash}:${index}`)) {
      const message = 'No such UTXO, or it has been spent.'
      return { status: 403, body: { statusCode: 403, errorCode: 'tx.hash.index.spent', message } }
    }
    return { body: { version: 2, height: 800_000, coinbase: false, hash, index: Number(index), ...output } }
  }
}
