import { nearest } from '../core/nearest.js'
import type { Environment } from './environment.js'
import type { SmallFile } from './files.js'
import type { Winners } from './given.js'
import { FLAG_KEY } from './references.js'
import { isExposed } from './values.js'
import { VARIABLE_ROWS } from './variables.js'

export interface WarningInput {
  readonly configFile: SmallFile | undefined
  readonly envFiles: readonly SmallFile[]
  readonly environment: Environment
  readonly winners: Winners
}

const WRITABLE_BY_OTHERS = 0o022
const READABLE_BY_OTHERS = 0o077

/** Nothing is wrong, but something could be better. */
export function warningsOf({ configFile, envFiles, environment, winners }: WarningInput): string[] {
  const warnings: string[] = []
  if (winners.get('api.key')?.value === FLAG_KEY) {
    warnings.push(
      'other users of this machine can read --api-key in the process list; use TATUM_API_KEY or a file: reference',
    )
  }
  if (isExposed(winners.text('approval.url') ?? '')) {
    warnings.push('approval.url is not encrypted: whoever sits between here and there can approve')
  }
  for (const { path, mode } of [...(configFile ? [configFile] : []), ...envFiles]) {
    if (has(mode, WRITABLE_BY_OTHERS)) warnings.push(`other users can change ${path}; take that right away: chmod go-w`)
  }
  for (const { path, mode } of envFiles) {
    if (has(mode, READABLE_BY_OTHERS) && holdsSecret(environment, path)) {
      warnings.push(`other users can read the secrets in ${path}; take that right away: chmod 600`)
    }
  }
  return [...warnings, ...misspeltVariables(environment)]
}

const has = (mode: number | undefined, bits: number): boolean => mode !== undefined && (mode & bits) !== 0

const holdsSecret = (environment: Environment, path: string): boolean =>
  VARIABLE_ROWS.some(({ name, secret }) => secret && environment.find(name)?.source === `.env file ${path}`)

/**
 * A variable of ours that is nearly one we know. Others that start like ours are left alone: Kubernetes gives each pod variables that are named after
 * its services.
 */
function misspeltVariables(environment: Environment): string[] {
  const known = VARIABLE_ROWS.map(({ name }) => name)
  return environment.names().flatMap((name) => {
    if (!name.startsWith('KEYWARD_') || known.includes(name) || /_(HOST|PORT)(_|$)/.test(name)) return []
    const near = nearest(name, known)
    return near === undefined ? [] : [`the variable ${name} is not known; did you mean ${near}?`]
  })
}
