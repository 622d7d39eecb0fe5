import { expect } from 'chai'
import { inspect } from 'node:util'
import { Secret } from '../../src/core/secret.js'

const CANARY = 'canary phrase that must not leak'

describe('Secret', () => {
  it('shows a mask wherever it is printed, serialised or inspected', () => {
    const secret = Secret.fromText(CANARY)
    const shown = [
      String(secret),
      'text ' + secret.toString(),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: { secret } }, { depth: 9, showHidden: true }),
    ]
    for (const text of shown) {
      expect(text).to.include('[secret]')
      expect(text).not.to.include('canary')
    }
  })

  it('overwrites its bytes when it is wiped, and refuses every later use', () => {
    const bytes = Buffer.from(CANARY)
    const secret = Secret.own(bytes)
    secret.wipe()
    secret.wipe()
    expect(bytes.every((byte) => byte === 0)).to.equal(true)
    expect(secret.wiped).to.equal(true)
    expect(() => secret.text()).to.throw('wiped')
    expect(() => secret.use((inside) => inside.length)).to.throw('wiped')
  })

  it('copies independently of its source and of its clones', () => {
    const source = Buffer.from(CANARY)
    const secret = Secret.copy(source)
    const clone = secret.clone()
    source.fill(0)
    secret.wipe()
    expect(clone.text()).to.equal(CANARY)
  })

  it('keeps bytes outside the shared buffer pool, so that no other buffer lies beside them', () => {
    Secret.fromText('short').use((bytes) => expect(bytes.buffer.byteLength).to.equal(bytes.length))
  })

  it('keeps UTF-8 exactly', () => {
    const text = 'pässwörd-密码-🔑'
    expect(Secret.fromText(text).text()).to.equal(text)
    expect(Secret.fromText(text).byteLength).to.equal(Buffer.byteLength(text))
  })
})
