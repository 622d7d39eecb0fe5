import { z } from 'zod'
import { AwsError, awsErrors } from './aws-error.js'

export interface StoredSecret {
  readonly arn: string
  readonly name: string
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
  readonly kmsKeyId: string | undefined
  /** Its one version; `undefined` for a secret that was made without a value. */
  readonly version: { readonly id: string; readonly value: string } | undefined
  readonly createdAt: number
  deletedAt: number | undefined
}

const nameSchema = z.string().regex(/^[\w/+=.@-]{1,512}$/)
const schemas = {
  CreateSecret: z.object({
    Name: nameSchema,
    ClientRequestToken: z.string().min(32).max(64),
    SecretString: z.string().min(1).max(65_536),
    KmsKeyId: z.string().optional(),
    Tags: z
      .array(
        z.strictObject({
          Key: z.string().min(1).max(128),
          Value: z
            .string()
            .max(256)
            .regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u),
        }),
      )
      .max(50)
      .default([]),
  }),
  GetSecretValue: z.object({ SecretId: z.string() }),
  BatchGetSecretValue: z.object({ SecretIdList: z.array(z.string()).min(1).max(20) }),
  DescribeSecret: z.object({ SecretId: z.string() }),
  ListSecrets: z.object({
    MaxResults: z.int().min(1).max(100).default(100),
    NextToken: z.string().optional(),
    Filters: z
      .array(z.object({ Key: z.literal('name'), Values: z.tuple([z.string()]) }))
      .max(1)
      .default([]),
  }),
  DeleteSecret: z.object({
    SecretId: z.string(),
    RecoveryWindowInDays: z.int().min(7).max(30).optional(),
    ForceDeleteWithoutRecovery: z.boolean().optional(),
  }),
  RestoreSecret: z.object({ SecretId: z.string() }),
}
export type SecretsOperation = keyof typeof schemas

export const isSecretsOperation = (name: string): name is SecretsOperation => Object.hasOwn(schemas, name)

/** AWS's timestamps in JSON: seconds. */
const seconds = (ms: number): number => ms / 1000

/** The operations of Secrets Manager over a state in memory: get by name takes one look-up, a page of the listing as many as it has entries. */
export class SecretsService {
  readonly #secrets = new Map<string, StoredSecret>()
  #order: StoredSecret[] = []
  /** Every listing begins with a page without entries, as AWS's may. */
  emptyPages = false
  /** Reasons for which single secrets cannot be read, by name. */
  readonly unreadable = new Map<string, AwsError>()

  constructor(private readonly now: () => number) {}

  get size(): number {
    return this.#secrets.size
  }

  find(name: string): StoredSecret | undefined {
    return this.#secrets.get(name)
  }

