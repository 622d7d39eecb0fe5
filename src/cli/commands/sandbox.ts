import type { CommandSpec, FlagSpec } from '../command.js'

const PORT: FlagSpec = { name: 'port', value: 'PORT', summary: 'port of the local API; default: any that is free' }
const CHAIN: FlagSpec = {
  name: 'chain',
  value: 'CHAINS',
  summary: 'BTC, ETH or both (the default); BTC alone needs no anvil',
}

export const sandbox: CommandSpec = {
  name: 'sandbox',
  group: 'Trying it out',
  summary: 'run a local stand-in for the Tatum API over a real local chain',
  details: ['For development and tests: point a daemon at it with TATUM_API_URL. Runs until Ctrl-C.'],
  flags: [PORT, CHAIN],
  examples: [
    ['keyward sandbox --port 3700', 'then: TATUM_API_URL=http://127.0.0.1:3700 keyward daemon --testnet'],
    ['keyward sandbox --chain BTC', 'starts at once: no Ethereum node'],
  ],
  stopsInOrder: true,
  run: async (context, args) => (await import('../sandbox-run.js')).runSandbox(context, args),
}
