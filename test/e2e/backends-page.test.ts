import { expect } from 'chai'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '../kit/command-line.js'
import { FakeVault, walletGrants } from '../kit/vault/fake-vault.js'

const PAGE = readFileSync(new URL('../../docs/backends/README.md', import.meta.url), 'utf8')

interface Shown {
  readonly line: string
  readonly output: string
}

/** Commands of the transcript, each with what it prints. */
function transcript(): Shown[] {
  const text = /```console\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? ''
  return text
    .split(/^\$ keyward /m)
    .slice(1)
    .map((entry) => ({ line: entry.split('\n')[0] ?? '', output: entry.split('\n').slice(1).join('\n') }))
}

const VARYING =
  /[0-9a-f]{8}-[0-9a-f-]{27}|xpub\w+|0x[0-9a-f]{40}|\d{4}-\d\d-\d\dT[\d:.]+Z|file \/[^"]+|http:\/\/[\w.:]+/g

/** What differs from run to run, numbered in the order in which it comes up, so that equal things stay equal. */
function normalised(text: string, seen: Map<string, string>): string {
  return text.replace(VARYING, (found) => {
    const name = seen.get(found) ?? `<${seen.size}>`
    seen.set(found, name)
    return name
  })
}

describe('docs/backends/README.md', () => {
  it('shows what really happens when wallets move to another backend', async function () {
    this.timeout(60_000)
    const home = mkdtempSync(join(tmpdir(), 'keyward-page-'))
    const vault = await FakeVault.start()
    try {
      const token = vault.tokens.issue({ grants: walletGrants() }, 'hvs.of-the-page')
      writeFileSync(join(home, 'token'), token, { mode: 0o600 })
      writeFileSync(join(home, 'password'), 'a long password for the page, 4711', { mode: 0o600 })
      for (const [, name = '', yaml = ''] of PAGE.matchAll(/```yaml (\S+)\n([\s\S]*?)```/g)) {
        writeFileSync(join(home, name), yaml.replace('http://127.0.0.1:8200', vault.url))
      }
      const [shown, real] = [new Map<string, string>(), new Map<string, string>()]
      const ids = new Map<string, string>()
      const entries = transcript()
      expect(entries).to.have.length(5)
      for (const { line, output } of entries) {
        const argv = line.split(' ').map((word) => ids.get(word) ?? word)
        const { exitCode, stdout, stderr } = await command(argv, { home })
        expect(exitCode, stderr).to.equal(0)
        const [there = '', here = ''] = [output, stdout].map((text) => /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text)?.[0])
        ids.set(there, here)
        expect(normalised(stdout, real), line).to.equal(normalised(output, shown))
      }
    } finally {
      await vault.close()
      rmSync(home, { recursive: true, force: true })
    }
  })
})
