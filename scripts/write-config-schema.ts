// Writes what is made from the table of settings: config/keyward.schema.json and the tables of docs/configuration.md.
// Run it after a change to src/config/sections or to a backend's schema: node --import tsx scripts/write-config-schema.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { withCurrentTables } from '../src/config/documentation.js'
import { configJsonSchema } from '../src/config/json-schema.js'

const inProject = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))

writeFileSync(inProject('config/keyward.schema.json'), configJsonSchema())

const page = inProject('docs/configuration.md')
writeFileSync(page, withCurrentTables(readFileSync(page, 'utf8')))
