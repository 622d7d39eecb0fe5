import { createChainRegistry } from '../src/chains/index.js'
import type { ChainDefinition } from '../src/core/chain.js'

const START = '<!-- table: written by scripts/write-chain-table.ts -->'
const END = '<!-- end of table -->'

const code = (text: string): string => `\`${text}\``

function row({ code: name, ...definition }: ChainDefinition): string {
  const { mainnet, testnet } = definition.derivation
  const path =
    mainnet === '' ? 'one secret' : mainnet === testnet ? code(mainnet) : `${code(mainnet)}, testnet ${code(testnet)}`
  const hosts = Object.keys(definition.endpoints ?? {}).map((role) => code(`chains.${name}.endpoints.${role}`))
  const cells = [
    code(name),
    definition.name,
    definition.aliases.map(code).join(', '),
    definition.family,
    path,
    definition.walletMembers.map(code).join(', '),
    String(definition.decimals),
    definition.offchainWithdrawals ? 'yes' : '',
    hosts.join(', '),
  ]
  return `| ${cells.join(' | ')} |`
}

/** The table of docs/chains.md, from the chains' own definitions. */
function chainTable(): string {
  const head = ['code', 'name', 'also', 'family', 'keys below', 'a wallet has', 'decimals', 'off-chain', 'own hosts']
  const lines = [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`]
  return [...lines, ...createChainRegistry().definitions.map(row)].join('\n')
}

/** The page with the current table between its marks. */
export function withCurrentTable(page: string): string {
  const [before, rest] = page.split(START)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error('docs/chains.md has lost the marks of its table')
  return `${before}${START}\n\n${chainTable()}\n\n${END}${after}`
}
