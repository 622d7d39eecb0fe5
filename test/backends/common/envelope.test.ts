import { expect } from 'chai'
import fc from 'fast-check'
import { openEnvelope, sealEnvelope } from '../../../src/backends/common/envelope.js'
import { KeywardError } from '../../../src/core/errors.js'
import { newSignatureId } from '../../../src/core/ids.js'
import { Secret } from '../../../src/core/secret.js'
import { plainWallet, sampleWallet } from '../../kit/sample-wallets.js'

const LARGE = 1_000_000

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (thrown) {
    if (thrown instanceof KeywardError) return thrown.code
    throw thrown
  }
  return 'none'
}

describe('the value that is kept in a product', () => {
  it('gives any wallet back to the last byte', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 })
    const optional = fc.option(fc.string({ minLength: 1 }), { nil: undefined })
    fc.assert(
      fc.property(text, optional, optional, optional, (secret, xpub, address, extra) => {
        const wallet = sampleWallet({
          material: { mnemonic: secret, privateKey: `${secret}2` },
          ...(xpub === undefined ? {} : { xpub }),
          ...(address === undefined ? {} : { address }),
          ...(extra === undefined ? {} : { extra }),
        })
        const value = sealEnvelope(wallet, LARGE)
        expect(plainWallet(openEnvelope(wallet.descriptor.signatureId, value))).to.deep.equal(plainWallet(wallet))
      }),
    )
  })

  it('is refused under another id: somebody has swapped or copied entries', () => {
    const value = sealEnvelope(sampleWallet(), LARGE)
    expect(codeOf(() => openEnvelope(newSignatureId(), value))).to.equal('WALLET_CORRUPT')
  })

  it('is refused after any change by hand', () => {
    const wallet = sampleWallet({ material: { mnemonic: 'alpha beta gamma' }, xpub: 'xpub-of-it' })
    const { signatureId } = wallet.descriptor
    const text = sealEnvelope(wallet, LARGE).text()
    for (const [from, to] of [
      ['alpha', 'alphb'],
      ['xpub-of-it', 'xpub-of-no'],
      ['"BTC"', '"ETH"'],
      ['testnet', 'mainnet'],
      ['"v":1', '"v":2'],
      ['{', '{"more":1,'],
    ] as const) {
      expect(text).to.contain(from)
      expect(
        codeOf(() => openEnvelope(signatureId, Secret.fromText(text.replace(from, to)))),
        from,
      ).to.equal('WALLET_CORRUPT')
    }
    expect(codeOf(() => openEnvelope(signatureId, Secret.fromText(text.slice(0, -5))))).to.equal('WALLET_CORRUPT')
  })

  it('is never the same twice, so that an earlier attempt of ours is told from somebody else’s', () => {
    const wallet = sampleWallet()
    expect(sealEnvelope(wallet, LARGE).text()).not.to.equal(sealEnvelope(wallet, LARGE).text())
  })

  it('says no word of the value when it refuses it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), (text) => {
        try {
          openEnvelope(newSignatureId(), Secret.fromText(`{"secret":"CANARY${text}`))
        } catch (thrown) {
          expect(String(thrown) + JSON.stringify(thrown)).not.to.contain('CANARY')
        }
      }),
    )
  })

  it('does not take what would not come back: bytes that are no text, more than the product keeps', () => {
    const wallet = sampleWallet()
    const bytes = { ...wallet, material: { mnemonic: Secret.copy(Buffer.from([0xff, 0xfe])) } }
    expect(codeOf(() => sealEnvelope(bytes, LARGE))).to.equal('WALLET_UNSUITABLE')
    expect(codeOf(() => sealEnvelope(wallet, 100))).to.equal('WALLET_UNSUITABLE')
  })
})
