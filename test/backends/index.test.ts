import { expect } from 'chai'
import { backendConfigSchema, createBackend } from '../../src/backends/index.js'
import { systemClock } from '../../src/core/clock.js'
import { isMaintainable } from '../../src/core/maintenance.js'
import { failureOf } from '../kit/failure-of.js'
import { RecordingLog, ScriptedSecrets } from '../kit/file-store.js'

const dependencies = {
  secrets: new ScriptedSecrets(),
  log: new RecordingLog(),
  clock: systemClock,
  inspect: async () => [],
  whenMissing: 'fail' as const,
}

describe('the registry of backends', () => {
  it('makes the backend that the configuration names, without opening it', async () => {
    const backend = await createBackend(
      backendConfigSchema.parse({ type: 'file', path: '/srv/w.dat', password: 'env:P' }),
      dependencies,
    )
    expect(backend.description).to.equal('file /srv/w.dat')
    expect(isMaintainable(backend)).to.equal(true)
    expect((await backend.health()).ready).to.equal(false)
  })

  it('invents neither a path nor a source of the password', async () => {
    for (const config of [
      { type: 'file' },
      { type: 'file', path: '/srv/w.dat' },
      { type: 'file', password: 'env:P' },
    ]) {
      const error = await failureOf(createBackend(backendConfigSchema.parse(config), dependencies))
      expect(error.code).to.equal('CONFIG_INVALID')
    }
  })

  it('refuses a product it does not know, a setting it does not know, and a password in the place of a reference', () => {
    const refused = [
      { type: 'floppy' },
      { type: 'file', pasword: 'env:P' },
      { type: 'file', password: 'hunter2' },
      { type: 'file', path: '' },
      {},
    ]
    for (const config of refused)
      expect(backendConfigSchema.safeParse(config).success, JSON.stringify(config)).to.equal(false)
  })
})
