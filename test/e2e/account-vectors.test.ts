import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { decodeRlp, encodeRlp, keccak256, SigningKey, Transaction } from 'ethers'
import type { RecordedExchange } from '../kit/replay-server.js'
import { ethereumCase, runDaemon, vectors } from '../kit/vector-run.js'
import type { Case, EthereumVector, Run } from '../kit/vector-run.js'

/**
 * Vectors of further chains with accounts, through the whole daemon. What differs from the reference here is explained where the chain's own tests are; here it is played
 * too, so that every vector has its end.
 */

const BASE = '{TATUM_API_URL}'
const UNDONE = { status: 200, body: {} }

const only = ({ result, broadcasts }: Run): { path: string; body: unknown } => {
  expect(broadcasts, result.stdout).to.have.length(1)
  expect(result.exitCode, result.stderr).to.equal(0)
  return broadcasts[0]!
}

/** Nothing was sent, and the API was told about exactly this transaction. */
function expectRefused({ result, broadcasts, reports }: Run, id: string): void {
  expect(broadcasts).to.deep.equal([])
  expect(reports.map(({ signatureId }) => signatureId)).to.deep.equal([id])
  expect(result.exitCode, result.stdout + result.stderr).to.equal(8)
}

interface AccountVector {
  id: string
  testnet: boolean
  storedWallets: object
  pendingTransaction: { id: string }
  signedPayload?: string
  payloadIfFeeTakenAsFinal?: string
  signedTransactionBase64?: string
  txId?: string
  broadcast: { path: string; body: { txData: string; signatureId: string } }
  httpExchange: { request: { method: string; url: string; body?: unknown }; response: RecordedExchange['response'] }[]
}

/** What was recorded of the API, below the replay server; broadcasts are its own business. */
const answersOf = ({ httpExchange }: AccountVector, base = BASE): RecordedExchange[] =>
  httpExchange
    .filter(({ request }) => !request.url.endsWith('/broadcast'))
    .map(({ request: { method, url, body }, response }) => ({
      method,
      url: base + url.replace('test-api-key', 'stub-api-key'),
      body,
      response,
    }))

const caseOf = (vector: AccountVector, chain: string): Case => {
  const { id: name, testnet, storedWallets: store, pendingTransaction: pending } = vector
  return { name, testnet, chain, store, pending, http: answersOf(vector) }
}

const rows = (chain: string): AccountVector[] => vectors(chain)['signing'] as AccountVector[]

describe('vectors of Algorand, through the daemon', () => {
  const refused = ['algo-payment-mainnet-genesis-in-testnet-run', 'algo-rekey-dropped', 'algo-from-mismatch']
  for (const vector of rows('algo')) {
    const { id, broadcast, payloadIfFeeTakenAsFinal: fair } = vector
    if (refused.includes(id)) {
      it(`ALGO: refuses ${id}, which the reference signed`, async () => {
        expectRefused(await runDaemon(caseOf(vector, 'ALGO')), broadcast.body.signatureId)
      })
    } else if (id === 'algo-lease-dropped') {
      it(`ALGO: broadcasts ${id} with its lease, which the reference left out`, async () => {
        const { path, body } = only(await runDaemon(caseOf(vector, 'ALGO')))
        expect(path).to.equal(broadcast.path)
        expect((body as typeof broadcast.body).txData)
          .to.include('a26c78c420')
          .and.not.equal(broadcast.body.txData)
      })
    } else {
      it(`ALGO: broadcasts the bytes of ${id}${fair === undefined ? '' : ', with the fee that was asked for'}`, async () => {
        const sent = only(await runDaemon(caseOf(vector, 'ALGO')))
        const body = { ...broadcast.body, txData: fair ?? broadcast.body.txData }
        expect(sent).to.deep.equal({ path: broadcast.path, body })
      })
    }
  }
})

describe('vectors of MultiversX, through the daemon', () => {
  for (const vector of rows('egld')) {
    const { id, broadcast } = vector
    if (['egld-negative-value', 'egld-sender-mismatch'].includes(id)) {
      it(`EGLD: refuses ${id}, which the reference signed`, async () => {
        expectRefused(await runDaemon(caseOf(vector, 'EGLD')), broadcast.body.signatureId)
      })
    } else {
      const nan = id === 'egld-esdt-transfer-as-built'
      it(`EGLD: broadcasts the bytes of ${id}${nan ? ', with the value 0 in place of NaN' : ''}`, async () => {
        const run = caseOf(vector, 'EGLD')
        const http = JSON.parse(JSON.stringify(run.http).replaceAll('"NaN"', '"0"')) as RecordedExchange[]
        const { path, body } = only(await runDaemon({ ...run, http }))
        expect(path).to.equal(broadcast.path)
        const { txData, signatureId } = body as typeof broadcast.body
        expect(signatureId).to.equal(broadcast.body.signatureId)
        if (!nan) expect(txData).to.equal(broadcast.body.txData)
        else expect(txData).to.include('"value":"0"').and.not.include('NaN')
      })
    }
  }
})

