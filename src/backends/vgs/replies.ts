import { z } from 'zod'
import { Secret } from '../../core/secret.js'
import { aliasSchema } from './catalogue/rows.js'
import { UnreadableReply } from './errors.js'

/** One form of the API names the alias `alias`, an older one `value`. */
const aliasNameSchema = z.object({
  alias: aliasSchema.optional(),
  value: aliasSchema.optional(),
  format: z.string().optional(),
})

const entrySchema = z.object({ value: z.string().optional(), aliases: z.array(aliasNameSchema).default([]) })
type Entry = z.output<typeof entrySchema>

const createdSchema = z.object({ data: z.array(entrySchema) })
const revealedSchema = z.object({ data: z.union([z.array(entrySchema), z.record(z.string(), entrySchema)]) })
const tokenSchema = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,16384}$/),
  expires_in: z.number().positive().optional(),
  scope: z.string().optional(),
})

export interface Created {
  readonly alias: string
  /** As the reply quotes it; the caller wipes it. */
  readonly value: Secret | undefined
}

export interface TokenReply {
  readonly token: Secret
  readonly expiresInS: number | undefined
  readonly scopes: readonly string[] | undefined
}

const namesOf = ({ aliases }: Entry): { readonly alias: string; readonly format: string | undefined }[] =>
  aliases.flatMap(({ alias, value, format }) => {
    const name = alias ?? value
    return name === undefined ? [] : [{ alias: name, format }]
  })

const secretOf = (text: string | undefined): Secret | undefined =>
  text === undefined ? undefined : Secret.fromText(text)

/** Every value of a reply to POST with its alias, in whatever order. Wipes the body. @throws UnreadableReply */
export function readCreated(body: Buffer, format: string): Created[] {
  return parse(createdSchema, body).data.map((entry) => {
    const names = namesOf(entry)
    const name = names.find((one) => one.format === format) ?? names[0]
    if (name === undefined) throw new UnreadableReply()
    return { alias: name.alias, value: secretOf(entry.value) }
  })
}

/** The values of those of the asked aliases that the reply has. The caller wipes them. Wipes the body. @throws UnreadableReply */
export function readRevealed(body: Buffer, asked: readonly string[]): Map<string, Secret> {
  const { data } = parse(revealedSchema, body)
  const found = new Map<string, Secret>()
  const [only] = asked
  for (const alias of asked) {
    const entry = Array.isArray(data)
      ? (data.find((one) => namesOf(one).some((name) => name.alias === alias)) ??
        (asked.length === 1 && alias === only && data.length === 1 ? data[0] : undefined))
      : Object.hasOwn(data, alias)
        ? data[alias]
        : undefined
    const value = secretOf(entry?.value)
    if (value) found.set(alias, value)
  }
  return found
}

/** Wipes the body; the caller wipes the token. @throws UnreadableReply */
export function readToken(body: Buffer): TokenReply {
  const { access_token, expires_in, scope } = parse(tokenSchema, body)
  return { token: Secret.fromText(access_token), expiresInS: expires_in, scopes: scope?.split(' ') }
}

/** Neither zod's nor JSON's messages leave this function: they quote what they dislike. */
function parse<T extends z.ZodType>(schema: T, body: Buffer): z.output<T> {
  try {
    const parsed = schema.safeParse(JSON.parse(body.toString('utf8')))
    if (parsed.success) return parsed.data
  } catch {
    // Reported below.
  } finally {
    body.fill(0)
  }
  throw new UnreadableReply()
}
