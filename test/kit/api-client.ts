export interface Reply {
  readonly status: number
  readonly body: any
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

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
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  /** The body of an answer with status 200. */
  async ok(method: Method, path: string, body?: unknown): Promise<any> {
    const reply = await this.call(method, path, body)
    if (reply.status === 200) return reply.body
    throw new Error(`${method} ${path} answered ${reply.status}: ${JSON.stringify(reply.body)}`)
  }

  /** Status and error code of a refusal. */
  async refusal(method: Method, path: string, body?: unknown): Promise<{ status: number; errorCode: string }> {
    const reply = await this.call(method, path, body)
    if (reply.status < 400) throw new Error(`${method} ${path} was not refused`)
    if (reply.status !== reply.body.statusCode) throw new Error('the status is not that of the body')
    return { status: reply.status, errorCode: reply.body.errorCode }
  }
}
