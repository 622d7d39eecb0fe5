import { expect } from 'chai'
import fc from 'fast-check'
import { decodeCatalogue, encodeCatalogue } from '../../../../src/backends/vgs/catalogue/format.js'
import type { CatalogueContent, CatalogueRow } from '../../../../src/backends/vgs/catalogue/rows.js'
import { asKeywardError } from '../../../../src/core/errors.js'
import type { ErrorCode } from '../../../../src/core/errors.js'
import { numberedId } from '../../../kit/sample-wallets.js'

const VAULT = 'live/tntabc'
const hash = 'ab'.repeat(32)
const at = '2026-01-02T03:04:05.000Z'

const stored = (n: number): CatalogueRow => ({
  ...{ id: numberedId(n), hash, at, alias: `tok_live_${n}`, state: 'stored' },
  labels: { app: 'keyward', chain: 'BTC' },
})
const contentOf = (rows: readonly CatalogueRow[], orphans: CatalogueContent['orphans'] = []): CatalogueContent => ({
  ...{ epoch: 7, rows: new Map(rows.map((row) => [row.id, row])), orphans },
})

const codeOf = (bytes: Buffer, vault = VAULT): ErrorCode | 'read' => {
  try {
    decodeCatalogue(bytes, vault)
    return 'read'
  } catch (thrown) {
    return asKeywardError(thrown).code
  }
}

const sample = contentOf(
  [
    stored(1),
    { ...stored(2), state: 'removing' } as CatalogueRow,
    { id: numberedId(3), hash, at, labels: {}, state: 'reserved' },
  ],
  [{ id: numberedId(3), hash, at, state: 'orphan', copies: 2 }],
)

describe('VGS: the form of the catalogue', () => {
  it('is read as it was written', () => {
    const label = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => text !== '__proto__')
    fc.assert(
      fc.property(fc.dictionary(label, label, { maxKeys: 6, noNullPrototype: true }), fc.nat(1000), (labels, n) => {
        const content = contentOf([{ ...stored(n), labels: { ...labels } }, ...sample.rows.values()], sample.orphans)
        expect(decodeCatalogue(encodeCatalogue(content, VAULT), VAULT)).to.deep.equal(content)
      }),
    )
  })

  it('is refused when any single byte is another', () => {
    const whole = encodeCatalogue(sample, VAULT)
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const bytes = Buffer.from(whole)
        bytes[place] = (bytes[place] ?? 0) ^ change
        expect(codeOf(bytes)).to.be.oneOf(['STORE_DAMAGED', 'STORE_UNSUPPORTED'])
      }),
    )
  })

  it('is refused wherever it is torn, and with anything behind its end', () => {
    const whole = encodeCatalogue(sample, VAULT)
    for (let length = 0; length < whole.length; length += 1) {
      expect(codeOf(whole.subarray(0, length)), String(length)).to.equal('STORE_DAMAGED')
    }
    expect(codeOf(Buffer.concat([whole, Buffer.from('\n')]))).to.equal('STORE_DAMAGED')
    expect(codeOf(Buffer.concat([whole, whole]))).not.to.equal('read')
  })

  it('is refused when a row is left out, doubled or of an unknown form, even under a checksum that fits', () => {
    const twice = contentOf([stored(1)])
    const rows = new Map([...twice.rows, [numberedId(2), stored(1)]])
    expect(codeOf(encodeCatalogue({ ...twice, rows }, VAULT))).to.equal('STORE_DAMAGED')
    const odd = { ...stored(1), alias: 'a,b' } as CatalogueRow
    expect(codeOf(encodeCatalogue(contentOf([odd]), VAULT))).to.equal('STORE_DAMAGED')
  })

  it('is refused for another vault, whose aliases would open nothing or something else', () => {
    expect(codeOf(encodeCatalogue(sample, VAULT), 'sandbox/tntabc')).to.equal('CONFIG_INVALID')
  })
})
