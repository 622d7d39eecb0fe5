import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cli } from './run.js'
import type { CliResult } from './run.js'
import type { HostOptions } from './fake-terminal.js'

export const STORE_PASSWORD = 'correct horse battery staple 42'

/** A home directory of its own, where commands find the password in the environment. */
export class TempHome {
  readonly path = mkdtempSync(join(tmpdir(), 'keyward-cli-'))
  readonly env: Record<string, string> = { TATUM_KMS_PASSWORD: STORE_PASSWORD }

  run(argv: readonly string[], options: HostOptions & { readonly signal?: AbortSignal } = {}): Promise<CliResult> {
    return cli(argv, { home: this.path, env: this.env, ...options })
  }

  file(name: string): string {
    return join(this.path, name)
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
