import { writeSync } from 'node:fs'
import { VgsBackend } from '../../src/backends/vgs/vgs-backend.js'
import { VgsStore } from '../../src/backends/vgs/vgs-store.js'
import { vgsConfigSchema } from '../../src/backends/vgs/config.js'
import { systemClock } from '../../src/core/clock.js'
import { RecordingLog } from './file-store.js'
import { sampleWallet } from './sample-wallets.js'
import { FakeCredentials } from './vgs/vgs-place.js'

/*
 * A process of its own that makes wallets: `vgs-child.ts CONFIG COUNT TOGETHER` creates COUNT times TOGETHER wallets at a vault and prints the ids when they were
 * acknowledged. CONFIG is the backend's section as JSON.
 */
const [config = '', count = '0', together = '1'] = process.argv.slice(2)
const dependencies = {
  ...{ secrets: new FakeCredentials(), log: new RecordingLog(), clock: systemClock },
  ...{ inspect: async () => [], whenMissing: 'create' as const },
}
const backend = new VgsBackend(new VgsStore(vgsConfigSchema.parse(JSON.parse(config)), dependencies), dependencies)

await backend.open()
writeSync(1, 'open\n')
for (let done = 0; done < Number(count); done += 1) {
  const wallets = Array.from({ length: Number(together) }, () => sampleWallet())
  await backend.create(wallets)
  writeSync(1, wallets.map(({ descriptor }) => `${descriptor.signatureId}\n`).join(''))
}
await backend.close()
