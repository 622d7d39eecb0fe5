import type { CommandSpec } from '../command.js'
import { SETTINGS_FLAGS } from '../flags.js'
import { withApp } from '../session.js'

export const checkBackend: CommandSpec = {
  name: 'backend check',
  group: 'Secret backend',
  summary: 'try address, credentials and permissions of the secret backend',
  details: [
    'Signs in, lists, and asks for a wallet that does not exist. No wallet is read and nothing is written.',
    'With --write-probe it also creates a wallet without worth, reads it back and removes it for good.',
  ],
  flags: [
    { name: 'write-probe', summary: 'also create and remove an entry, to see whether that is allowed' },
    ...SETTINGS_FLAGS,
  ],
  examples: [
    ['keyward backend check --config azure.yaml', 'before the daemon is started'],
    ['keyward backend check --write-probe', 'before wallets are made or moved'],
  ],
  run: (context, args) =>
    withApp(context, args, 'fail', async (app) => {
      const { probeBackend } = await import('../../core/probe.js')
      const backend = await app.closedBackend()
      const results = await probeBackend(backend, { write: args.has('write-probe') })
      const failed = results.find(({ ok }) => !ok)
      await context.output.json({
        backend: backend.description,
        ok: failed === undefined,
        steps: results.map(({ step, ok, error }) => ({ step, ok, ...(error ? { ...error.toJSON() } : {}) })),
      })
      if (failed?.error) throw failed.error
    }),
}
