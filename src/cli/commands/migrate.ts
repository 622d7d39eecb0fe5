import type { CommandSpec } from '../command.js'
import { NETWORK, YES } from '../flags.js'

export const migrate: CommandSpec = {
  name: 'migrate',
  group: 'Secret backend',
  summary: 'copy wallets from one secret backend to another, and prove each copy',
  details: [
    'Each wallet is written to the target, read back, compared to the last byte, and its address or xpub derived anew. A wallet that the target has already is compared and not written, so the same command goes on after a crash or ctrl-C. Nothing is ever overwritten.',
    'A daemon may sign from the source meanwhile. The source keeps its wallets unless --remove-source is given; then they are removed when all of them are proven, and none before.',
    'Each configuration stands for itself: variables and flags set nothing in it, but references such as env:NAME are followed.',
  ],
  flags: [
    { name: 'from', value: 'FILE', summary: 'the YAML configuration whose backend has the wallets' },
    { name: 'to', value: 'FILE', summary: 'the YAML configuration of the backend they go to' },
    { name: 'dry-run', summary: 'read and compare everything, write nothing' },
    { name: 'chain', value: 'CHAIN', summary: 'only wallets of this chain' },
    NETWORK,
    { name: 'remove-source', summary: 'remove the wallets from the source after all are proven in the target' },
    YES,
  ],
  examples: [
    ['keyward migrate --from file.yaml --to azure.yaml --dry-run', 'what would happen'],
    ['keyward migrate --from file.yaml --to azure.yaml', 'copy all wallets'],
    ['keyward migrate --from file.yaml --to vault.yaml --chain ETH', 'those of one chain'],
  ],
  stopsInOrder: true,
  run: async (context, args) => (await import('../migrate-run.js')).runMigration(context, args),
}