describe('vectors of Solana, through the daemon', () => {
  const NODE = '/a-node-of-my-own'
  /** The reference puts foreign keys into another order; a message keeps its own here, so these are other bytes under another id. */
  const rearranged = 'sol-foreign-key-order'
  const ofThe = { API: undefined, 'own node': (url: string) => ({ KEYWARD_SOL_NODE_URL: url + NODE }) } as const

  for (const vector of rows('sol').filter(({ id }) => id !== rearranged)) {
    const { id, broadcast, txId = '', signedTransactionBase64, pendingTransaction: pending } = vector
    for (const [where, env] of Object.entries(ofThe)) {
      it(`SOL: sends the bytes of ${id} to the node of the ${where}, and tells the API their id`, async () => {
        const http = answersOf(vector).map((exchange) =>
          env === undefined ? exchange : { ...exchange, url: BASE + NODE },
        )
        const completed = { method: 'PUT', url: `${BASE}/v3/kms/${pending.id}/${txId}`, response: UNDONE }
        const run = await runDaemon({
          ...caseOf(vector, 'SOL'),
          http: [...http, completed],
          ...(env === undefined ? {} : { env }),
        })
        expect(only(run)).to.deep.equal({ path: broadcast.path, body: broadcast.body })
        const calls = run.requests.flatMap(({ target, body }) => {
          const { method, params } = JSON.parse(body || '{}') as { method?: string; params?: unknown[] }
          return method === 'sendTransaction' ? [{ target, raw: params?.[0] }] : []
        })
        const target = env === undefined ? '/v3/blockchain/node/SOL/stub-api-key' : NODE
        expect(calls).to.deep.equal([{ target, raw: signedTransactionBase64 }])
      })
    }
  }
})

interface Question {
  clauses: { to: string | null; value: string; data: string }[]
  caller: string
}

/** The reference asks for an estimate with the text '' for no value, letter cases as they came, and a gas price that VeChain does not know. */
function asAskedHere(recorded: unknown): unknown {
  if (recorded === undefined) return undefined
  const { clauses, caller } = recorded as Question
  const plain = clauses.map(({ to, value, data }) => ({ to, value: value || '0x0', data: data.toLowerCase() }))
  return { clauses: plain, caller }
}

describe('vectors of VeChain, through the daemon', () => {
  const NODE = '/a-node-of-my-own'
  /** The nonce is a function of the request here, and gas that was asked for is kept. */
  const otherBytes = ['random-nonce', 'native-transfer-gas-overwritten']

  for (const vector of vectors('vet')['signing'] as EthereumVector[]) {
    const other = otherBytes.includes(vector.name)
    it(`VET: broadcasts ${other ? 'other bytes than the reference for' : 'the bytes of'} ${vector.name}`, async () => {
      const http = vector.http.map((exchange) => ({
        ...exchange,
        body: asAskedHere(exchange.body),
        url: exchange.url.replace(/^https:\/\/sync-(testnet|mainnet)\.vechain\.org/, BASE + NODE),
      }))
      const env = (url: string) => ({ KEYWARD_VET_NODE_URL: url + NODE })
      const { path, body } = only(await runDaemon({ ...ethereumCase({ ...vector, http }, 'VET'), env }))
      expect(path).to.equal('/v3/vet/broadcast')
      const recorded = vector.broadcast?.body as { txData: string }
      const { txData, signatureId } = body as { txData: string; signatureId: string }
      expect(signatureId).to.equal(vector.pending.id)
      expect(txData === recorded.txData).to.equal(!other)
    })
  }
})

describe('vectors of Kaia, through the daemon', () => {
  const refused = ['deploy-gas-below-intrinsic', 'type-fee-delegated-transfer-sender']

  for (const vector of vectors('klay')['signing'] as EthereumVector[]) {
    if (refused.includes(vector.name)) {
      it(`KLAY: refuses ${vector.name}, which the reference signed and no node takes`, async () => {
        expectRefused(await runDaemon(ethereumCase(vector, 'KLAY')), vector.pending.id)
      })
    } else {
      it(`KLAY: broadcasts the bytes of ${vector.name}`, async () => {
        const sent = only(await runDaemon(ethereumCase(vector, 'KLAY')))
        // One signer of the reference keeps the letter case of data.
        const { txData, ...rest } = vector.broadcast?.body as { txData: string }
        expect(sent).to.deep.equal({ path: '/v3/klaytn/broadcast', body: { txData: txData.toLowerCase(), ...rest } })
      })
    }
  }
})

