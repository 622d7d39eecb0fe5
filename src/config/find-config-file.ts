import { join, resolve } from 'node:path'
import { KeywardError } from '../core/errors.js'
import { absolutePath, isAbsent, readSmallFile, systemCode, unreadable } from './files.js'
import type { SmallFile } from './files.js'

export interface ConfigFileSearch {
  /** From `--config` or KEYWARD_CONFIG, with the words that say which. */
  readonly named?: { readonly path: string; readonly source: string; readonly baseDir: string }
  readonly cwd: string
  readonly home: string
}

/**
 * The configuration file that was named, else `./keyward.yaml`, else `~/.keyward/config.yaml`, else none. One file only: they are not merged.
 * @throws KeywardError FILE_UNREADABLE for a named file that is missing, and for any that is there and cannot be read.
 */
export async function findConfigFile({ named, cwd, home }: ConfigFileSearch): Promise<SmallFile | undefined> {
  if (named !== undefined) {
    return await readConfigFile(
      absolutePath(named.path, named.baseDir, home),
      `the configuration file (${named.source})`,
    )
  }
  for (const path of [resolve(cwd, 'keyward.yaml'), join(home, '.keyward', 'config.yaml')]) {
    const file = await readConfigFile(path, 'the configuration file', isAbsent)
    if (file !== undefined) return file
  }
  return undefined
}

async function readConfigFile(
  path: string,
  what: string,
  mayBe: (code: string) => boolean = () => false,
): Promise<SmallFile | undefined> {
  try {
    return await readSmallFile(what, path)
  } catch (problem) {
    if (problem instanceof KeywardError) throw problem
    const code = systemCode(problem)
    if (mayBe(code)) return undefined
    const reason = code === 'ENOENT' ? 'it does not exist' : code
    throw unreadable(what, path, reason, 'Name another file with --config, or make this one readable for this user.')
  }
}
