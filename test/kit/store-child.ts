import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { systemDisk } from '../../src/backends/common/disk.js'
import { ProcessLock } from '../../src/backends/common/process-lock.js'
import { systemClock } from '../../src/core/clock.js'
import { openStoreAt } from './file-store.js'
import { sampleWallet } from './sample-wallets.js'

/*
 * A process of its own that works on a store: `store-child.ts add PATH COUNT [together]` creates COUNT wallets one by one and prints each id when it was
 * acknowledged, `together` only once it is told to go on; `hold PATH` takes a lock, says so, and keeps it until it is killed.
 */
const [task, path = '', count = '0', together] = process.argv.slice(2)
const say = (line: string): void => void writeSync(1, `${line}\n`)

if (task === 'add') {
  const store = await openStoreAt(path)
  say('open')
  if (together !== undefined) await once(process.stdin, 'data')
  process.stdin.destroy()
  for (let done = 0; done < Number(count); done += 1) {
    const wallet = sampleWallet()
    await store.create([wallet])
    say(wallet.descriptor.signatureId)
  }
  await store.close()
} else {
  await new ProcessLock(path, systemClock, systemDisk).hold(async () => {
    say('held')
    await new Promise((resolve) => setTimeout(resolve, 60_000))
  })
}