interface CeloVector extends EthereumVector {
  signer: { privateKey: string }
  signedTx: string
}

/** A number as RLP wants it. */
const minimal = (number: bigint): string => {
  const digits = number === 0n ? '' : number.toString(16)
  return `0x${digits.length % 2 === 0 ? '' : '0'}${digits}`
}

/**
 * The reference's bytes for what these bytes say: its form of twelve fields, which the network stopped taking in March 2025, signed with the same key. Made by ethers and this test alone.
 */
function inOldForm(raw: string, privateKey: string): string {
  const { chainId, fields } = raw.startsWith('0x7b') ? feeInToken(raw) : feeInCoin(raw)
  const digest = keccak256(encodeRlp([...fields, minimal(chainId), '0x', '0x']))
  const { r, s, yParity } = new SigningKey(privateKey).sign(digest)
  const v = chainId * 2n + 35n + BigInt(yParity)
  return encodeRlp([...fields, minimal(v), minimal(BigInt(r)), minimal(BigInt(s))])
}

function feeInToken(raw: string): { chainId: bigint; fields: string[] } {
  const items = decodeRlp(`0x${raw.slice(4)}`) as string[]
  const [chainId = '0x', nonce = '', , cap = '', gas = '', to = '', value = '', data = '', , token = ''] = items
  return { chainId: BigInt(chainId), fields: [nonce, cap, gas, token, '0x', '0x', to, value, data] }
}

function feeInCoin(raw: string): { chainId: bigint; fields: string[] } {
  const { nonce, gasPrice, gasLimit, to, value, data, chainId } = Transaction.from(raw)
  const numbers = [BigInt(nonce), gasPrice ?? 0n, gasLimit].map(minimal)
  return { chainId, fields: [...numbers, '0x', '0x', '0x', to?.toLowerCase() ?? '0x', minimal(value), data] }
}

describe('vectors of Celo, through the daemon', () => {
  /** Zero gas, a zero price, and a token's address in capitals: looked up here, and signed as they stand by the reference. */
  const otherContent = ['gaslimit-hex-zero', 'gasprice-string-zero', 'fee-currency-uppercase']

  for (const vector of vectors('celo')['signing'] as CeloVector[]) {
    const { name, signer, signedTx, pending } = vector
    if (name === 'gateway-fee') {
      it(`CELO: refuses ${name}, which ended with the form that had it`, async () => {
        expectRefused(await runDaemon(ethereumCase(vector, 'CELO')), pending.id)
      })
    } else {
      const other = otherContent.includes(name)
      it(`CELO: broadcasts ${name} in a form of today, with ${other ? 'other content than' : 'the content of'} the reference`, async () => {
        const http = vector.http.some(({ body }) => JSON.stringify(body).includes('eth_estimateGas'))
          ? vector.http
          : [...vector.http, estimate]
        const { path, body } = only(await runDaemon(ethereumCase({ ...vector, http }, 'CELO')))
        expect(path).to.equal('/v3/celo/broadcast')
        const { txData, signatureId } = body as { txData: string; signatureId: string }
        expect(signatureId).to.equal(pending.id)
        expect(inOldForm(txData, signer.privateKey) === signedTx).to.equal(!other)
      })
    }
  }

  const estimate: RecordedExchange = {
    method: 'POST',
    url: `${BASE}/v3/blockchain/node/CELO/stub-api-key`,
    body: { jsonrpc: '2.0', method: 'eth_estimateGas', params: [] },
    response: { status: 200, body: { jsonrpc: '2.0', result: '0x5208' } },
  }

  interface StandardVector {
    name: string
    signer: { privateKey: string }
    tx: Record<string, unknown>
    signedTx: string
  }
  const { vectors: standard } = vectors('celo')['standardVectors'] as unknown as { vectors: StandardVector[] }
  for (const { name, signer, tx, signedTx } of standard) {
    it(`CELO: broadcasts the bytes of ${name}, which another library made`, async () => {
      const id = randomUUID()
      const serializedTransaction = JSON.stringify({ ...tx, type: undefined })
      const pending = { id: 'ab'.repeat(12), chain: 'CELO', hashes: [id], serializedTransaction }
      const testnet = tx['chainId'] !== 42_220
      const store = { [id]: { privateKey: signer.privateKey, chain: 'CELO', testnet } }
      const sent = only(await runDaemon({ name, testnet, chain: 'CELO', store, pending, http: [] }))
      expect(sent.body).to.deep.equal({ txData: signedTx, signatureId: pending.id })
    })
  }
})
