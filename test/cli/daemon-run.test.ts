import { expect } from 'chai'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CommandContext } from '../../src/cli/context.js'
import { serve } from '../../src/cli/daemon-run.js'
import { Hangups } from '../../src/cli/hangups.js'
import type { App } from '../../src/composition-root.js'
import { KeywardError } from '../../src/core/errors.js'
import { failureOf } from '../kit/failure-of.js'
import { RecordingLog } from '../kit/recording-log.js'

/** A promise that the test settles. */
function gate() {
  let [resolve, reject]: [() => void, (reason: unknown) => void] = [() => undefined, () => undefined]
  const promise = new Promise<void>((...settle) => ([resolve, reject] = settle))
  return { promise, resolve: () => resolve(), reject: (reason: unknown) => reject(reason) }
}

describe('a daemon on its way up', () => {
  let home: string

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'keyward-serve-'))
  })

  afterEach(() => rmSync(home, { recursive: true, force: true }))

  /** A program whose daemon comes up, runs and ends when the test says so. */
  function starting(terminal = false) {
    const events: string[] = []
    const hangups = new Hangups()
    const log = new RecordingLog()
    const come = gate()
    const end = gate()
    const daemon = {
      reload: async () => {
        events.push('reload')
        return { wallets: 0, added: 0, removed: 0 }
      },
      run: async () => {
        events.push('run')
        await end.promise
      },
    }
    const settings = {
      daemon: { chains: [], runOnce: false, periodSeconds: 1, concurrency: 1, shutdownSeconds: 1 },
      journal: { path: join(home, 'journal.db') },
      chains: {},
      network: 'testnet',
    }
    const app = {
      settings,
      log,
      chains: { definitions: [] },
      daemon: async () => {
        await come.promise
        return daemon
      },
    } as unknown as App
    const stop = new AbortController()
    const context = {
      signal: stop.signal,
      hangups,
      host: { isTerminal: { stdin: terminal } },
    } as unknown as CommandContext
    return { events, hangups, log, stop, come, end, served: serve(app, context) }
  }

  it('is not ended by a SIGHUP while it starts, and reloads once it is up', async () => {
    const { events, hangups, come, end, served } = starting()
    expect(hangups.raise(), 'somebody listens').to.equal(true)
    expect(events).to.deep.equal([])
    come.resolve()
    end.resolve()
    await served
    expect(events).to.include('reload').and.include('run')
    expect(hangups.raise(), 'nobody listens after the end').to.equal(false)
  })

  it('ends without a first listing when it was told to stop while it started', async () => {
    const { events, stop, come, served } = starting()
    stop.abort()
    come.resolve()
    await served
    expect(events).to.deep.equal([])
  })

  it('is ended by the terminal that is closed', async () => {
    const { hangups, come, end, served } = starting(true)
    expect(hangups.raise()).to.equal(false)
    come.resolve()
    end.resolve()
    await served
  })

  it('fails with the reason of a start that does not work, and listens no longer', async () => {
    const { hangups, log, come, served } = starting()
    hangups.raise()
    come.reject(new KeywardError('BACKEND_SEALED', 'sealed'))
    expect((await failureOf(served)).code).to.equal('BACKEND_SEALED')
    expect(log.events('warn')).to.deep.equal(['wallets.not-reloaded'])
    expect(hangups.raise()).to.equal(false)
  })
})
