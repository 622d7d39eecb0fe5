import { LoopbackServer } from './loopback-server.js'
import type { Answer, Received } from './loopback-server.js'

export interface FourEyeOptions {
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** A question as the approver got it. */
export interface FourEyeQuestion extends Received {
  readonly pendingId: string
  /** From the query (GET) or the `keyward` member of the body (POST). */
  readonly digest: string
}

export type FourEyeRule = (question: FourEyeQuestion) => Answer | Promise<Answer>

export const sayYes: FourEyeRule = ({ digest }) => ({ body: { approved: true, digest } })
export const sayNo: FourEyeRule = () => ({ body: { approved: false, reason: 'not in our books' } })
export const notKnownYet: FourEyeRule = () => ({ status: 404, body: { message: 'unknown transaction' } })

/** An approver that answers by a rule, or by a rule of its own for some transactions. */
export class FourEyeServer {
  readonly questions: FourEyeQuestion[] = []
  rule: FourEyeRule
  readonly #byId = new Map<string, FourEyeRule>()
  #server: LoopbackServer | undefined

  private constructor(rule: FourEyeRule) {
    this.rule = rule
  }

  static async start(rule: FourEyeRule = sayYes, options: FourEyeOptions = {}): Promise<FourEyeServer> {
    const self = new FourEyeServer(rule)
    self.#server = await LoopbackServer.start((request) => self.#answer(request), options.tls)
    return self
  }

  /** Address to configure; ids are appended to it. */
  get url(): string {
    return `${this.#server?.url ?? ''}/check`
  }

  get connections(): number {
    return this.#server?.connections ?? 0
  }

  /** @param rule `undefined` goes back to the common rule. */
  answerFor(pendingId: string, rule: FourEyeRule | undefined): void {
    if (rule === undefined) this.#byId.delete(pendingId)
    else this.#byId.set(pendingId, rule)
  }

  async close(): Promise<void> {
    await this.#server?.close()
  }

  #answer(request: Received): Answer | Promise<Answer> {
    const pendingId = request.path.split('/').at(-1) ?? ''
    const question = { ...request, pendingId, digest: request.query.get('digest') ?? digestInBody(request.body) }
    this.questions.push(question)
    return (this.#byId.get(pendingId) ?? this.rule)(question)
  }
}

function digestInBody(body: string): string {
  if (body === '') return ''
  const { keyward } = JSON.parse(body) as { keyward?: { digest?: string } }
  return keyward?.digest ?? ''
}
