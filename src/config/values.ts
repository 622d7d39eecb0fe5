import { z } from 'zod'
import { isLoopback } from '../core/loopback.js'

/** Does this address reach its host unencrypted over a network? */
export const isExposed = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === 'http:' && !isLoopback(url.hostname)
}

const isHttp = (text: string): boolean => {
  if (!URL.canParse(text) || /\s/.test(text)) return false
  return ['http:', 'https:'].includes(new URL(text).protocol)
}

const hasCredentials = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return url.username !== '' || url.password !== ''
}

/** Base address to which paths are appended. Credentials and query are refused: both are places for secrets, and addresses are logged. */
export const baseUrl = z
  .string()
  .max(2048)
  .refine(isHttp, { error: 'is not an http or https address', abort: true })
  .refine((text) => !hasCredentials(text), { error: 'must not hold a user name or password: addresses are logged' })
  .refine((text) => !/[?#]/.test(text), { error: 'must not hold ? or #: a path is appended to it' })
  .transform((text) => text.replace(/\/+$/, ''))

/** A path below the API's base address: plain segments, so that it can lead nowhere else. */
export const apiPath = z
  .string()
  .max(200)
  .regex(/^(\/[A-Za-z0-9_-]+)+$/, 'is not a path such as /v3/ethereum/broadcast')

/** A base address that is encrypted unless it stays on this machine. */
export const secureBaseUrl = baseUrl.refine((text) => !isExposed(text), {
  error: 'must be https, except on the loopback interface',
})

export const filePath = z
  .string()
  .min(1, 'is empty')
  .max(4096)
  .refine((text) => !text.includes('\0'), { error: 'is not a path' })

/** A list that says something: an empty one could be read as "all" or as "none". */
export const listOf = <T extends z.ZodType>(item: T, maximum: number): z.ZodArray<T> =>
  z.array(item).min(1, 'is an empty list; leave the setting out instead').max(maximum)

export const wholeNumber = (minimum: number, maximum: number): z.ZodNumber => z.number().int().min(minimum).max(maximum)

/** A day is more than any deadline needs, and far below the longest Node timer. */
export const DAY_MS = 86_400_000
