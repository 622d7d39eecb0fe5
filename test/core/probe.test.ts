import { expect } from 'chai'
import { RemoteBackend } from '../../src/backends/common/remote-backend.js'
import { KeywardError } from '../../src/core/errors.js'
import { probeBackend } from '../../src/core/probe.js'
import { MemoryStore } from '../kit/memory-store.js'
import type { Step } from '../kit/memory-store.js'
import { RecordingLog } from '../kit/recording-log.js'
import { SleepingClock } from '../kit/sleeping-clock.js'

function place(denied: readonly Step[] = []) {
  const store = new MemoryStore()
  store.fault = (step) => {
    if (denied.includes(step)) throw new KeywardError('BACKEND_DENIED', `may not ${step}`, { advice: `grant ${step}` })
  }
  const backend = new RemoteBackend(store, { log: new RecordingLog(), clock: new SleepingClock() })
  return { store, backend }
}

const steps = async (denied: readonly Step[], write: boolean): Promise<string[]> =>
  (await probeBackend(place(denied).backend, { write })).map(({ step, ok }) => `${step} ${ok ? 'yes' : 'no'}`)

describe('the probe of a backend', () => {
  it('writes nothing unless it is told to, and leaves nothing behind when it is', async () => {
    const { store, backend } = place()
    let writes = 0
    store.after = (step) => {
      if (step === 'create') writes += 1
    }
    expect((await probeBackend(backend, { write: false })).every(({ ok }) => ok)).to.equal(true)
    expect(writes).to.equal(0)
    expect((await probeBackend(backend, { write: true })).every(({ ok }) => ok)).to.equal(true)
    expect(writes).to.equal(1)
    expect(store.place.entries.size).to.equal(0)
  })

  it('tells what is missing, each with its advice, and goes on with the rest', async () => {
    expect(await steps(['open'], true)).to.deep.equal(['open no'])
    expect(await steps(['list'], true)).to.deep.equal(['open yes', 'list no', 'read yes', 'create yes', 'remove yes'])
    expect(await steps(['read'], false)).to.deep.equal(['open yes', 'list yes', 'read no'])
    expect(await steps(['create'], true)).to.deep.equal(['open yes', 'list yes', 'read yes', 'create no'])
    expect(await steps(['remove'], true)).to.deep.equal(['open yes', 'list yes', 'read yes', 'create yes', 'remove no'])
    const [, , read] = await probeBackend(place(['read']).backend, { write: false })
    expect(read?.error?.advice).to.equal('grant read')
  })
})
