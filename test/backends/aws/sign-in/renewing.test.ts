import { expect } from 'chai'
import { renewing } from '../../../../src/backends/aws/sign-in/renewing.js'
import type { AwsCredentials, SignIn } from '../../../../src/backends/aws/sign-in/sign-in.js'
import { RecordingLog } from '../../../kit/recording-log.js'
import { SleepingClock } from '../../../kit/sleeping-clock.js'

const MINUTE_MS = 60_000

describe('AWS: keeping a session', () => {
  let clock: SleepingClock
  let log: RecordingLog
  let fetched: number
  let failing: boolean
  let lastsMs: number | undefined
  let signIn: SignIn

  const keyAfter = async (ms: number): Promise<string> => {
    await clock.sleep(ms)
    return (await signIn()).accessKeyId
  }

  beforeEach(() => {
    clock = new SleepingClock()
    log = new RecordingLog()
    fetched = 0
    failing = false
    lastsMs = 60 * MINUTE_MS
    const fetch = async (): Promise<AwsCredentials> => {
      fetched += 1
      if (failing) throw new Error('canary')
      const credentials = { accessKeyId: `key-${fetched}`, secretAccessKey: 'canary' }
      return lastsMs === undefined ? credentials : { ...credentials, expiration: new Date(clock.now() + lastsMs) }
    }
    signIn = renewing(fetch, { clock, log })
  })

  it('is renewed five minutes before its end', async () => {
    expect(await keyAfter(0)).to.equal('key-1')
    expect(await keyAfter(54 * MINUTE_MS)).to.equal('key-1')
    expect(await keyAfter(MINUTE_MS + 1)).to.equal('key-2')
  })

  it('is renewed once for all who wait', async () => {
    const keys = await Promise.all(Array.from({ length: 9 }, () => signIn()))
    expect(new Set(keys.map(({ accessKeyId }) => accessKeyId))).to.deep.equal(new Set(['key-1']))
    expect(fetched).to.equal(1)
  })

  it('is kept for good when it has no end, until a new one is asked for', async () => {
    lastsMs = undefined
    expect(await keyAfter(0)).to.equal('key-1')
    expect(await keyAfter(1e12)).to.equal('key-1')
    expect((await signIn({ forceRefresh: true })).accessKeyId).to.equal('key-2')
    expect(await keyAfter(0)).to.equal('key-2')
  })

  it('is used until its end while it cannot be renewed, with a try and a warning now and then', async () => {
    await signIn()
    failing = true
    expect(await keyAfter(56 * MINUTE_MS)).to.equal('key-1')
    expect(await keyAfter(1000)).to.equal('key-1')
    expect(fetched).to.equal(2)
    expect(await keyAfter(30_000)).to.equal('key-1')
    expect(fetched).to.equal(3)
    expect(log.events('warn')).to.deep.equal(['aws.renewal-failed', 'aws.renewal-failed'])
    expect(JSON.stringify(log.lines)).not.to.include('canary')
    const late = await keyAfter(4 * MINUTE_MS).catch(() => 'none')
    expect(late).to.equal('none')
  })

  it('is not used on when AWS has refused it', async () => {
    await signIn()
    failing = true
    expect(await signIn({ forceRefresh: true }).catch(() => 'none')).to.equal('none')
  })

  it('is not renewed for each request by a machine whose clock takes every session for over', async () => {
    lastsMs = -MINUTE_MS
    for (let n = 0; n < 50; n += 1) await keyAfter(100)
    expect(fetched).to.equal(1)
    expect(await keyAfter(20_000)).to.equal('key-2')
  })
})
