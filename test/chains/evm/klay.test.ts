import { expect } from 'chai'
import { keccak256 } from 'ethers'
import { loadEvm } from '../../../src/chains/evm/index.js'
import { intentSummary } from '../../../src/core/intent.js'
import { chainVectorSuite, healthy, walk } from './chain-cases.js'
import { definitionOf, makeWallet, pendingOf, vectorsOf } from './evm-vectors.js'
import { FakeLookups } from './fake-lookups.js'
import { descriptors, inputFor, refusal, sign } from './walk.js'

const YOU = '0x687422eea2cb73b5d3e242ba5456b782919afc85'
const chain = loadEvm(definitionOf('KLAY').code)

chainVectorSuite({
  code: 'KLAY',
  otherwise: healthy('KLAY'),
  refused: {
    // The reference signs this; no node takes it.
    'deploy-gas-below-intrinsic': { code: 'TRANSACTION_MALFORMED', says: /53000 gas and needs at least 53306/ },
    // The reference signs the sender's part and sends it; without the payer's signature no node takes it.
    'type-fee-delegated-transfer-sender': { code: 'TRANSACTION_UNSUPPORTED', says: /"type".* not supported on Kaia/ },
    'bad-checksum-to': { code: 'TRANSACTION_MALFORMED', says: /"to".* not an address/ },
    'fractional-value': { code: 'TRANSACTION_MALFORMED', says: /"value".* not a whole number/ },
    'mnemonic-without-index': { code: 'INDEX_INVALID', says: /names no index/ },
  },
  signed: {
    'access-list': 'the network takes EIP-2930',
    'eip1559-fields': 'the network takes EIP-1559',
    'eip1559-fields-and-type': 'the network takes EIP-1559',
    'value-json-number-above-2^53': 'every digit counts here',
  },
  shapes: {
    'native with fee': `pay 1.5 KLAY to ${YOU}; fee at most 0.0008 KLAY`,
    'native minimal': `pay 1 KLAY to ${YOU}; fee at most 0.025 KLAY`,
  },
})

describe("KLAY: the network's own transactions", () => {
  const rows = vectorsOf('KLAY').signing.filter(({ pending }) => pending.serializedTransaction.includes('"type"'))
  const rowOf = (name: string) => {
    const row = rows.find((candidate) => candidate.name === `type-${name}`)
    if (row === undefined) throw new Error(`no row ${name}`)
    return row
  }

  const meanings: Readonly<Record<string, string>> = {
    'value-transfer': 'pay 1 KLAY to 0x4bdcdb801e5d1526312ffc186bcc37030b4d8bcc; fee at most 0.0025 KLAY',
    'value-transfer-memo':
      'pay 0.000000000000000001 KLAY to 0x37af5ca9848b61ad8d734b82163ac8eb2b320747; data 68656c6c6f; fee at most 0.0025 KLAY',
    'contract-execution':
      'pay 77 units of token 0xbf199e8c8817b60d91a7c8d95f2f6dd287cc6346 to 0x777485ed983c98a86c2c4ec07c834c16b864aa55; fee at most 0.0025 KLAY',
    'contract-deploy':
      'create a contract (22 bytes) with 0 KLAY; fee at most 0.0025 KLAY; NOT DECODED: what the 22 bytes of code do',
    'account-update-legacy':
      'ACCOUNT_UPDATE by 0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266 (nonce 7, who can sign afterwards the key that belongs to its address); fee at most 0.0025 KLAY',
    'account-update-publickey':
      'ACCOUNT_UPDATE by 0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266 (nonce 8, who can sign afterwards public key 0x02ba5734d8f7091719471e7f7ed6b9df170dc70cc661ca05e688601ad984f068b0); fee at most 0.0025 KLAY',
    'account-update-failkey':
      'ACCOUNT_UPDATE by 0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266 (nonce 9, who can sign afterwards NONE: nobody can sign for this account any more); fee at most 0.0025 KLAY',
    cancel: 'CANCEL by 0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266 (nonce 10); fee at most 0.0025 KLAY',
  }
  for (const [name, meaning] of Object.entries(meanings)) {
    it(`${name}: is explained`, async () => {
      expect(intentSummary((await walk('KLAY', rowOf(name))).intent)).to.equal(meaning)
    })

    it(`${name}: with any changed digit does not pass the check`, async () => {
      const { plan, signed } = await walk('KLAY', rowOf(name))
      for (let at = 2; at < signed.raw.length; at += 1) {
        const digit = ((parseInt(signed.raw.charAt(at), 16) + 1 + (at % 15)) % 16).toString(16)
        const raw = signed.raw.slice(0, at) + digit + signed.raw.slice(at + 1)
        const error = await refusal(() => chain.transactions.verify(plan, { raw, txId: keccak256(raw) }))
        expect(error.code, `place ${at}`).to.equal('VERIFICATION_FAILED')
      }
    })
  }

  const wallet = makeWallet({ privateKey: `0x${'46'.repeat(32)}` }, 'testnet', undefined, chain)
  const prepared = (fields: Readonly<Record<string, unknown>>) => {
    const pending = pendingOf({ gas: '100000', gasPrice: '1', nonce: 1, chainId: 1001, ...fields }, wallet)
    return chain.transactions.prepare(
      inputFor(chain, pending, wallet),
      new FakeLookups(() => new Error('nothing is open')),
    )
  }

  const bad: readonly [string, Readonly<Record<string, unknown>>, RegExp][] = [
    ['a transfer without a recipient', { type: 'VALUE_TRANSFER', value: '1' }, /"to".* is missing/],
    ['a transfer with data', { type: 'VALUE_TRANSFER', to: YOU, value: '1', data: '0x01' }, /"data".* does not belong/],
    [
      'a deployment with a recipient',
      { type: 'SMART_CONTRACT_DEPLOY', to: YOU, data: '0x01' },
      /"to".* does not belong/,
    ],
    ['a cancellation that pays', { type: 'CANCEL', to: YOU, value: '1' }, /"to".* does not belong/],
    ['an update to no key', { type: 'ACCOUNT_UPDATE' }, /needs one of/],
    ['an update to two keys', { type: 'ACCOUNT_UPDATE', legacyKey: true, failKey: true }, /needs one of/],
    ['an update to half a key', { type: 'ACCOUNT_UPDATE', publicKey: '0x02ab' }, /not a compressed public key/],
    [
      'an update to several keys',
      { type: 'ACCOUNT_UPDATE', legacyKey: true, multisig: {} },
      /"multisig".* not supported/,
    ],
    ['another payer', { type: 'VALUE_TRANSFER', to: YOU, value: '1', feePayer: YOU }, /"feePayer".* not supported/],
    ['a type that is not known', { type: 'CHAIN_DATA_ANCHORING', to: YOU }, /"type".* not supported/],
    ['a type of the prototype', { type: 'constructor', to: YOU, value: '1' }, /"type".* not a whole number/],
  ]
  for (const [name, fields, says] of bad) {
    it(`${name}: refused`, async () => {
      expect((await refusal(() => prepared(fields))).message).to.match(says)
    })
  }

  it('are not for a key of another account', async () => {
    const plan = await prepared({ type: 'CANCEL' })
    const other = makeWallet({ privateKey: `0x${'47'.repeat(32)}` }, 'testnet', undefined, chain)
    expect((await refusal(() => sign(chain, plan, other))).code).to.equal('SIGNER_MISMATCH')
    expect(chain.transactions.decode(plan, descriptors(wallet)).undecoded).to.deep.equal([])
  })
})
