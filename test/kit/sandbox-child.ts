import { startSandbox } from '../../src/sandbox/index.js'

/* A sandbox in a process of its own; prints its address and the address of its node's process table entry. */
const sandbox = await startSandbox({ chains: ['ETH'] })
process.stdout.write(`${sandbox.url}\n`)
