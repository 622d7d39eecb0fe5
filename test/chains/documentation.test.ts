import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { withCurrentTable } from '../../scripts/chain-table.js'
import { createChainRegistry } from '../../src/chains/index.js'

describe('the page about chains', () => {
  const page = readFileSync(new URL('../../docs/chains.md', import.meta.url), 'utf8')

  it('has the table that the definitions give', () => {
    expect(page === withCurrentTable(page), 'run: node --import tsx scripts/write-chain-table.ts').to.equal(true)
  })

  it('says of every family how addresses look and which tokens are told in words', () => {
    const families = new Set(createChainRegistry().definitions.map(({ family }) => family))
    const section = page.split('## Addresses and tokens')[1]?.split('\n## ')[0] ?? ''
    const told = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, family]) => family)
    expect(told).to.have.members([...families])
  })

  it('names a decision for every family that differs from the reference, and each of them exists', () => {
    for (const [, file = ''] of page.matchAll(/\]\((adr\/[^)]+)\)/g)) {
      expect(() => readFileSync(new URL(`../../docs/${file}`, import.meta.url)), file).not.to.throw()
    }
  })
})
