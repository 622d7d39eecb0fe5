import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { startProgram } from '../kit/program.js'
import { TempHome } from './support/temp-home.js'
import { vectorWallet } from './support/vectors.js'

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
/** Not those of a Node that was itself installed by npm. */
const OWN_LIBRARY = new RegExp(`${fileURLToPath(new URL('../../node_modules/', import.meta.url))}([\\w.-]+)/`, 'g')
const eth = vectorWallet('eth', true)

async function end(argv: readonly string[], env: Record<string, string>, input?: string) {
  const program = startProgram(argv, env, input)
  const code = await program.ended
  return { code, out: program.lines.join('\n'), err: program.stderr() }
}

describe('the program as a process', () => {
  const home = new TempHome()
  const env = { HOME: home.path, ...home.env }
  after(() => home.remove())

  it('stores a piped mnemonic, prints its addresses, and leaves exit codes that a script can read', async () => {
    const stored = await end(['storemanagedwallet', 'ETH', '--testnet'], env, `${eth.mnemonic}\n`)
    expect(stored).to.include({ code: 0, err: '' })
    const { signatureId } = JSON.parse(stored.out) as { signatureId: string }
    const address = await end(['getaddress', signatureId, '1'], env)
    expect(JSON.parse(address.out)).to.deep.equal({ address: eth.keys[1]?.address })
    const wrong = await end(['getaddress', signatureId, '1'], { ...env, TATUM_KMS_PASSWORD: 'battery staple wrong 7' })
    expect(wrong).to.include({ code: 11, out: '' })
    expect(JSON.parse(wrong.err)).to.include({ code: 'STORE_WRONG_PASSWORD' })
    expect(await end(['getaddress', signatureId, '1'], { HOME: home.path })).to.include({ code: 4, out: '' })
  })

  it('reads no more of a pipe than the line it needs', async () => {
    const { code } = await end(['storemanagedwallet', 'ETH'], env, `${eth.mnemonic}\n${'x'.repeat(300_000)}`)
    expect(code).to.equal(0)
  })

  it('loads none of the heavy libraries for its help', () => {
    const loaded = (...argv: string[]): string[] => {
      const { stderr } = spawnSync(process.execPath, [MAIN, ...argv], {
        env: { ...env, NODE_DEBUG: 'esm,module' },
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      })
      return [...new Set([...stderr.matchAll(OWN_LIBRARY)].map(([, name]) => name ?? ''))]
    }
    expect(loaded('config', 'check')).to.include.members(['commander', 'zod'])
    expect(loaded('--help')).to.deep.equal(['commander'])
    expect(loaded('export', '--help')).to.deep.equal(['commander'])
  })

  it('stops a batch in order on SIGINT: what it printed is stored, and the exit code is 130', async () => {
    const batch = startProgram(['generatemanagedprivatekeybatch', 'ETH', '100000', '--testnet'], env)
    while (batch.lines.length < 30) await new Promise((resolve) => setTimeout(resolve, 20))
    batch.kill('SIGINT')
    expect(await batch.ended).to.equal(130)
    expect(JSON.parse(batch.stderr())).to.include({ code: 'INTERRUPTED' })
    const listed = await end(['wallets', 'list'], env)
    const known = new Set((JSON.parse(listed.out) as { signatureId: string }[]).map(({ signatureId }) => signatureId))
    const printed = batch.lines.map((line) => (JSON.parse(line) as { signatureId: string }).signatureId)
    expect(printed.filter((id) => !known.has(id))).to.deep.equal([])
  })

  it('ends at once on SIGTERM while it waits for input, and changes nothing', async () => {
    const folder = new TempHome()
    const child = spawn(process.execPath, [MAIN, 'storemanagedwallet', 'ETH'], { env: { ...env, HOME: folder.path } })
    child.stdin.write(eth.mnemonic.slice(0, 20))
    await new Promise((resolve) => setTimeout(resolve, 1500))
    child.kill('SIGTERM')
    expect(await once(child, 'close')).to.deep.equal([143, null])
    expect(readdirSync(folder.path)).to.deep.equal([])
    folder.remove()
  })

  it('ends quietly when its reader goes away', () => {
    const { stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${MAIN}" --help | head -n 1`], {
      encoding: 'utf8',
    })
    expect(stderr).to.not.include('EPIPE').and.not.include('at ')
  })

  const withoutReader = (...argv: string[]): string =>
    spawnSync('sh', ['-c', '{ "$@"; echo "exit=$?" >&2; } | true', 'sh', process.execPath, MAIN, ...argv], {
      env,
      encoding: 'utf8',
    }).stderr

  it('ends a command that only reads with 0 and without a word when its reader has seen enough', () => {
    for (const argv of [['--help'], ['version'], ['wallets', 'list'], ['config', 'show']]) {
      expect(withoutReader(...argv), argv.join(' ')).to.equal('exit=0\n')
    }
  })

  it('does not hide that a backup, or the result of a change, reached nobody', () => {
    for (const argv of [['export'], ['generatemanagedwallet', 'ETH']]) {
      const shown = withoutReader(...argv)
      expect(shown, argv.join(' ')).to.include('exit=130').and.include('its reader has gone')
    }
  })

  it('does not take a full disk for a reader that has gone', function () {
    if (!existsSync('/dev/full')) this.skip()
    const full = spawnSync(
      'sh',
      ['-c', '"$@" >/dev/full; echo "exit=$?" >&2', 'sh', process.execPath, MAIN, 'version'],
      {
        env,
        encoding: 'utf8',
      },
    )
    expect(full.stderr).to.include('exit=130').and.include('could not be written').and.not.include('reader')
  })

  // util-linux has it, and so has every machine this is built on; what it shows is shown with streams in memory elsewhere.
  if (existsSync('/usr/bin/script')) {
    it('asks on a real terminal with stars, takes Ctrl-C for 130, and leaves the terminal as it was', async () => {
      const command = `'${process.execPath}' '${MAIN}' export; echo "exit=$?"; stty -a`
      const terminal = spawn('script', ['-qec', command, '/dev/null'], {
        env: { PATH: process.env['PATH'] ?? '', HOME: home.path, TERM: 'dumb' },
        timeout: 15_000,
      })
      let shown = ''
      let typed = false
      terminal.stdout.on('data', (chunk: Buffer) => {
        shown += chunk.toString()
        if (typed || !shown.includes('Enter the password of the wallet store:')) return
        typed = true
        terminal.stdin.write('abc')
        setTimeout(() => terminal.stdin.write('\x03'), 300)
      })
      await once(terminal, 'close')
      expect(shown).to.include('Enter the password of the wallet store: ***').and.include('exit=130')
      expect(shown)
        .to.match(/[^-]icanon/)
        .and.match(/[^-]echo /)
      expect(shown).to.not.include('abc')
    })
  }
})
