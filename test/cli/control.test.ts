import { expect } from 'chai'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askDaemon, controlAddress, listenForCommands } from '../../src/cli/control.js'
import type { Control, ControlHandlers } from '../../src/cli/control.js'
import { KeywardError } from '../../src/core/errors.js'
import { failureOf } from '../kit/failure-of.js'
import { RecordingLog } from '../kit/recording-log.js'

describe('the way from a command to the running daemon', () => {
  let folder: string
  let address: string
  let open: Control[]
  const log = new RecordingLog()
  const never = new AbortController().signal

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keyward-control-'))
    address = controlAddress(join(folder, 'journal.db'))
    open = []
  })

  afterEach(async () => {
    for (const control of open) await control.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const listen = async (reload: ControlHandlers['reload']): Promise<void> => {
    open.push(await listenForCommands(address, { reload }, log))
  }

  it('carries a request there and the result back', async () => {
    await listen(() => Promise.resolve({ wallets: 3, added: 1, removed: 0 }))
    expect(await askDaemon(address, 'reload', never)).to.deep.equal({ wallets: 3, added: 1, removed: 0 })
  })

  it('carries the daemon’s error back with its code and advice', async () => {
    await listen(() => Promise.reject(new KeywardError('BACKEND_SEALED', 'sealed', { advice: 'unseal it' })))
    const error = await failureOf(askDaemon(address, 'reload', never))
    expect([error.code, error.message, error.advice]).to.deep.equal(['BACKEND_SEALED', 'sealed', 'unseal it'])
  })

  it('says that nobody is there, whether the socket is missing or left over', async () => {
    expect((await failureOf(askDaemon(address, 'reload', never))).code).to.equal('DAEMON_UNREACHABLE')
    writeFileSync(address, '')
    expect((await failureOf(askDaemon(address, 'reload', never))).code).to.equal('DAEMON_UNREACHABLE')
    await listen(() => Promise.resolve({ wallets: 0 }))
    expect(await askDaemon(address, 'reload', never), 'a daemon takes its place').to.deep.equal({ wallets: 0 })
  })

  it('lets nobody but the daemon’s user in', async () => {
    await listen(() => Promise.resolve({}))
    expect(statSync(address).mode & 0o777).to.equal(0o600)
  })

  it('answers nonsense with an error and goes on', async () => {
    await listen(() => Promise.resolve({ wallets: 1 }))
    for (const line of ['nonsense\n', '{"request":"stop"}\n', `${'x'.repeat(70_000)}\n`]) {
      const reply = await new Promise<string>((resolve) => {
        const socket = connect(address)
        let text = ''
        socket.on('data', (chunk) => (text += chunk.toString()))
        socket.on('error', () => undefined)
        socket.on('close', () => resolve(text))
        socket.write(line)
      })
      expect(reply).to.match(/"code":"INTERNAL"|^$/)
    }
    expect(await askDaemon(address, 'reload', never)).to.deep.equal({ wallets: 1 })
  })

  it('stops waiting when the person does', async () => {
    await listen(() => new Promise(() => undefined))
    const stop = new AbortController()
    const asking = failureOf(askDaemon(address, 'reload', stop.signal))
    setTimeout(() => stop.abort(), 20)
    expect((await asking).code).to.equal('INTERRUPTED')
  })

  it('goes on when connections cannot be taken up for a while', async () => {
    const servers: Server[] = []
    const own = Object.getOwnPropertyDescriptor(Server.prototype, 'listen')!
    const listenOf = own.value as (this: Server, ...given: unknown[]) => Server
    const value = function (this: Server, ...given: unknown[]): Server {
      servers.push(this)
      return listenOf.apply(this, given)
    }
    Object.defineProperty(Server.prototype, 'listen', { ...own, value })
    try {
      await listen(() => Promise.resolve({ wallets: 2 }))
    } finally {
      Object.defineProperty(Server.prototype, 'listen', own)
    }
    expect(servers).to.have.length(1)
    for (let n = 0; n < 3; n += 1) servers[0]?.emit('error', new Error('accept EMFILE'))
    expect(await askDaemon(address, 'reload', never)).to.deep.equal({ wallets: 2 })
  })

  it('is a warning when the daemon cannot listen, because it can sign all the same', async () => {
    const quiet = new RecordingLog()
    open.push(await listenForCommands(join(folder, 'x'.repeat(200)), { reload: () => Promise.resolve({}) }, quiet))
    expect(quiet.events('warn')).to.deep.equal(['control.unavailable'])
  })
})
