interface Version {
  readonly data: Readonly<Record<string, unknown>> | null
  readonly created: string
  deletion: string
  destroyed: boolean
}

interface Entry {
  readonly versions: Version[]
  custom: Readonly<Record<string, string>> | null
}

export interface KvAnswer {
  readonly status: number
  readonly body?: unknown
}

const NOTHING: KvAnswer = { status: 404, body: { errors: [] } }
export const CAS_MISMATCH = 'check-and-set parameter did not match the current version'

/** A KV mount of the fake: entries by path, as both products keep them. Values are as secret as in a real one, so nothing here prints. */
export class FakeKv {
  readonly #entries = new Map<string, Entry>()
  #sorted: string[] | undefined

  constructor(
    readonly version: 1 | 2,
    private readonly now: () => number,
  ) {}

  get size(): number {
    return this.#entries.size
  }

  /** Puts an entry there as if it had been written long ago. */
  put(
    path: string,
    data: Readonly<Record<string, unknown>>,
    custom: Readonly<Record<string, string>> | null = null,
  ): void {
    const entry = this.#entries.get(path) ?? { versions: [], custom: null }
    entry.versions.push(this.#version(data))
    entry.custom = custom
    this.#keep(path, entry)
  }

  /** The value of the newest version. */
  peek(path: string): Readonly<Record<string, unknown>> | null | undefined {
    return this.#entries.get(path)?.versions.at(-1)?.data
  }

  custom(path: string): Readonly<Record<string, string>> | null | undefined {
    return this.#entries.get(path)?.custom
  }

  has(path: string): boolean {
    return this.#entries.has(path)
  }

  read(path: string): KvAnswer {
    const entry = this.#entries.get(path)
    const version = entry?.versions.at(-1)
    if (entry === undefined || version === undefined) return NOTHING
    const gone = version.destroyed || version.deletion !== ''
    const metadata = { ...this.#facts(entry, entry.versions.length), custom_metadata: entry.custom }
    return { status: gone ? 404 : 200, body: { data: { data: gone ? null : version.data, metadata } } }
  }

  write(path: string, data: Readonly<Record<string, unknown>>, cas: unknown): KvAnswer {
    const entry = this.#entries.get(path) ?? { versions: [], custom: null }
    if (cas !== undefined && cas !== entry.versions.length) return { status: 400, body: { errors: [CAS_MISMATCH] } }
    entry.versions.push(this.#version(data))
    this.#keep(path, entry)
    return {
      status: 200,
      body: { data: { ...this.#facts(entry, entry.versions.length), custom_metadata: entry.custom } },
    }
  }

  /** The newest version, or those that are named. */
  delete(path: string, versions?: readonly number[]): KvAnswer {
    const entry = this.#entries.get(path)
    for (const number of versions ?? [entry?.versions.length ?? 0]) {
      const version = entry?.versions[number - 1]
      if (version && !version.destroyed) version.deletion = new Date(this.now()).toISOString()
    }
    return { status: 204 }
  }

  undelete(path: string, versions: readonly number[]): KvAnswer {
    for (const number of versions) {
      const version = this.#entries.get(path)?.versions[number - 1]
      if (version) version.deletion = ''
    }
    return { status: 204 }
  }

  destroy(path: string, versions: readonly number[]): KvAnswer {
    const entry = this.#entries.get(path)
    for (const number of versions) {
      const version = entry?.versions[number - 1]
      if (entry && version) entry.versions[number - 1] = { ...version, data: null, destroyed: true }
    }
    return { status: 204 }
  }

  metadata(path: string): KvAnswer {
    const entry = this.#entries.get(path)
    return entry === undefined ? NOTHING : { status: 200, body: { data: this.#metadata(entry) } }
  }

  label(path: string, custom: Readonly<Record<string, string>>): KvAnswer {
    const entry = this.#entries.get(path) ?? { versions: [], custom: null }
    entry.custom = custom
    this.#keep(path, entry)
    return { status: 204 }
  }

  purge(path: string): KvAnswer {
    if (this.#entries.delete(path)) this.#sorted = undefined
    return { status: 204 }
  }

  /** Names directly below a folder. */
  list(folder: string): KvAnswer {
    const keys = this.#keys(folder)
    return keys.length === 0 ? NOTHING : { status: 200, body: { data: { keys } } }
  }

  /** OpenBao's: a page of names behind `after`, with the facts of each. */
  details(folder: string, after: string, limit: number): KvAnswer {
    const all = this.#keys(folder)
    const from = after === '' ? 0 : firstAfter(all, after)
    const keys = all.slice(from, limit > 0 ? from + limit : undefined)
    if (keys.length === 0) return NOTHING
    const info = keys.map((key) => {
      const entry = this.#entries.get(folder + key)
      return [key, entry && this.#metadata(entry)] as const
    })
    return { status: 200, body: { data: { keys, key_info: Object.fromEntries(info) } } }
  }

  #keys(folder: string): string[] {
    this.#sorted ??= [...this.#entries.keys()].sort()
    if (folder === this.#listed?.folder && this.#sorted === this.#listed.of) return this.#listed.keys
    const names = this.#sorted.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length))
    const keys = [...new Set(names.map((name) => (name.includes('/') ? `${name.split('/')[0] ?? ''}/` : name)))]
    this.#listed = { folder, of: this.#sorted, keys }
    return keys
  }

  /** The last listing, so that a page of 25,000 names costs its own length. */
  #listed: { readonly folder: string; readonly of: string[]; readonly keys: string[] } | undefined

  #keep(path: string, entry: Entry): void {
    if (!this.#entries.has(path)) this.#sorted = undefined
    this.#entries.set(path, entry)
  }

  #version(data: Readonly<Record<string, unknown>>): Version {
    return { data, created: new Date(this.now()).toISOString(), deletion: '', destroyed: false }
  }

  #facts(entry: Entry, number: number): Readonly<Record<string, unknown>> {
    const version = entry.versions[number - 1]
    return {
      created_time: version?.created,
      deletion_time: version?.deletion,
      destroyed: version?.destroyed,
      version: number,
    }
  }

  #metadata(entry: Entry): Readonly<Record<string, unknown>> {
    const versions = entry.versions.map(({ created, deletion, destroyed }, index) => [
      String(index + 1),
      { created_time: created, deletion_time: deletion, destroyed },
    ])
    return {
      ...{ cas_required: false, current_version: entry.versions.length, oldest_version: 0, max_versions: 0 },
      ...{ custom_metadata: entry.custom, versions: Object.fromEntries(versions) },
    }
  }
}

/** Index of the first name behind another, in a sorted list. */
function firstAfter(sorted: readonly string[], name: string): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? '') <= name) low = middle + 1
    else high = middle
  }
  return low
}
