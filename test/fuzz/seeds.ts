import { readdirSync, readFileSync } from 'node:fs'

/** A wallet as the reference tool's store holds it. */
export interface StoredSecret {
  readonly kind: 'mnemonic' | 'privateKey' | 'secret'
  readonly text: string
}

/** A recorded answer of the API or of a node. */
export interface Exchange {
  readonly method: string
  readonly path: string
  /** Of a JSON-RPC call. */
  readonly rpc: string | undefined
  readonly status: number
  readonly answer: unknown
}

/** One golden case, whatever the file calls its members. */
export interface Seed {
  readonly name: string
  readonly chain: string
  readonly testnet: boolean
  /** `serializedTransaction` of the case. */
  readonly text: string
  /** The rest of the pending transaction; absent for a text that stands alone. */
  readonly item: JsonMembers | undefined
  /** By signatureId, or under `''` for a file with one wallet a case. */
  readonly wallets: ReadonlyMap<string, StoredSecret>
  readonly exchanges: readonly Exchange[]
}

type JsonMembers = Readonly<Record<string, unknown>>

const FOLDER = new URL('../vectors/', import.meta.url)

/** The golden cases of every vector file: those of a new chain are found without being named here. */
export function loadSeeds(): readonly Seed[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
  return files.flatMap((name) => seedsOf(JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as unknown))
}

/** @param file contents of a vector file: `chain`, and cases anywhere below. */
export function seedsOf(file: unknown): Seed[] {
  const { chain } = members(file)
  if (typeof chain !== 'string') return []
  return casesIn(file, '').map(({ name, row, item, text }) => ({
    name: `${chain}${name}`,
    chain,
    testnet: row['testnet'] !== false && row['network'] !== 'mainnet',
    text,
    item,
    wallets: walletsOf(row),
    exchanges: listsIn(row).flatMap(exchangeOf),
  }))
}

interface Case {
  readonly name: string
  readonly row: JsonMembers
  readonly item: JsonMembers | undefined
  readonly text: string
}

function casesIn(value: unknown, name: string): Case[] {
  if (Array.isArray(value)) return value.flatMap((entry, place) => casesIn(entry, `${name}[${place}]`))
  const row = members(value)
  const pending = members(row['pending'] ?? row['pendingTransaction'])
  const text = pending['serializedTransaction']
  if (typeof text === 'string') {
    const { serializedTransaction: _text, ...item } = pending
    return [{ name, row, item, text }]
  }
  return Object.entries(row).flatMap(([member, child]) =>
    typeof child === 'string' && isAlone(member, name)
      ? [{ name: `${name}.${member}`, row, item: undefined, text: child }]
      : casesIn(child, `${name}.${member}`),
  )
}

/** What the reference's own builders write, without a case around it. */
const isAlone = (member: string, name: string): boolean =>
  name.endsWith('.shapes') || member === 'serializedTransaction'

function walletsOf(row: JsonMembers): Map<string, StoredSecret> {
  const stores = members(row['store'] ?? row['storedWallets'])
  const entries: [string, unknown][] = 'wallet' in row ? [['', row['wallet']]] : Object.entries(stores)
  return new Map(entries.flatMap(([id, wallet]) => secretOf(wallet).map((secret) => [id, secret] as const)))
}

function secretOf(wallet: unknown): StoredSecret[] {
  const known = members(wallet)
  for (const kind of ['mnemonic', 'secret', 'privateKey'] as const) {
    const text = known[kind]
    if (typeof text === 'string') return [{ kind, text }]
  }
  return []
}

const listsIn = (row: JsonMembers): unknown[] =>
  ['http', 'httpExchange', 'nodeCalls'].flatMap((name) => (Array.isArray(row[name]) ? (row[name] as unknown[]) : []))

function exchangeOf(entry: unknown): Exchange[] {
  const exchange = members(entry)
  const request = 'method' in exchange ? exchange : members(exchange['request'])
  const response = members(exchange['response'])
  const url = request['url'] ?? request['path']
  if (typeof url !== 'string') return []
  const rpc = members(request['body'])['method']
  return [
    {
      method: String(request['method']),
      path: pathOf(url),
      rpc: typeof rpc === 'string' ? rpc : undefined,
      status: typeof response['status'] === 'number' ? response['status'] : 200,
      answer: typeof response['status'] === 'number' ? response['body'] : response,
    },
  ]
}

/** Without the host, and with the key's place instead of the key. */
const pathOf = (url: string): string =>
  url.replace(/^(\{[A-Z_]+\}|https?:\/\/[^/]+)/, '').replace(/(stub|test)-api-key/, '{apiKey}')

const members = (value: unknown): JsonMembers =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonMembers) : {}
