import type { Question } from './vault.js'

/** Part of a policy path that stands for any wallet. */
const ANY = '*'

type Way = Omit<Question, 'kind' | 'what' | 'body'>

/** Paths of the entries of one folder in a KV version 2 mount, and what a policy has to grant for them. */
export class Entries {
  readonly #mount: readonly string[]
  readonly #folder: readonly string[]

  constructor(
    readonly mount: string,
    readonly prefix: string,
  ) {
    this.#mount = mount.split('/')
    this.#folder = prefix.split('/')
  }

  read(name: string): Way {
    return this.#way('GET', 'data', name, 'read')
  }

  /** With `create` alone a policy makes overwriting impossible; then writing over an entry is refused as a missing permission. */
  write(name: string): Way {
    return this.#way('POST', 'data', name, 'create')
  }

  delete(name: string): Way {
    return this.#way('DELETE', 'data', name, 'delete')
  }

  facts(name: string): Way {
    return this.#way('GET', 'metadata', name, 'read')
  }

  label(name: string): Way {
    return this.#way('POST', 'metadata', name, 'update')
  }

  purge(name: string): Way {
    return this.#way('DELETE', 'metadata', name, 'delete')
  }

  /** All names. As a query and not as the verb LIST, which proxies and Node's own servers do not know. */
  list(): Way {
    return this.#listing('metadata', {})
  }

  /** A page of names with the facts of each: OpenBao only. */
  details(after: string, limit: number): Way {
    return this.#listing('detailed-metadata', { limit: String(limit), ...(after === '' ? {} : { after }) })
  }

  /** The path as a policy names it. */
  policyPath(part: 'data' | 'metadata' | 'detailed-metadata', name = ANY): string {
    return `${this.mount}/${part}/${this.prefix}/${name}`
  }

  /** Command that brings a deleted version back. */
  undelete(name: string, version: number, namespace: string | undefined): string {
    const space = namespace === undefined ? '' : ` -namespace=${namespace}`
    return `vault kv undelete${space} -mount=${this.mount} -versions=${version} ${this.prefix}/${name}`
  }

  #way(method: Question['method'], part: 'data' | 'metadata', name: string, capability: string): Way {
    return {
      method,
      path: [...this.#mount, part, ...this.#folder, name],
      needs: [capability, this.policyPath(part)],
    }
  }

  #listing(part: 'metadata' | 'detailed-metadata', query: Readonly<Record<string, string>>): Way {
    return {
      method: 'GET',
      path: [...this.#mount, part, ...this.#folder, ''],
      query: { list: 'true', ...query },
      needs: ['list', this.policyPath(part, '')],
    }
  }
}
