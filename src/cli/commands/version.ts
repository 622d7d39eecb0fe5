import type { CommandSpec } from '../command.js'
import { programVersion } from '../version.js'

export const version: CommandSpec = {
  name: 'version',
  group: 'Configuration',
  readsOnly: true,
  summary: 'print the versions of Keyward and Node.js, and the platform',
  details: ['`keyward --version` prints the version of Keyward alone.'],
  flags: [],
  examples: [['keyward version', 'what a bug report should begin with']],
  run: (context) =>
    context.output.json({
      version: programVersion(),
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    }),
}
