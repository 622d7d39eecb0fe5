import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Forms in which a secret could slip out. */
const forms = (secret: string): string[] => [
  secret,
  secret.replace(/^0x/, ''),
  Buffer.from(secret).toString('hex'),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  encodeURIComponent(secret),
]

/** Looks for secrets that are known. */
export class LeakFinder {
  readonly #canaries: readonly string[]

  constructor(secrets: readonly string[]) {
    this.#canaries = [...new Set(secrets.flatMap(forms))]
  }

  in(text: string): string[] {
    return this.#canaries.filter((canary) => text.includes(canary))
  }

  /** In every file below the folder: stores, journals, logs, temporary files. */
  onDisk(folder: string): string[] {
    return readdirSync(folder).flatMap((name) => {
      const path = join(folder, name)
      if (statSync(path).isDirectory()) return this.onDisk(path)
      return this.in(readFileSync(path).toString('latin1')).map((canary) => `${path}: ${canary}`)
    })
  }
}
