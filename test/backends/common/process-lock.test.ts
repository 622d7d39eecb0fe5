import { stat } from 'node:fs/promises'
import { expect } from 'chai'
import { systemDisk } from '../../../src/backends/common/disk.js'
import { ProcessLock } from '../../../src/backends/common/process-lock.js'
import { systemClock } from '../../../src/core/clock.js'
import { runChild } from '../../kit/child.js'
import type { Child } from '../../kit/child.js'
import { failureOf } from '../../kit/failure-of.js'
import { storeFolder } from '../../kit/file-store.js'

describe('ProcessLock', () => {
  let folder: Awaited<ReturnType<typeof storeFolder>>
  let path: string
  let holder: Child | undefined

  const lock = (timeoutMs?: number): ProcessLock => new ProcessLock(path, systemClock, systemDisk, timeoutMs)

  beforeEach(async () => {
    folder = await storeFolder()
    path = `${folder.folder}/new/below/store.lock`
    holder = undefined
  })

  afterEach(async () => {
    await holder?.kill()
    await folder.dispose()
  })

  it('makes its folder and its file, readable by the owner only, and leaves the file', async () => {
    expect(await lock().hold(async () => 'done')).to.equal('done')
    expect((await stat(path)).mode & 0o777).to.equal(0o600)
    expect((await stat(`${folder.folder}/new`)).mode & 0o777).to.equal(0o700)
  })

  it('lets one work at a time, in one process too', async () => {
    let [inside, most] = [0, 0]
    const work = async (): Promise<void> => {
      inside += 1
      most = Math.max(most, inside)
      await systemClock.sleep(3)
      inside -= 1
    }
    await Promise.all(Array.from({ length: 6 }, () => lock().hold(work)))
    expect(most).to.equal(1)
  })

  it('is free again after work that failed', async () => {
    const failed = await lock()
      .hold(() => Promise.reject(new Error('the work failed')))
      .catch((reason: unknown) => reason)
    expect(failed).to.be.an('error').with.property('message', 'the work failed')
    expect(await lock(0).hold(async () => 'next')).to.equal('next')
  })

  it('gives up after its time, and says what to do', async () => {
    holder = runChild('store-child.ts', ['hold', path])
    await holder.said(1)
    const error = await failureOf(lock(50).hold(async () => 'never'))
    expect(error.code).to.equal('STORE_LOCKED')
    expect(error.advice).to.contain('Do not delete the lock file')
    expect(error.mayPass).to.equal(true)
  })

  it('passes to the next one when its holder is killed', async () => {
    holder = runChild('store-child.ts', ['hold', path])
    await holder.said(1)
    const next = lock().hold(async () => 'mine')
    await holder.kill()
    expect(await next).to.equal('mine')
  })

  it('says that it cannot lock where it cannot write', async () => {
    for (const hopeless of ['/dev/null/store.lock', '/proc/keyward/store.lock', folder.folder]) {
      path = hopeless
      expect((await failureOf(lock().hold(async () => 'never'))).code).to.equal('STORE_IO')
    }
  })
})
