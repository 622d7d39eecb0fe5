import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import { KeywardError } from '../../../src/core/errors.js'
import { codeThrownBy, thrownBy } from '../../kit/chain-suite.js'
import { descriptorsOf } from '../../kit/account-chain.js'
import {
  BYRON,
  POLICY,
  RECIPIENT,
  SCRIPT,
  ada,
  ownAddress,
  pay,
  payment,
  pendingOf,
  spend,
  vectors,
  wallet,
} from './kit.js'

const read = (operations: readonly object[] | string, network: 'mainnet' | 'testnet' = 'testnet') =>
  ada.transactions.read(pendingOf(operations), network)
const [input = {}, output = {}, change = {}] = payment()
const OWN = ownAddress(0)
/** Of before July 2020, of the main network and of a test network that ended in 2022. */
const BYRON_MAINNET = 'Ae2tdPwUPEZFRbyhz3cpfC2CumGzNkFBN2L42rcUc2yjQpEkxDbkPodpMAi'
const BYRON_OLD_TESTNET = '2cWKMJemoBakVcz3qdLAnsBCKefoBM58d1YfaEdKq6AcWP6ZFdPoRtNAsZn19yiS9hFuc'

describe('ADA: reading a request', () => {
  it('offers the keys of hashes and signatures, each once', () => {
    const { signatureId } = wallet.descriptor
    const pending = pendingOf(payment(), {
      hashes: [signatureId, signatureId],
      signatures: [
        { id: signatureId, index: 0 },
        { id: signatureId, index: 0 },
        { id: signatureId, index: 1 },
      ],
    })
    expect(ada.transactions.read(pending, 'testnet').signers).to.deep.equal([
      { signatureId },
      { signatureId, index: 0 },
      { signatureId, index: 1 },
    ])
  })

  it('keeps transactions that spend one output in order, and lets all others go side by side', () => {
    const outpoint = `${'cd'.repeat(32)}:3`
    const request = read([spend({ address: OWN, lovelace: 9_000_000n }, outpoint), input, output])
    const accounts = ada.transactions.accounts({
      pending: pendingOf(payment()),
      network: 'testnet',
      request,
      wallets: descriptorsOf([wallet]),
    })
    expect(accounts).to.deep.equal([outpoint, `${'ab'.repeat(32)}:0`])
  })

  it('takes addresses of every kind as recipients', () => {
    for (const address of [RECIPIENT, SCRIPT, BYRON]) read([input, pay({ address, lovelace: 1_000_000n })])
    const main = vectors.wallets[0]
    const from = main?.keys[0]?.enterpriseAddress ?? ''
    for (const address of [main?.generatewalletCommandOnly.keys[0]?.baseAddress ?? '', BYRON_MAINNET]) {
      read([spend({ address: from, lovelace: 2_000_000n }), pay({ address, lovelace: 1_000_000n })], 'mainnet')
    }
  })

  it('refuses addresses of the other network, damaged ones, and what is none', () => {
    const main = vectors.wallets[0]?.keys[0]?.enterpriseAddress ?? ''
    for (const address of [
      main,
      BYRON_MAINNET,
      `${RECIPIENT.slice(0, -1)}q`,
      RECIPIENT.toUpperCase(),
      BYRON_OLD_TESTNET,
      `${BYRON.slice(0, -1)}${BYRON.endsWith('d') ? 'e' : 'd'}`,
      'stake_test1uqehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gssrtvn',
      'DdzFFzCqrh',
      'addr_test1',
      '0x52908400098527886E0F7030069857D2E4169EE7',
      `addr${'q'.repeat(200)}`,
    ]) {
      const error = thrownBy(() => read([input, pay({ address, lovelace: 1_000_000n })]))
      expect(error.code, address).to.equal('TRANSACTION_MALFORMED')
    }
    expect(codeThrownBy(() => read(payment(), 'mainnet'))).to.equal('TRANSACTION_MALFORMED')
  })

  it('refuses amounts with the wrong sign, of zero, beyond what exists, or that are no whole numbers', () => {
    const withValue = (operation: object, value: unknown) => ({
      ...operation,
      amount: { value, currency: { symbol: 'ADA', decimals: 6 } },
    })
    for (const value of ['0', '-1', '1.5', '1e6', '', ' 1', '18446744073709551616', 1_000_000, null]) {
      expect(
        codeThrownBy(() => read([input, withValue(output, value)])),
        String(value),
      ).to.equal('TRANSACTION_MALFORMED')
    }
    expect(codeThrownBy(() => read([withValue(input, '5000000'), output]))).to.equal('TRANSACTION_MALFORMED')
    const coin = { value: '1', currency: { symbol: 'BTC', decimals: 8 } }
    expect(codeThrownBy(() => read([input, { ...output, amount: coin }]))).to.equal('TRANSACTION_MALFORMED')
    const token = pay({ address: RECIPIENT, lovelace: 1_000_000n, tokens: { [`${POLICY}aa`]: 0n } })
    expect(codeThrownBy(() => read([input, token]))).to.equal('TRANSACTION_MALFORMED')
  })

  it('refuses a list without inputs or outputs, and one output spent twice', () => {
    for (const operations of [[], [input], [output], [output, change], [input, input, output]]) {
      expect(codeThrownBy(() => read(operations))).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('refuses stakes, rewards, pools and votes, for which nobody here has the keys', () => {
    for (const type of [
      'stakeDelegation',
      'stakeKeyRegistration',
      'withdrawal',
      'poolRetirement',
      'dRepVoteDelegation',
    ]) {
      const error = thrownBy(() => read([input, output, { ...change, type }]))
      expect(error.code).to.equal('TRANSACTION_UNSUPPORTED')
      expect(error.message).to.include(type)
    }
  })

  it('refuses garbage and half requests with an error of ours, whatever it is', () => {
    const whole = JSON.stringify(payment())
    const garbage = fc.oneof(
      fc.string(),
      fc.json(),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('hex')),
      fc.nat(whole.length - 1).map((length) => whole.slice(0, length)),
      fc.array(fc.object(), { maxLength: 4 }).map((list) => JSON.stringify(list)),
    )
    fc.assert(
      fc.property(
        garbage.filter((text) => text !== ''),
        (text) => {
          expect(() => read(text)).to.throw(KeywardError)
        },
      ),
      { numRuns: 300 },
    )
    expect(() => read(`${'['.repeat(5000)}${']'.repeat(5000)}`)).to.throw(KeywardError)
    expect(() => read(randomBytes(200_000).toString('base64'))).to.throw(KeywardError)
  })

  it('refuses a member that is named twice, of which another reader might see the other', () => {
    const text = JSON.stringify(payment()).replace('"type":"output"', '"type":"output","type":"input"')
    expect(codeThrownBy(() => read(text))).to.equal('TRANSACTION_MALFORMED')
  })
})
