import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { maskSecret, VARIABLE_ROWS } from '../config/index.js'
import type { LoadedSettings } from '../config/index.js'
import type { Host } from './host.js'

const UNSET = 'N/A'

/**
 * The lines of `checkconfig`: `name : value`, names padded to one width. Unlike the reference tool's, a masked value shows no character of the secret, nor
 * its length.
 */
export async function checkConfigLines(loaded: LoadedSettings, host: Host, version: string): Promise<string[]> {
  const { settings, secretInputs, envFiles } = loaded
  const path = storePath(loaded)
  const rows: (readonly [string, string])[] = [
    ['Version', version],
    ['Store path', path ?? UNSET],
    ['Store exists', path === undefined ? UNSET : String(await exists(path))],
    ['Store type', settings.backend.type],
    ['Env file path', envFiles.length > 0 ? envFiles.join(', ') : `${join(host.home, '.tatumrc', '.env')} (absent)`],
    ['Configuration file', loaded.configFile ?? UNSET],
    ['API key', maskSecret(settings.api.key)],
  ]
  for (const { name, secret } of VARIABLE_ROWS) {
    const value = secretInputs.environment.get(name)
    rows.push([name, secret ? maskSecret(value) : value === undefined || value === '' ? UNSET : value])
  }
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)} : ${value}`)
}

/** Only the backend with a file of its own has a path. */
function storePath({ sources }: LoadedSettings): string | undefined {
  const path = sources.get('backend.path')?.value
  return typeof path === 'string' ? path : undefined
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
