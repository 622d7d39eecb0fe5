import { setTimeout as delay } from 'node:timers/promises'
import { LoopbackServer } from '../loopback-server.js'
import type { Answer, Received } from '../loopback-server.js'
import { testCertificate } from '../test-certificate.js'
import { AwsError, awsErrors } from './aws-error.js'
import { isSecretsOperation, SecretsService } from './secrets-service.js'
import type { SecretsOperation } from './secrets-service.js'
import { checkSignature } from './signature.js'
import type { AccessKey } from './signature.js'
import { assumeRole, xmlError } from './token-service.js'
import type { Role } from './token-service.js'

export type AwsOperation = SecretsOperation | 'AssumeRole' | 'AssumeRoleWithWebIdentity'

/** What goes wrong, once for each time it is set. */
export interface AwsFault {
  /** `*`: all of Secrets Manager, none of STS. */
  readonly operation: AwsOperation | '*'
  /** An error that AWS answers with, or a whole answer. */
  readonly answer: AwsError | Answer
  /** The operation takes effect and only its answer is spoiled. */
  readonly afterwards?: boolean
  readonly times?: number
}

/** Requests per second that AWS allows for an account and region; the bucket holds those of one second. */
const QUOTAS: Readonly<Partial<Record<AwsOperation, number>>> = {
  BatchGetSecretValue: 100,
  ListSecrets: 100,
  CreateSecret: 50,
  DeleteSecret: 50,
  GetSecretValue: 10_000,
}

export const ROOT_KEY: AccessKey = { accessKeyId: 'AKIAFAKEFAKEFAKEFAKE', secretAccessKey: 'fake-secret-access-key' }

/** Secrets Manager and STS of AWS on the loopback: their wire protocols, signatures, errors, quotas, and whatever may go wrong on the way. */
export class FakeAws {
  readonly keys = new Map<string, AccessKey>([[ROOT_KEY.accessKeyId, ROOT_KEY]])
  readonly roles = new Map<string, Role>()
  readonly secrets = new SecretsService(() => this.now())
  /** Permissions that nobody has, e.g. `secretsmanager:ListSecrets`. */
  readonly denied = new Set<string>()
  /** Operations as they came, those that were refused too. */
  readonly operations: AwsOperation[] = []
  /** Does AWS throttle? */
  quotas = false
  sessionMs: number | undefined
  latencyMs = 0
  /** Off for measurements: `server.requests` and `operations` then stay short. */
  keepsRequests = true
  /** How far AWS's clock is ahead of this machine's. */
  clockAheadMs = 0
  readonly #faults: { fault: AwsFault; left: number }[] = []
  readonly #buckets = new Map<AwsOperation, { tokens: number; at: number }>()
  #server: LoopbackServer | undefined

  static async start(options: { readonly tls?: boolean } = {}): Promise<FakeAws> {
    const fake = new FakeAws()
    fake.#server = await LoopbackServer.start(
      (request) => fake.#answer(request),
      options.tls ? testCertificate : undefined,
    )
    return fake
  }

  get server(): LoopbackServer {
    if (this.#server === undefined) throw new Error('the fake was not started')
    return this.#server
  }

  get url(): string {
    return this.server.url
  }

  close(): Promise<void> {
    return this.server.close()
  }

  fail(fault: AwsFault): void {
    this.#faults.push({ fault, left: fault.times ?? 1 })
  }

  /** No fault is left. */
  heal(): void {
    this.#faults.splice(0)
  }

  count(operation: AwsOperation): number {
    return this.operations.filter((one) => one === operation).length
  }

  now(): number {
    return Date.now() + this.clockAheadMs
  }

  async #answer(request: Received): Promise<Answer> {
    if (!this.keepsRequests) this.server.requests.length = this.operations.length = 0
    if (this.latencyMs > 0) await delay(this.latencyMs)
    const target = request.headers['x-amz-target']
    const answer = typeof target === 'string' ? this.#secretsAnswer(request, target) : this.#tokenAnswer(request)
    return { ...answer, headers: { date: new Date(this.now()).toUTCString(), ...answer.headers } }
  }

  #secretsAnswer(request: Received, target: string): Answer {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'fake-request-id' }
    try {
      const operation = target.replace(/^secretsmanager\./, '')
      if (!isSecretsOperation(operation)) throw new AwsError('UnknownOperationException', '')
      this.operations.push(operation)
      checkSignature(request, this.keys, 'secretsmanager', this.now())
      return this.#spoiled(operation, () => {
        this.#assertQuota(operation)
        const action = `secretsmanager:${operation}`
        if (this.denied.has(action)) throw awsErrors.denied(action, 'keyward/*')
        const body = JSON.stringify(this.secrets.perform(operation, JSON.parse(request.body)))
        return { headers, body }
      })
    } catch (thrown) {
      if (!(thrown instanceof AwsError)) throw thrown
      const body = JSON.stringify({ __type: thrown.name, Message: thrown.message })
      return { status: thrown.status, headers, body }
    }
  }

  #tokenAnswer(request: Received): Answer {
    const headers = { 'content-type': 'text/xml' }
    try {
      const form = new URLSearchParams(request.body)
      const operation = form.get('Action') === 'AssumeRole' ? 'AssumeRole' : 'AssumeRoleWithWebIdentity'
      this.operations.push(operation)
      const signer =
        operation === 'AssumeRole' ? checkSignature(request, this.keys, 'sts', this.now()).key.accessKeyId : undefined
      return this.#spoiled(operation, () => {
        const { roles, keys, sessionMs } = this
        return { headers, body: assumeRole(form, signer, { roles, keys, sessionMs, now: () => this.now() }) }
      })
    } catch (thrown) {
      if (!(thrown instanceof AwsError)) throw thrown
      return { status: thrown.status, headers, body: xmlError(thrown) }
    }
  }

  /** The answer, or what the next fault of this operation makes of it. */
  #spoiled(operation: AwsOperation, perform: () => Answer): Answer {
    const about = ({ fault }: { fault: AwsFault }): boolean =>
      fault.operation === operation || (fault.operation === '*' && isSecretsOperation(operation))
    const next = this.#faults.find((entry) => entry.left > 0 && about(entry))
    if (next === undefined) return perform()
    next.left -= 1
    const { answer, afterwards } = next.fault
    const done = afterwards === true ? perform() : undefined
    if (answer instanceof AwsError) throw answer
    return { ...done, ...answer }
  }

  #assertQuota(operation: AwsOperation): void {
    const perSecond = QUOTAS[operation]
    if (!this.quotas || perSecond === undefined) return
    const now = Date.now()
    const bucket = this.#buckets.get(operation) ?? { tokens: perSecond, at: now }
    this.#buckets.set(operation, bucket)
    bucket.tokens = Math.min(perSecond, bucket.tokens + ((now - bucket.at) / 1000) * perSecond)
    bucket.at = now
    if (bucket.tokens < 1) throw awsErrors.throttled()
    bucket.tokens -= 1
  }
}