  /** Puts a secret there, whoever made it. */
  put(
    name: string,
    value: string | undefined,
    tags: Readonly<Record<string, string>> = {},
    token = name,
  ): StoredSecret {
    return this.#keep({
      ...this.#blank(name),
      tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      version: value === undefined ? undefined : { id: token, value },
    })
  }

  /** Puts another value in the place of a secret's. */
  replace(name: string, value: string): void {
    const secret = this.#named(name)
    this.#secrets.set(name, { ...secret, version: { id: 'replaced', value } })
  }

  /** @throws AwsError */
  perform(operation: SecretsOperation, body: unknown): unknown {
    switch (operation) {
      case 'CreateSecret':
        return this.#create(parse(schemas.CreateSecret, body))
      case 'GetSecretValue':
        return this.#value(parse(schemas.GetSecretValue, body).SecretId)
      case 'BatchGetSecretValue':
        return this.#batch(parse(schemas.BatchGetSecretValue, body).SecretIdList)
      case 'DescribeSecret':
        return this.#describe(parse(schemas.DescribeSecret, body).SecretId)
      case 'ListSecrets':
        return this.#list(parse(schemas.ListSecrets, body))
      case 'DeleteSecret':
        return this.#delete(parse(schemas.DeleteSecret, body))
      case 'RestoreSecret':
        return this.#restore(parse(schemas.RestoreSecret, body).SecretId)
    }
  }

  #create(request: z.output<typeof schemas.CreateSecret>): unknown {
    const { Name: name, ClientRequestToken: id, SecretString: value, Tags: tags, KmsKeyId: kmsKeyId } = request
    if (request.KmsKeyId === 'alias/disabled') throw new AwsError('EncryptionFailure', 'the KMS key is not available')
    const old = this.#secrets.get(name)
    if (old?.deletedAt !== undefined) throw awsErrors.nameInDeletion()
    if (old && (old.version?.id !== id || old.version.value !== value)) throw awsErrors.exists(name)
    const secret = old ?? this.#keep({ ...this.#blank(name), tags, kmsKeyId, version: { id, value } })
    return { ARN: secret.arn, Name: name, VersionId: id }
  }

  #value(name: string): unknown {
    const reason = this.unreadable.get(name)
    if (reason) throw reason
    const secret = this.#named(name)
    if (secret.deletedAt !== undefined) throw awsErrors.inDeletion()
    if (secret.version === undefined) throw awsErrors.noValue()
    return {
      ...{ ARN: secret.arn, Name: secret.name, VersionId: secret.version.id, SecretString: secret.version.value },
      ...{ VersionStages: ['AWSCURRENT'], CreatedDate: seconds(secret.createdAt) },
    }
  }

  #batch(names: readonly string[]): unknown {
    const values: unknown[] = []
    const errors: unknown[] = []
    for (const name of names) {
      try {
        values.push(this.#value(name))
      } catch (thrown) {
        if (!(thrown instanceof AwsError)) throw thrown
        errors.push({ SecretId: name, ErrorCode: thrown.name, Message: thrown.message })
      }
    }
    return { SecretValues: values, Errors: errors }
  }

  #describe(name: string): unknown {
    const { arn, deletedAt, tags } = this.#named(name)
    return { ARN: arn, Name: name, Tags: tags, ...(deletedAt === undefined ? {} : { DeletedDate: seconds(deletedAt) }) }
  }

  #list({ MaxResults, NextToken, Filters }: z.output<typeof schemas.ListSecrets>): unknown {
    if (this.emptyPages && NextToken === undefined) return { SecretList: [], NextToken: 'at:0' }
    let at = Number(/^at:(\d+)$/.exec(NextToken ?? 'at:0')?.[1] ?? Number.NaN)
    if (Number.isNaN(at)) throw new AwsError('InvalidNextTokenException', 'Invalid NextToken')
    const prefix = Filters[0]?.Values[0] ?? ''
    const page: unknown[] = []
    for (; at < this.#order.length && page.length < MaxResults; at += 1) {
      const secret = this.#order[at]
      if (secret?.deletedAt !== undefined || secret?.name.startsWith(prefix) !== true) continue
      page.push({ ARN: secret.arn, Name: secret.name, Tags: secret.tags })
    }
    return { SecretList: page, ...(at < this.#order.length ? { NextToken: `at:${at}` } : {}) }
  }

  #delete({ SecretId: name, ...how }: z.output<typeof schemas.DeleteSecret>): unknown {
    const secret = this.#secrets.get(name)
    if (how.ForceDeleteWithoutRecovery === true) {
      if (how.RecoveryWindowInDays !== undefined) throw awsErrors.parameter('either a window or force')
      this.#secrets.delete(name)
      this.#order = this.#order.filter((kept) => kept.name !== name)
      return { ARN: secret?.arn, Name: name, DeletionDate: seconds(this.now()) }
    }
    if (secret === undefined) throw awsErrors.notFound()
    if (secret.deletedAt !== undefined) throw awsErrors.inDeletion()
    secret.deletedAt = this.now()
    return { ARN: secret.arn, Name: name, DeletionDate: seconds(this.now() + (how.RecoveryWindowInDays ?? 30) * 864e5) }
  }

  #restore(name: string): unknown {
    const secret = this.#named(name)
    secret.deletedAt = undefined
    return { ARN: secret.arn, Name: name }
  }

  #blank(name: string): StoredSecret {
    return {
      ...{ arn: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-a1B2c3`, name, tags: [] },
      ...{ kmsKeyId: undefined, version: undefined, createdAt: this.now(), deletedAt: undefined },
    }
  }

  #keep(secret: StoredSecret): StoredSecret {
    this.#secrets.set(secret.name, secret)
    this.#order.push(secret)
    return secret
  }

  #named(name: string): StoredSecret {
    const secret =
      this.#secrets.get(name) ?? (name.startsWith('arn:') ? this.#order.find(({ arn }) => arn === name) : undefined)
    if (secret === undefined) throw awsErrors.notFound()
    return secret
  }
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const { data, success } = schema.safeParse(body)
  // AWS quotes the offending value, which may be the secret: so does the fake.
  if (!success) throw awsErrors.parameter(`Invalid parameter in ${JSON.stringify(body)}`)
  return data
}
