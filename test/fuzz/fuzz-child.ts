import { ftruncateSync, openSync, writeSync } from 'node:fs'
import { loadFamilies } from './family.js'
import { fuzz } from './fuzz.js'
import type { FuzzInput } from './fuzz.js'

/*
 * One family in a process of its own, so that input which exhausts the memory, or never ends, has a name: it stands in the flight recorder.
 * Arguments: family, seconds, seed, file of the flight recorder. Needs --expose-gc.
 */

const [name, seconds, seed, file] = process.argv.slice(2)
const family = loadFamilies().find((candidate) => candidate.name === name)
if (family === undefined || file === undefined) throw new Error(`there is no family "${name ?? ''}"`)

const recorder = openSync(file, 'w')
let inputs = 0
const record = (input: FuzzInput): void => {
  inputs++
  const text = JSON.stringify(input)
  writeSync(recorder, text, 0)
  ftruncateSync(recorder, Buffer.byteLength(text))
}

/** What a family may keep, for its caches. */
const MAX_GROWTH_MB = 64
const heapMb = (): number => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 2 ** 20
}

// The first inputs load the code and fill the caches.
await fuzz(family, { seed: 1, inputs: 500, before: record })
const before = heapMb()
const counts = await fuzz(family, { seed: Number(seed), seconds: Number(seconds), before: record })
const growth = heapMb() - before
if (growth > MAX_GROWTH_MB) throw new Error(`${family.name} kept ${Math.round(growth)} MB after ${inputs} inputs`)

const endings = [...counts].sort(([, left], [, right]) => right - left).map(([ending, count]) => `  ${count} ${ending}`)
process.stdout.write(
  `${family.name} (${family.chains.join(' ')}): ${inputs} inputs, kept ${growth.toFixed(1)} MB\n${endings.join('\n')}\n`,
)
