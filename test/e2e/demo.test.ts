import { expect } from 'chai'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command } from '../kit/command-line.js'

describe('the demo', function () {
  this.timeout(90_000)

  it('pays what was approved, leaves what was refused unsigned, and tidies up', async () => {
    const home = mkdtempSync(join(tmpdir(), 'keyward-demo-test-'))
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('keyward-demo-')).length
    try {
      const { exitCode, stdout, stderr } = await command(['demo'], { home })
      expect(exitCode, stderr).to.equal(0)
      const [, afterwards = ''] = stdout.split('5. What happened on the chains')
      expect(stdout.match(/ transaction\.completed /g)).to.have.length(2)
      expect(stdout).to.include('YES  pay 1.25 ETH').and.to.include('NO   pay 8 ETH')
      expect(afterwards).to.match(/supplier's ETH +0 +1\.25\n/)
      expect(afterwards).to.match(/stranger's ETH +0 +0\n/)
      expect(afterwards).to.match(/supplier's BTC +0\.0+ +0\.02000000\n/)
      expect(afterwards).to.include('"status": true').and.to.include('"state": "refused"')
      expect(stdout.split('6. The daemon runs again')[1]).to.include('completed=0 refused=0 failed=0')
      expect(readdirSync(home), 'left in the home').to.deep.equal([])
      const after = readdirSync(tmpdir()).filter((name) => name.startsWith('keyward-demo-')).length
      expect(after, 'temporary folders').to.equal(before)
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })
})
