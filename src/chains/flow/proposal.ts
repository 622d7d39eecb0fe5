import { z } from 'zod'
import type { ChainLookups } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import { parseAddress } from './address.js'

/*
 * Tatum's part in a transaction: an account of its own proposes it with a key that it lends, another one pays. The API signs for both.
 */

/** A key of an account of Tatum's. */
export interface HostedKey {
  /** 16 hexadecimal digits. */
  readonly address: string
  readonly keyIndex: number
}

const keyReply = z.object({
  keyId: z.number().int().min(0).max(0xffff_ffff),
  address: z.string().transform((text, context) => {
    const address = parseAddress(text.startsWith('0x') ? text : `0x${text}`)
    if (address !== undefined) return address
    context.addIssue('not an address')
    return z.NEVER
  }),
})
const signatureReply = z.object({ signature: z.string().regex(/^[0-9a-f]{128}$/i) })

/** The key that pays. @throws KeywardError API_* */
export const payingKey = (lookups: ChainLookups): Promise<HostedKey> => hostedKey(true, lookups)

/** A key that proposes, on loan until `release`. @throws KeywardError API_* */
export const borrowKey = (lookups: ChainLookups): Promise<HostedKey> => hostedKey(false, lookups)

/**
 * Gives a borrowed key back. What the API says to that changes nothing for the transaction, so no answer is an error.
 * @param txId of the transaction that used the key; none when nothing was sent.
 */
export async function release({ keyIndex }: HostedKey, txId: string, lookups: ChainLookups): Promise<void> {
  await lookups.post('/v3/flow/broadcast', { txData: txId, proposalKey: keyIndex }).catch(() => undefined)
}

/** The API's signature of a message: r and s. @throws KeywardError API_* */
export async function hostedSignature(message: Buffer, isPayer: boolean, lookups: ChainLookups): Promise<Buffer> {
  const reply = signatureReply.safeParse(
    await lookups.post('/v3/flow/sign', { data: message.toString('hex'), isPayer }),
  )
  if (reply.success) return Buffer.from(reply.data.signature, 'hex')
  throw malformed('signature')
}

async function hostedKey(payer: boolean, lookups: ChainLookups): Promise<HostedKey> {
  const reply = keyReply.safeParse(await lookups.get(`/v3/flow/proposal/${payer}`))
  if (reply.success) return { address: reply.data.address, keyIndex: reply.data.keyId }
  throw malformed(payer ? 'paying key' : 'proposing key')
}

const malformed = (what: string): KeywardError =>
  new KeywardError('API_REPLY_MALFORMED', `the API's answer for the ${what} is not understood`, {
    advice: 'The transaction waits and is tried again. If this stays, ask Tatum whether Flow is still served.',
  })
