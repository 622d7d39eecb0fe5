import type { Log } from '../core/log.js'
import { Secret } from '../core/secret.js'
import type { SecretPurpose, SecretReference, SecretSource } from '../core/secret-reference.js'
import type { Environment } from './environment.js'
import { isReference, referenceParts, VAULT_SCHEMES } from './references.js'
import { readDescriptorSecret } from './secrets/read-descriptor.js'
import { readFileSecret } from './secrets/read-file.js'
import { unresolved } from '../core/unresolved.js'

export interface SchemeContext {
  readonly purpose: SecretPurpose
  /** Where a vault's credentials may be, e.g. TATUM_KMS_AWS_ACCESS_KEY_ID. */
  readonly environment: Environment
}

/**
 * Opens the references of one vault.
 * @param rest what follows the colon; empty when the variables of the reference tool do not name a secret.
 * @throws KeywardError SECRET_REFERENCE_UNRESOLVED, BACKEND_*
 */
export type SecretScheme = (rest: string, context: SchemeContext) => Promise<Secret>

/** Vaults that secrets can come from, by scheme without colon: a later backend adds its own. */
export type SecretSchemes = Readonly<Partial<Record<(typeof VAULT_SCHEMES)[number], SecretScheme>>>

export interface SecretSourceOptions {
  readonly environment: Environment
  /** Secrets that were given as flags, by flag name. */
  readonly flags?: ReadonlyMap<string, Secret>
  /** Asks the person at the terminal; absent when there is none. */
  readonly prompt?: ((purpose: SecretPurpose) => Promise<Secret>) | undefined
  readonly schemes?: SecretSchemes
  /** Hears of secrets that others could read, once for each. */
  readonly log: Log
}

export interface ClosableSecretSource extends SecretSource {
  /** Wipes what file descriptors gave, which can be read only once. */
  close(): void
}

/** Resolves the references of the settings: variables, files, inherited file descriptors, the person at the terminal, and registered vaults. */
export function createSecretSource(options: SecretSourceOptions): ClosableSecretSource {
  return new ReferenceResolver(options)
}

class ReferenceResolver implements ClosableSecretSource {
  readonly #options: SecretSourceOptions
  readonly #descriptors = new Map<number, Promise<Secret>>()
  readonly #warned = new Set<string>()

  constructor(options: SecretSourceOptions) {
    this.#options = options
  }

  async resolve(reference: SecretReference, purpose: SecretPurpose): Promise<Secret> {
    const { scheme, rest } = referenceParts(reference)
    if (scheme === 'flag') return this.#fromFlag(reference, rest)
    if (!isReference(reference)) {
      // Not repeated: it may be the secret itself.
      throw unresolved('reference', 'it has no known form', 'Write env:NAME, file:/path, fd:3 or prompt:.')
    }
    switch (scheme) {
      case 'env':
        return this.#fromVariable(reference, rest)
      case 'file':
        return await this.#fromFile(rest)
      case 'fd':
        return await this.#fromDescriptor(Number(rest))
      case 'prompt':
        return await this.#fromPerson(purpose)
      default:
        return await this.#fromVault(reference, purpose)
    }
  }

  #fromFlag(reference: string, flag: string): Secret {
    const secret = this.#options.flags?.get(flag)
    if (secret === undefined)
      throw unresolved(reference, 'the flag was not given', 'Give it, or refer to another place.')
    return secret.clone()
  }

  #fromVariable(reference: string, name: string): Secret {
    const variable = this.#options.environment.find(name)
    if (variable === undefined || variable.text === '') {
      const state = variable === undefined ? 'is not set' : `is set to nothing (${variable.source})`
      throw unresolved(reference, `the variable ${name} ${state}`, `Set ${name}, or refer to a file: file:/path.`)
    }
    this.#warnOnce(
      reference,
      `every program of this user can read it (${variable.source}); a file: or fd: reference is safer`,
    )
    return Secret.fromText(variable.text)
  }

  async #fromFile(path: string): Promise<Secret> {
    const { secret, exposed } = await readFileSecret(path)
    if (exposed) this.#warnOnce(`file:${path}`, 'other users can open the file; take that right away: chmod 600')
    return secret
  }

  /** A pipe gives its content once, so it is kept for whoever asks again. */
  async #fromDescriptor(fd: number): Promise<Secret> {
    const reading = this.#descriptors.get(fd) ?? readDescriptorSecret(fd)
    this.#descriptors.set(fd, reading)
    return (await reading).clone()
  }

  async #fromPerson(purpose: SecretPurpose): Promise<Secret> {
    if (this.#options.prompt !== undefined) return await this.#options.prompt(purpose)
    const advice =
      'Run it on a terminal, or refer to env:NAME, file:/path or fd:3 (for the wallet store: TATUM_KMS_PASSWORD).'
    throw unresolved('prompt:', `there is no terminal to ask for ${purpose.what}`, advice)
  }

  async #fromVault(reference: string, purpose: SecretPurpose): Promise<Secret> {
    const { scheme, rest } = referenceParts(reference)
    const vault = VAULT_SCHEMES.find((known) => known === scheme)
    const open = vault && this.#options.schemes?.[vault]
    if (open) return await open(rest, { purpose, environment: this.#options.environment })
    const advice = `Fetch ${purpose.what} with the vault's own tool and hand it over: fd:3, file:/path, or for the wallet store TATUM_KMS_PASSWORD.`
    throw unresolved(reference, `this build cannot read secrets from ${scheme}`, advice)
  }

  #warnOnce(reference: string, problem: string): void {
    if (this.#warned.has(reference)) return
    this.#warned.add(reference)
    this.#options.log.warn('secret.exposed', { reference, problem })
  }

  close(): void {
    for (const reading of this.#descriptors.values()) {
      void reading.then(
        (secret) => secret.wipe(),
        () => undefined,
      )
    }
    this.#descriptors.clear()
    for (const secret of this.#options.flags?.values() ?? []) secret.wipe()
  }
}
