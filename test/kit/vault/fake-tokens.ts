import { randomUUID } from 'node:crypto'

/** A line of a policy: a path, with `*` at its end or `+` for one segment, and what is granted below it. */
export interface Grant {
  readonly path: string
  readonly capabilities: readonly string[]
}

export interface TokenFacts {
  readonly grants: readonly Grant[] | 'root'
  readonly namespace?: string
  /** Seconds from one renewal to the next; absent: for ever. */
  readonly ttl?: number
  /** Seconds from its birth, whatever renewals say. */
  readonly maxTtl?: number
  readonly renewable?: boolean
  readonly uses?: number
}

interface Token extends TokenFacts {
  readonly born: number
  expires: number
  usesLeft: number
}

interface Wrapped {
  readonly creationPath: string
  readonly answer: unknown
}

/** What every token may do, as the policy `default` of both products grants it. */
const DEFAULT_GRANTS: readonly Grant[] = [
  { path: 'auth/token/lookup-self', capabilities: ['read'] },
  { path: 'auth/token/renew-self', capabilities: ['update'] },
  { path: 'sys/capabilities-self', capabilities: ['update'] },
  { path: 'sys/internal/ui/mounts/*', capabilities: ['read'] },
  { path: 'sys/wrapping/*', capabilities: ['update'] },
]

/** Tokens and what they may do, sign-in methods, and wrapped answers. */
export class FakeTokens {
  readonly #tokens = new Map<string, Token>()
  readonly #wrapped = new Map<string, Wrapped>()
  /** Answers to a sign-in: method mount, then what is sent (role and secret, JWT, certificate) as one text. */
  readonly #logins = new Map<string, TokenFacts>()
  /** Sign-ins that succeeded. */
  logins = 0
  renewals = 0

  constructor(private readonly now: () => number) {}

  issue(facts: TokenFacts, name = `hvs.${randomUUID()}`): string {
    const born = this.now()
    const expires = facts.ttl === undefined ? Infinity : born + facts.ttl * 1000
    this.#tokens.set(name, { ...facts, born, expires, usesLeft: facts.uses ?? 0 })
    return name
  }

  revoke(name: string): void {
    this.#tokens.delete(name)
  }

  revokeAll(): void {
    for (const [name, { grants }] of this.#tokens) if (grants !== 'root') this.#tokens.delete(name)
  }

  /** Makes a sign-in possible. @param proof everything that is sent, in the order of the fields' names. */
  allow(mount: string, proof: Readonly<Record<string, string>>, facts: TokenFacts): void {
    this.#logins.set(key(mount, proof), facts)
  }

  forbid(mount: string, proof: Readonly<Record<string, string>>): void {
    this.#logins.delete(key(mount, proof))
  }

  wrap(creationPath: string, answer: unknown): string {
    const name = `hvs.wrapping-${randomUUID()}`
    this.#wrapped.set(name, { creationPath, answer })
    return name
  }

  wrapped(name: string): Wrapped | undefined {
    return this.#wrapped.get(name)
  }

  unwrap(name: string): unknown {
    const wrapped = this.#wrapped.get(name)
    this.#wrapped.delete(name)
    return wrapped?.answer
  }

  /** @returns the `auth` part of the answer; `undefined` when the proof is wrong. */
  login(mount: string, proof: Readonly<Record<string, string>>): unknown {
    const facts = this.#logins.get(key(mount, proof))
    if (facts === undefined) return undefined
    this.logins += 1
    return this.#auth(this.issue(facts))
  }

  /** Takes a use of the token. @returns `undefined` for one that is unknown, over, or of another namespace. */
  use(name: string | undefined, namespace: string): TokenFacts | undefined {
    const token = name === undefined ? undefined : this.#tokens.get(name)
    if (name === undefined || token === undefined || this.now() >= token.expires) return undefined
    if (token.grants !== 'root' && (token.namespace ?? '') !== namespace) return undefined
    if (token.uses !== undefined && --token.usesLeft <= 0) this.#tokens.delete(name)
    return token
  }

  lookup(name: string): unknown {
    const token = this.#tokens.get(name)
    if (token === undefined) return undefined
    const endless = token.expires === Infinity
    return {
      ...{ id: name, num_uses: token.usesLeft, renewable: token.renewable ?? false },
      ttl: endless ? 0 : Math.floor((token.expires - this.now()) / 1000),
      expire_time: endless ? null : new Date(token.expires).toISOString(),
    }
  }

  renew(name: string): unknown {
    const token = this.#tokens.get(name)
    if (token?.renewable !== true) return undefined
    this.renewals += 1
    const latest = token.maxTtl === undefined ? Infinity : token.born + token.maxTtl * 1000
    token.expires = Math.min(latest, this.now() + (token.ttl ?? 0) * 1000)
    return this.#auth(name)
  }

  #auth(name: string): unknown {
    const token = this.#tokens.get(name)
    const seconds = token === undefined || token.expires === Infinity ? 0 : (token.expires - this.now()) / 1000
    return {
      ...{ client_token: name, accessor: 'accessor', policies: ['default'], token_type: 'service' },
      ...{ lease_duration: Math.floor(seconds), renewable: token?.renewable ?? false, num_uses: token?.usesLeft ?? 0 },
    }
  }
}

const key = (mount: string, proof: Readonly<Record<string, string>>): string =>
  JSON.stringify([mount, ...Object.entries(proof).sort()])

/** What a token may do at a path. */
export function capabilitiesAt({ grants }: TokenFacts, path: string): readonly string[] {
  if (grants === 'root') return ['root']
  return [...grants, ...DEFAULT_GRANTS]
    .filter((grant) => covers(grant.path, path))
    .flatMap((grant) => grant.capabilities)
}

function covers(pattern: string, path: string): boolean {
  const [parts, names] = [pattern.split('/'), path.split('/')]
  return (
    parts.every((part, index) => {
      const name = names[index]
      if (part === '*' && index === parts.length - 1) return name !== undefined
      return part === '+' ? name !== undefined : part === name
    }) &&
    (names.length === parts.length || pattern.endsWith('*'))
  )
}
