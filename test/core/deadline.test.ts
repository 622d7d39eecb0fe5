import { expect } from 'chai'
import { getEventListeners } from 'node:events'
import { withDeadline } from '../../src/core/deadline.js'

const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()))

describe('a deadline', () => {
  it('gives the result of what finishes in time, and leaves nothing behind', async () => {
    const outer = new AbortController()
    const result = await withDeadline(60_000, outer.signal, (deadline) => {
      expect(getEventListeners(outer.signal, 'abort')).to.have.length(1)
      return Promise.resolve(deadline.stopped)
    })
    expect(result).to.equal(undefined)
    expect(getEventListeners(outer.signal, 'abort')).to.be.empty
  })

  it('aborts what takes too long, and says that it was the time', async () => {
    const stopped = await withDeadline(5, undefined, async (deadline) => {
      await untilStopped(deadline.signal)
      return deadline.stopped
    })
    expect(stopped).to.equal('deadline')
  })

  it('aborts what nobody wants any more, and says so, the first reason standing', async () => {
    const outer = new AbortController()
    const stopped = await withDeadline(10, outer.signal, async (deadline) => {
      outer.abort()
      await new Promise((resolve) => setTimeout(resolve, 20))
      return deadline.stopped
    })
    expect(stopped).to.equal('interrupted')
  })

  it('begins stopped when its caller has stopped already', async () => {
    const seen = await withDeadline(60_000, AbortSignal.abort(), (deadline) =>
      Promise.resolve([deadline.stopped, deadline.signal.aborted]),
    )
    expect(seen).to.deep.equal(['interrupted', true])
  })

  it('cleans up when the work fails', async () => {
    const outer = new AbortController()
    const failing = withDeadline(60_000, outer.signal, () => Promise.reject(new Error('broken')))
    expect(await failing.catch((error: unknown) => error)).to.have.property('message', 'broken')
    expect(getEventListeners(outer.signal, 'abort')).to.be.empty
  })

  it('lets many calls wait on one signal without a warning', async () => {
    const outer = new AbortController()
    const warnings: Error[] = []
    const listen = (warning: Error): void => void warnings.push(warning)
    process.on('warning', listen)
    await Promise.all(
      Array.from({ length: 50 }, () =>
        withDeadline(60_000, outer.signal, () => new Promise((resolve) => setImmediate(resolve))),
      ),
    )
    await new Promise((resolve) => setImmediate(resolve))
    process.off('warning', listen)
    expect(warnings).to.be.empty
  })
})
