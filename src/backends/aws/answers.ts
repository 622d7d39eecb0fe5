import { z } from 'zod'
import { Secret } from '../../core/secret.js'
import { UnreadableAnswer } from './errors.js'

const valueShape = { SecretString: z.string().optional(), SecretBinary: z.instanceof(Uint8Array).optional() }
const valueSchema = z.object(valueShape)

const batchSchema = z.object({
  SecretValues: z.array(z.object({ Name: z.string(), ...valueShape })).default([]),
  Errors: z
    .array(z.object({ SecretId: z.string(), ErrorCode: z.string().default(''), Message: z.string().default('') }))
    .default([]),
})

const pageSchema = z.object({
  SecretList: z.array(
    z.object({
      Name: z.string(),
      DeletedDate: z.date().optional(),
      Tags: z.array(z.object({ Key: z.string(), Value: z.string().default('') })).optional(),
    }),
  ),
  NextToken: z.string().min(1).optional(),
})

const describedSchema = z.object({ Name: z.string(), DeletedDate: z.date().optional() })

/** One item of a batch that AWS did not hand out: the error of that item, in the shape of any other error of AWS. */
export interface ItemError {
  readonly name: string
  readonly message: string
}

export type BatchAnswer = ReadonlyMap<string, Secret | ItemError>

export interface ListedSecret {
  readonly name: string
  readonly tags: Readonly<Record<string, string>> | undefined
  readonly deleted: boolean
}

export interface Page {
  readonly secrets: readonly ListedSecret[]
  readonly next: string | undefined
}

/** @throws UnreadableAnswer */
function parsed<T>(schema: z.ZodType<T>, answer: unknown): T {
  const { data, success } = schema.safeParse(answer)
  if (!success) throw new UnreadableAnswer()
  return data
}

/** The caller wipes the value. */
export function valueOf(answer: unknown): Secret {
  const { SecretString, SecretBinary } = parsed(valueSchema, answer)
  if (SecretString !== undefined) return Secret.fromText(SecretString)
  if (SecretBinary === undefined) throw new UnreadableAnswer()
  const value = Secret.copy(SecretBinary)
  SecretBinary.fill(0)
  return value
}

/** By the name that was asked for. The caller wipes the values. */
export function batchOf(answer: unknown): BatchAnswer {
  const { SecretValues, Errors } = parsed(batchSchema, answer)
  const items = new Map<string, Secret | ItemError>()
  for (const { SecretId, ErrorCode, Message } of Errors) items.set(SecretId, { name: ErrorCode, message: Message })
  for (const entry of SecretValues) items.set(entry.Name, valueOf(entry))
  return items
}

export function pageOf(answer: unknown): Page {
  const { SecretList, NextToken } = parsed(pageSchema, answer)
  return {
    secrets: SecretList.map(({ Name, DeletedDate, Tags }) => ({
      name: Name,
      tags: Tags && Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
      deleted: DeletedDate !== undefined,
    })),
    next: NextToken,
  }
}

/** @returns whether the secret is deleted and can still be restored. */
export const isDeleted = (answer: unknown): boolean => parsed(describedSchema, answer).DeletedDate !== undefined

/** @throws UnreadableAnswer when it is no confirmation of a change to this secret. */
export function assertConfirmed(answer: unknown, name: string): void {
  if (parsed(describedSchema, answer).Name !== name) throw new UnreadableAnswer()
}
