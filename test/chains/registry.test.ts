import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { chainCodeSchema } from '../../src/core/ids.js'
import { createChainRegistry } from '../../src/chains/index.js'
import { KeywardError } from '../../src/core/errors.js'
import { thrownBy } from '../kit/chain-suite.js'

/** Everything that loads when a file loads: libraries by name, own files by path. Type imports and `import()` load nothing. */
function staticImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const statements = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )[\w\s{},*]*'([^']+)'$/gm)
  for (const [, name = ''] of statements) {
    if (name.startsWith('.')) staticImports(resolve(dirname(file), name.replace(/\.js$/, '.ts')), seen)
    else seen.add(name)
  }
  return seen
}

const code = (text: string) => chainCodeSchema.parse(text)

describe('the registry of chains', () => {
  const registry = createChainRegistry()

  it('finds a chain by code or alias, in any case, with blanks around it', () => {
    for (const name of ['BTC', 'btc', ' Btc\n', 'bitcoin', 'BITCOIN']) expect(registry.resolve(name)).to.equal('BTC')
    for (const name of ['eth', 'Ethereum']) expect(registry.resolve(name)).to.equal('ETH')
  })

  it('refuses an unknown chain and names the nearest one and all known ones', () => {
    const error = thrownBy(() => registry.resolve('bitcion'))
    expect(error.code).to.equal('CHAIN_UNKNOWN')
    expect(error.advice).to.match(/^Did you mean BTC\? Known chains: .*BTC.*ETH/)
    const far = thrownBy(() => registry.resolve('\u001b[31msomething else'))
    expect(far.advice).to.match(/^Known chains: /)
    expect(far.message).to.not.include('\u001b')
    for (const name of ['', '__proto__', 'constructor']) {
      expect(thrownBy(() => registry.resolve(name)).code).to.equal('CHAIN_UNKNOWN')
    }
  })

  it('says of a chain that has ended that it has, instead of guessing another one', () => {
    const error = thrownBy(() => registry.resolve('bnb'))
    expect(error.code).to.equal('CHAIN_UNKNOWN')
    expect(error.message).to.equal('BNB has ended')
    expect(error.advice).to.include('December 2024').and.to.include('BSC')
  })

  it('has no two chains with a name in common, and no code twice', () => {
    const names = registry.definitions.flatMap((definition) => [definition.code.toLowerCase(), ...definition.aliases])
    expect(new Set(names).size).to.equal(names.length)
    for (const name of names) expect(name).to.equal(name.toLowerCase())
  })

  it('loads the chain that was asked for, once', async () => {
    for (const definition of registry.definitions) {
      const chain = await registry.load(definition.code)
      expect(chain.definition).to.equal(definition)
      expect(await registry.load(definition.code)).to.equal(chain)
    }
  })

  it('refuses to load a chain that it does not have', async () => {
    const outcome = await registry.load(code('NOPE')).catch((error: unknown) => error)
    expect(outcome).to.be.instanceOf(KeywardError).with.property('code', 'CHAIN_UNKNOWN')
  })

  it('loads no library but the parser for the definitions alone: chains come with their first use', () => {
    const entry = fileURLToPath(new URL('../../src/chains/index.ts', import.meta.url))
    const libraries = [...staticImports(entry)].filter((name) => !name.startsWith('node:') && !name.startsWith('/'))
    expect(libraries).to.deep.equal(['zod'])
  })
})
