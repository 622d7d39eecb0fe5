import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { COMMAND_GROUPS } from '../../src/cli/command.js'
import { COMMANDS } from '../../src/cli/commands/index.js'
import { parseCommandLine } from '../../src/cli/parse.js'

const PATH = fileURLToPath(new URL('../../docs/cli.md', import.meta.url))
const MARKS = /(?<=<!-- commands:start -->\n)[\s\S]*(?=<!-- commands:end -->)/
const REMEDY = 'run: KEYWARD_WRITE_PAGES=1 npx mocha test/cli/command-page.test.ts'

/** The help page of every command, as `--help` prints it. */
function reference(): string {
  const page = (name: string): string => {
    const parsed = parseCommandLine([...name.split(' '), '--help'], COMMANDS, { version: '', columns: 120 })
    return 'text' in parsed ? `#### ${name}\n\n\`\`\`text\n${parsed.text.trimEnd()}\n\`\`\`\n` : expect.fail(name)
  }
  const group = (heading: string): string => {
    const names = COMMANDS.filter((spec) => spec.group === heading).map(({ name }) => name)
    return [`### ${heading}\n`, ...names.map(page)].join('\n')
  }
  return `\n${COMMAND_GROUPS.map(group).join('\n')}\n`
}

describe('docs/cli.md', () => {
  it('shows the help of every command as it is', () => {
    const page = readFileSync(PATH, 'utf8')
    const current = page.replace(MARKS, reference)
    if (process.env['KEYWARD_WRITE_PAGES'] === '1') writeFileSync(PATH, current)
    else expect(page === current, REMEDY).to.equal(true)
    expect(MARKS.test(page)).to.equal(true)
  })
})
