import { KeywardError } from '../../core/errors.js'
import type { Secret } from '../../core/secret.js'
import type { AttemptTally } from './attempt-tally.js'
import type { VgsConfig, VgsConnection } from './config.js'
import { BATCH_SIZE } from './limits.js'
import { readCreated, readRevealed } from './replies.js'
import type { Created } from './replies.js'
import { VgsRequests } from './requests.js'
import type { VgsTools } from './requests.js'

/** Looks like an alias and is none: asking for it shows whether address, credentials and permission are right, and reveals nothing. */
const PROBE = 'tok_probe_1111111111111111111111'
const STORAGE = 'storage=PERSISTENT'

const pathOf = (alias: string): string => `/aliases/${encodeURIComponent(alias)}?${STORAGE}`

/** The calls of the vault API, of both generations: they differ in host and sign-in only. */
export class VgsClient {
  readonly #requests: VgsRequests

  constructor(connection: VgsConnection, tools: VgsTools) {
    this.#requests = new VgsRequests(connection, tools)
  }

  /** @throws KeywardError SECRET_REFERENCE_UNRESOLVED, CONFIG_INVALID, BACKEND_* */
  signIn(signal?: AbortSignal): Promise<void> {
    return this.#requests.signIn(signal)
  }

  close(): Promise<void> {
    return this.#requests.close()
  }

  /** One harmless request that needs all that a reveal needs. @throws KeywardError */
  probe(signal?: AbortSignal): Promise<void> {
    const what = 'look whether the vault may be used'
    return this.#requests.send(
      { operation: 'reveal', what, method: 'GET', path: pathOf(PROBE), accept: [400, 404], signal },
      ({ body }) => void body.fill(0),
    )
  }

  /**
   * Stores values, at most `BATCH_SIZE`. Repeated after outages, which may leave values behind of which nobody knows the alias: `tally` tells.
   * @returns what VGS says it has made, in any order; the caller wipes it. @throws KeywardError
   */
  create(
    values: readonly Secret[],
    format: VgsConfig['format'],
    what: string,
    tally: AttemptTally,
  ): Promise<Created[]> {
    const members = { classifiers: ['keyward'], format, storage: 'PERSISTENT' }
    const body = (): Buffer =>
      Buffer.from(JSON.stringify({ data: values.map((value) => ({ value: value.text(), ...members })) }))
    return this.#requests.send({ operation: 'store', what, method: 'POST', path: '/aliases', body, tally }, (reply) =>
      readCreated(reply.body, format),
    )
  }

  /** Values by alias, at most `BATCH_SIZE`; unknown aliases are missing. The caller wipes them. @throws KeywardError */
  async reveal(aliases: readonly string[], what: string): Promise<Map<string, Secret>> {
    const [first] = aliases
    if (first === undefined) return new Map()
    if (aliases.length === 1) return this.#revealOne(first, what)
    if (aliases.length > BATCH_SIZE) throw new KeywardError('INTERNAL', `${aliases.length} aliases in one reveal`)
    const list = aliases.map(encodeURIComponent).join(',')
    // One unknown alias fails the whole batch on some vaults, so each is asked for alone then.
    const together = await this.#reveal(`/aliases?aliases=${list}&${STORAGE}`, aliases, [400, 404], what)
    return together ?? (await this.#revealEach(aliases, what))
  }

  /** Takes an alias away; the value goes with its last alias. @returns false when there was none. @throws KeywardError */
  remove(alias: string, what: string, tally?: AttemptTally): Promise<boolean> {
    return this.#requests.send(
      { operation: 'remove', what, method: 'DELETE', path: pathOf(alias), accept: [404], ...(tally ? { tally } : {}) },
      ({ status, body }) => {
        body.fill(0)
        return status !== 404
      },
    )
  }

  async #revealEach(aliases: readonly string[], what: string): Promise<Map<string, Secret>> {
    const ended = await Promise.allSettled(aliases.map((alias) => this.#revealOne(alias, what)))
    const found = new Map(ended.flatMap((one) => (one.status === 'fulfilled' ? [...one.value] : [])))
    const failed = ended.find((one) => one.status === 'rejected')
    if (failed === undefined) return found
    for (const value of found.values()) value.wipe()
    throw failed.reason
  }

  async #revealOne(alias: string, what: string): Promise<Map<string, Secret>> {
    return (await this.#reveal(pathOf(alias), [alias], [404], what)) ?? new Map<string, Secret>()
  }

  /** @returns `undefined` for a status in `unknown`: VGS knows none of them, or not all. */
  #reveal(
    path: string,
    aliases: readonly string[],
    unknown: readonly number[],
    what: string,
  ): Promise<Map<string, Secret> | undefined> {
    return this.#requests.send(
      { operation: 'reveal', what, method: 'GET', path, accept: unknown },
      ({ status, body }) => {
        if (!unknown.includes(status)) return readRevealed(body, aliases)
        body.fill(0)
        return undefined
      },
    )
  }
}
