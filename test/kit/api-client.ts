export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface WithdrawalPartAnswer {
  readonly address: { readonly address: string; readonly derivationKey: number }
  readonly amount: number
  readonly vIn: string
}

interface BitcoinInputAnswer {
  readonly prevout: { readonly hash: string; readonly index: number }
  readonly coin: Readonly<Record<string, unknown>>
}

/** Everything a test may look for in an answer, whichever call gave it. What is not there fails the expectation that reads it. */
export interface Answer {
  readonly statusCode: number
  readonly errorCode: string
  readonly message: string
  readonly data: readonly { readonly property: string; readonly constraints: unknown }[]

  readonly id: string
  readonly chain: string
  readonly signatureId: string
  readonly txId: string
  readonly serializedTransaction: string
  readonly hashes: readonly string[]
  readonly signatures: readonly unknown[]
  readonly index: number
  readonly withdrawalId: string
  readonly withdrawalResponses: readonly WithdrawalPartAnswer[]
  readonly failed: boolean
  readonly completed: boolean

  readonly customerId: string
  readonly accountBalance: string
  readonly address: string
  readonly derivationKey: number

  readonly hash: string
  readonly witnessHash: string
  readonly rate: number
  readonly blockNumber: number
  readonly inputs: readonly BitcoinInputAnswer[]
  readonly outputs: readonly { readonly value: number; readonly address: string | null }[]
  readonly bestblockhash: string
  readonly incoming: string
  readonly balance: string
  readonly timestamp: number
  readonly logs: readonly unknown[]

  readonly fast: number
  readonly medium: number
  readonly slow: number
  readonly baseFee: number
  readonly time: string
  readonly block: string
  readonly gasLimit: string

  readonly height: number
  readonly pending: readonly unknown[]
  readonly chains: unknown
  readonly result: unknown
  readonly error: { readonly code: number; readonly message: string }
}

export interface Reply {
  readonly status: number
  readonly body: Answer
}

/** Calls an API as an application would. */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  async call(method: Method, path: string, body?: unknown): Promise<Reply> {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...this.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as Answer }
  }

  /** The body of an answer with status 200. */
  async ok(method: Method, path: string, body?: unknown): Promise<Answer> {
    const reply = await this.call(method, path, body)
    if (reply.status === 200) return reply.body
    throw new Error(`${method} ${path} answered ${reply.status}: ${JSON.stringify(reply.body)}`)
  }

  /** The same for a call that answers a list. */
  async list(method: Method, path: string, body?: unknown): Promise<readonly Answer[]> {
    const answer: unknown = await this.ok(method, path, body)
    if (Array.isArray(answer)) return answer as Answer[]
    throw new Error(`${method} ${path} answered no list`)
  }

  /** Status and error code of a refusal. */
  async refusal(method: Method, path: string, body?: unknown): Promise<{ status: number; errorCode: string }> {
    const reply = await this.call(method, path, body)
    if (reply.status < 400) throw new Error(`${method} ${path} was not refused`)
    if (reply.status !== reply.body.statusCode) throw new Error('the status is not that of the body')
    return { status: reply.status, errorCode: reply.body.errorCode }
  }
}
