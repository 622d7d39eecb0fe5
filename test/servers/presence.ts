import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const folder = process.env['KEYWARD_TEST_SERVERS_DIR'] ?? path.join(here, '../../node_modules/.cache/keyward-servers')
const HINT = 'run test/servers/fetch.sh (needs Python)'

const textOf = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, 'utf8') : undefined)
const present = (): boolean => textOf(path.join(folder, 'complete')) === textOf(path.join(here, 'requirements.txt'))
const left: string[] = []

/** Path of a server's program. @throws Error when the servers were not fetched. */
export function program(name: string): string {
  if (!present()) throw new Error(`the test servers are not there: ${HINT}`)
  return path.resolve(folder, 'bin', name)
}

/**
 * A suite that talks to real servers. Where they were not fetched it is not defined, and one line at the end of the run names all such suites; with
 * KEYWARD_TEST_SERVERS=required, as in the gate, it fails instead.
 */
export function describeWithServers(title: string, body: () => void): void {
  if (present() || process.env['KEYWARD_TEST_SERVERS'] === 'required') {
    describe(title, body)
    return
  }
  if (left.length === 0) process.once('exit', () => process.stdout.write(`not run: ${left.join(', ')}; ${HINT}\n`))
  left.push(title)
}
