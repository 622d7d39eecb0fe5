import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadSettings } from '../../src/config/index.js'
import type { LoadedSettings } from '../../src/config/index.js'
import type { KeywardError } from '../../src/core/errors.js'
import { failureOf } from './failure-of.js'

export interface LoadInput {
  readonly flags?: Readonly<Record<string, string | boolean | undefined>>
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** A working directory and a home directory of their own, with files as a test wants them. */
export class ConfigRoom {
  private constructor(readonly root: string) {}

  static async make(): Promise<ConfigRoom> {
    const room = new ConfigRoom(await mkdtemp(join(tmpdir(), 'keyward-config-')))
    await mkdir(room.cwd)
    await mkdir(room.home)
    return room
  }

  get cwd(): string {
    return join(this.root, 'cwd')
  }

  get home(): string {
    return join(this.root, 'home')
  }

  /** @param path relative to the room, e.g. `cwd/keyward.yaml`. @returns the absolute path. */
  async write(path: string, text: string | Uint8Array, mode = 0o600): Promise<string> {
    const file = join(this.root, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text, { mode })
    return file
  }

  load({ flags = {}, env = {} }: LoadInput = {}): Promise<LoadedSettings> {
    return loadSettings({ flags, env, cwd: this.cwd, home: this.home })
  }

  failure(input: LoadInput = {}): Promise<KeywardError> {
    return failureOf(this.load(input))
  }

  async close(): Promise<void> {
    await rm(this.root, { recursive: true, force: true })
  }
}
