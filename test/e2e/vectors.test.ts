import { expect } from 'chai'
import { randomUUID } from 'node:crypto'
import type { RecordedExchange } from '../kit/replay-server.js'
import { bitcoinCase, ethereumCase, runDaemon, vectors } from '../kit/vector-run.js'
import type { BitcoinVector, EthereumVector } from '../kit/vector-run.js'

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

interface StandardVector {
  name: string
  signer: { privateKey: string }
  tx: Record<string, unknown> & { gasLimit: string }
  signedTx: string
}

describe('ETH vectors of the standards, which the reference cannot sign, through the daemon', () => {
  const { vectors: standard } = vectors('eth')['standardVectors'] as unknown as { vectors: StandardVector[] }
  for (const { name, signer, tx, signedTx } of standard) {
    it(`broadcasts the bytes of ${name}`, async () => {
      const { gasLimit: gas, type, ...fields } = tx
      const transaction = { ...fields, gas, type: `0x${String(type)}` }
      const id = randomUUID()
      const pending = {
        id: 'ab'.repeat(12),
        chain: 'ETH',
        hashes: [id],
        serializedTransaction: JSON.stringify(transaction),
      }
      const testnet = fields['chainId'] !== 1
      const store = { [id]: { privateKey: signer.privateKey, chain: 'ETH', testnet } }
      const { result, broadcasts } = await runDaemon({ name, testnet, chain: 'ETH', store, pending, http: [] })
      const body = { txData: signedTx, signatureId: pending.id }
      expect(broadcasts, result.stdout).to.deep.equal([{ path: '/v3/ethereum/broadcast', body }])
    })
  }
})
