// Writes the table of docs/chains.md. Run it after a change to a chain's definition: node --import tsx scripts/write-chain-table.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withCurrentTable } from './chain-table.js'

const page = fileURLToPath(new URL('../docs/chains.md', import.meta.url))
writeFileSync(page, withCurrentTable(readFileSync(page, 'utf8')))
