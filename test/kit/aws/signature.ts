import { createHash, createHmac } from 'node:crypto'
import type { Received } from '../loopback-server.js'
import { awsErrors } from './aws-error.js'

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number
}

const FORM =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/
const SKEW_MS = 300_000

const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()
const headerOf = ({ headers }: Received, name: string): string => String(headers[name] ?? '')

/**
 * Checks a request as AWS does (Signature Version 4, AWS General Reference), for a POST to `/` without a query.
 * @returns the key it was signed with, and the region that it was signed for.
 * @throws AwsError as AWS names what is wrong
 */
export function checkSignature(
  request: Received,
  keys: ReadonlyMap<string, AccessKey>,
  service: string,
  now: number,
): { readonly key: AccessKey; readonly region: string } {
  const form = FORM.exec(headerOf(request, 'authorization'))
  if (form === null) throw awsErrors.unsigned()
  const [, keyId = '', day = '', region = '', signedFor = '', names = '', signature = ''] = form
  const key = keys.get(keyId)
  if (key === undefined) throw awsErrors.unknownKey()
  if ((key.sessionToken ?? '') !== headerOf(request, 'x-amz-security-token')) throw awsErrors.unknownKey()
  if (signedFor !== service) throw awsErrors.signature(`Credential should be scoped to correct service: '${service}'.`)
  const time = headerOf(request, 'x-amz-date')
  const expected = signatureOf(request, key, { day, region, service, names, time })
  if (expected !== signature) {
    throw awsErrors.signature('The request signature we calculated does not match the signature you provided.')
  }
  const signedAt = Date.parse(time.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (signedAt < now - SKEW_MS) throw awsErrors.signature(`Signature expired: ${time} is now earlier than expected`)
  if (signedAt > now + SKEW_MS)
    throw awsErrors.signature(`Signature not yet current: ${time} is still later than expected`)
  if (key.expiresAt !== undefined && key.expiresAt <= now) throw awsErrors.expired()
  return { key, region }
}

function signatureOf(
  request: Received,
  key: AccessKey,
  scope: { day: string; region: string; service: string; names: string; time: string },
): string {
  const { day, region, service, names, time } = scope
  const lines = names.split(';').map((name) => `${name}:${headerOf(request, name).trim().replace(/ +/g, ' ')}\n`)
  const canonical = [request.method, '/', '', lines.join(''), names, sha256(request.body)].join('\n')
  const place = `${day}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, place, sha256(canonical)].join('\n')
  const signingKey = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${key.secretAccessKey}`)
  return hmac(signingKey, toSign).toString('hex')
}
