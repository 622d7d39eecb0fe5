import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Answer, Received } from '../loopback-server.js'

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const LIMIT = 20
const HOUR_MS = 3_600_000

const createSchema = z.object({
  data: z.array(
    z.object({
      value: z.string().optional(),
      alias: z.string().optional(),
      classifiers: z.array(z.string()).default([]),
      format: z.enum(['UUID', 'RAW_UUID', 'PFPT']),
      storage: z.enum(['PERSISTENT', 'VOLATILE']).default('PERSISTENT'),
    }),
  ),
})
const classifiersSchema = z.object({ data: z.object({ classifiers: z.array(z.string()) }) })
const deleteManySchema = z.object({ storage: z.string().optional(), data: z.array(z.string()) })

interface Value {
  readonly text: string
  classifiers: readonly string[]
  readonly storage: string
  readonly createdAt: number
  readonly aliases: { readonly alias: string; readonly format: string }[]
}

/** What differs between vaults, and between what VGS documents and does. */
export interface AliasBehaviour {
  generation: 'v1' | 'v2'
  /** Name of the member that holds an alias: the documentation has both. */
  aliasMember: 'alias' | 'value'
  /** An unknown alias inside a batch: left out, or the batch fails. */
  unknownInBatch: 'omit' | 400 | 404
  revealDisabled: false | 403 | 404 | 405
  /** An equal value in an equal format gets the alias it has. */
  fingerprinting: boolean
  /** Replies to POST in reverse order. */
  reversed: boolean
  /** Replies to POST quote the value, as documented. */
  quoting: boolean
  now: () => number
}

export const errorAnswer = (status: number, title: string, detail: string): Answer => ({
  status,
  body: { errors: [{ status, title, detail, href: 'https://www.verygoodsecurity.com/docs/vault/api' }] },
})

/** The state of a fake vault and the routes below `/aliases`. */
export class FakeAliases {
  readonly #values = new Map<string, Value>()

  constructor(
    private readonly behaviour: AliasBehaviour,
    private readonly environment: string,
  ) {}

