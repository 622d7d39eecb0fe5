import { ChunkReader } from './chunk-reader.js'
import { Hangups } from './hangups.js'
import type { Host } from './host.js'
import { Output } from './output.js'
import { Prompter } from './prompter.js'

/** What every command works with. */
export interface CommandContext {
  readonly host: Host
  readonly output: Output
  readonly prompter: Prompter
  /** Standard input, shared by prompts and piped secrets. */
  readonly input: ChunkReader
  /** Aborted when the user wants a command with `stopsInOrder` to end. */
  readonly signal: AbortSignal
  readonly hangups: Hangups
}

export function createContext(host: Host, signal: AbortSignal, hangups = new Hangups()): CommandContext {
  const input = new ChunkReader(host.stdin)
  return {
    host,
    signal,
    hangups,
    input,
    output: new Output(host.stdout, host.stderr),
    prompter: new Prompter(host, input),
  }
}
