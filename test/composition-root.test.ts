import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../src/composition-root.js'
import { loadSettings } from '../src/config/index.js'
import { Daemon } from '../src/core/pipeline/daemon.js'
import { TOKENS } from '../src/core/tokens.js'
import { legacyStore } from './kit/legacy-store.js'

const backends = { file: (home: string) => ({ type: 'file', path: join(home, 'wallet.dat') }) }
const networks = [true, false]
const approvals = [undefined, 'GET', 'POST'] as const

describe('the composition root', () => {
  for (const [name, backend] of Object.entries(backends)) {
    for (const testnet of networks) {
      for (const method of approvals) {
        it(`binds every token for the ${name} backend on ${testnet ? 'testnet' : 'mainnet'}, ${method ?? 'no'} four-eye check`, async () => {
          const home = mkdtempSync(join(tmpdir(), 'keyward-root-'))
          try {
            writeFileSync(join(home, 'wallet.dat'), legacyStore({}, 'password'), { mode: 0o600 })
            const approval = method === undefined ? {} : { approval: { url: 'http://127.0.0.1:1/check', method } }
            writeFileSync(join(home, 'keyward.yaml'), JSON.stringify({ testnet, backend: backend(home), ...approval }))
            const env = { TATUM_API_KEY: 'key', TATUM_KMS_PASSWORD: 'password' }
            const loaded = await loadSettings({ flags: {}, env, cwd: home, home })
            const lines: string[] = []
            const logStream = { write: (text: string) => lines.push(text) }
            const app = await compose(loaded, { whenMissing: 'fail', env, logStream, clientVersion: '0.0.0' })
            expect(await app.daemon()).to.be.instanceOf(Daemon)
            for (const [token, name] of Object.entries(TOKENS)) {
              expect(app.container.resolve<unknown>(name), token).to.be.an('object')
            }
            expect(await app.daemon(), 'one daemon for the process').to.equal(await app.daemon())
            await app.close()
            await app.close()
          } finally {
            rmSync(home, { recursive: true, force: true })
          }
        })
      }
    }
  }

  it('closes every part though one cannot be closed, and says what was wrong with that one', async () => {
    const home = mkdtempSync(join(tmpdir(), 'keyward-root-'))
    try {
      writeFileSync(join(home, 'wallet.dat'), legacyStore({}, 'password'), { mode: 0o600 })
      const env = { TATUM_API_KEY: 'key', TATUM_KMS_PASSWORD: 'password' }
      const loaded = await loadSettings({ flags: {}, env, cwd: home, home })
      const logStream = { write: () => true }
      const settings = { ...loaded.settings, backend: { ...loaded.settings.backend, path: join(home, 'wallet.dat') } }
      const app = await compose(
        { ...loaded, settings },
        { whenMissing: 'fail', env, logStream, clientVersion: '0.0.0' },
      )
      const backend = await app.backend()
      const journal = await app.journal('daemon')
      let closed = 0
      const close = backend.close.bind(backend)
      backend.close = async () => {
        closed += 1
        await close()
      }
      journal.close = () => Promise.reject(new Error('no space left'))
      const error: unknown = await app.close().catch((thrown: unknown) => thrown)
      expect(error).to.have.property('message')
      expect(closed).to.equal(1)
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })

  it('makes nothing that a command does not ask for: no store is opened, no password asked, no connection made', async () => {
    const home = mkdtempSync(join(tmpdir(), 'keyward-root-'))
    const loaded = await loadSettings({ flags: {}, env: {}, cwd: home, home })
    const asked: string[] = []
    const prompt = async ({ what }: { what: string }): Promise<never> => {
      asked.push(what)
      throw new Error('asked')
    }
    const app = await compose(loaded, {
      whenMissing: 'fail',
      env: {},
      prompt,
      logStream: { write: () => true },
      clientVersion: '0.0.0',
    })
    expect(app.chains.resolve('btc')).to.equal('BTC')
    await app.close()
    expect(asked).to.deep.equal([])
    rmSync(home, { recursive: true, force: true })
  })
})