  get aliases(): string[] {
    return [...this.#values.keys()]
  }

  textOf(alias: string): string | undefined {
    return this.#values.get(alias)?.text
  }

  /** Puts a value there as somebody else would. */
  put(text: string, alias = this.#newAlias('UUID')): string {
    const name = { alias, format: 'UUID' }
    this.#values.set(alias, {
      ...{ text, classifiers: [], storage: 'PERSISTENT', createdAt: this.behaviour.now(), aliases: [name] },
    })
    return alias
  }

  delete(alias: string): boolean {
    return this.#values.delete(alias)
  }

  answer({ method, path, query, body }: Received): Answer {
    const storage = query.get('storage') ?? 'PERSISTENT'
    if (path === '/aliases' && method === 'POST') return this.#create(body)
    if (path === '/aliases' && method === 'GET')
      return this.#revealMany((query.get('aliases') ?? '').split(','), storage)
    if (path === '/aliases/delete' && method === 'POST' && this.behaviour.generation === 'v1')
      return this.#deleteMany(body)
    const alias = /^\/aliases\/([^/]+)$/.exec(path)?.[1]
    if (alias === undefined) return errorAnswer(404, 'Not found', 'No such resource')
    const value = this.#find(decodeURIComponent(alias), storage)
    if (method === 'GET' && this.behaviour.revealDisabled) return this.#revealRefused(this.behaviour.revealDisabled)
    if (value === undefined) return errorAnswer(404, 'Not found', 'Alias not found')
    if (method === 'GET') return { body: { data: this.#listed([[decodeURIComponent(alias), value]]) } }
    if (method === 'DELETE') return this.#values.delete(decodeURIComponent(alias)) ? { status: 204 } : { status: 404 }
    if (method !== 'PUT') return errorAnswer(405, 'Method not allowed', method)
    value.classifiers = classifiersSchema.parse(JSON.parse(body)).data.classifiers
    return { status: 204 }
  }

  #create(body: string): Answer {
    const parsed = createSchema.safeParse(JSON.parse(body))
    if (!parsed.success) return errorAnswer(400, 'Bad request', `cannot read ${body}`)
    const { data } = parsed.data
    if (data.length > LIMIT) return errorAnswer(400, 'Bad request', `Too many values (limit: ${LIMIT})`)
    if (data.length === 0) return errorAnswer(400, 'Bad request', 'No values')
    const made = data.map(({ value: text, alias: existing, classifiers, format, storage }) => {
      const known = existing === undefined ? this.#twin(text ?? '', format) : this.#values.get(existing)
      const value: Value = known ?? {
        ...{ text: text ?? '', classifiers, storage, createdAt: this.behaviour.now(), aliases: [] },
      }
      if (known === undefined || existing !== undefined) {
        const alias = this.#newAlias(format)
        value.aliases.push({ alias, format })
        this.#values.set(alias, value)
      }
      return value
    })
    const entries = made.map((value) => this.#entry(value, this.behaviour.quoting))
    return { status: 201, body: { data: this.behaviour.reversed ? entries.reverse() : entries } }
  }

  #revealMany(asked: readonly string[], storage: string): Answer {
    if (asked.length > LIMIT) return errorAnswer(400, 'Bad request', `Too many values (limit: ${LIMIT})`)
    const { revealDisabled, unknownInBatch } = this.behaviour
    if (revealDisabled) return this.#revealRefused(revealDisabled)
    const found = asked.flatMap((alias): [string, Value][] => {
      const value = this.#find(alias, storage)
      return value === undefined ? [] : [[alias, value]]
    })
    if (found.length < asked.length && unknownInBatch !== 'omit')
      return errorAnswer(unknownInBatch, 'Not found', 'Alias not found')
    return { body: { data: Object.fromEntries(found.map(([alias, value]) => [alias, this.#entry(value)])) } }
  }

  /** The first generation lists one entry, the second keys it by its alias. */
  #listed(found: readonly (readonly [string, Value])[]): unknown {
    if (this.behaviour.generation === 'v1') return found.map(([, value]) => this.#entry(value))
    return Object.fromEntries(found.map(([alias, value]) => [alias, this.#entry(value)]))
  }

  #deleteMany(body: string): Answer {
    const { data } = deleteManySchema.parse(JSON.parse(body))
    if (data.length > LIMIT) return errorAnswer(400, 'Bad request', `Too many values (limit: ${LIMIT})`)
    if (!data.every((alias) => this.#values.has(alias))) return errorAnswer(404, 'Not found', 'Alias not found')
    for (const alias of data) this.#values.delete(alias)
    return { status: 204 }
  }

  #revealRefused(status: number): Answer {
    return errorAnswer(status, 'Forbidden', 'Reveal is not enabled')
  }

  #entry(value: Value, quoting = true): unknown {
    return {
      ...(quoting ? { value: value.text } : {}),
      classifiers: value.classifiers,
      aliases: value.aliases.map(({ alias, format }) => ({ [this.behaviour.aliasMember]: alias, format })),
      created_at: new Date(value.createdAt).toISOString(),
      storage: value.storage,
    }
  }

  #find(alias: string, storage: string): Value | undefined {
    const value = this.#values.get(alias)
    const expired = value?.storage === 'VOLATILE' && this.behaviour.now() - value.createdAt > HOUR_MS
    return value?.storage === storage && !expired ? value : undefined
  }

  #twin(text: string, format: string): Value | undefined {
    if (!this.behaviour.fingerprinting) return undefined
    for (const value of this.#values.values()) {
      if (value.text === text && value.aliases.some((alias) => alias.format === format)) return value
    }
    return undefined
  }

  #newAlias(format: string): string {
    if (format === 'RAW_UUID') return randomUUID()
    return `tok_${this.environment}_${[...randomBytes(22)].map((byte) => BASE58[byte % 58]).join('')}`
  }
}
