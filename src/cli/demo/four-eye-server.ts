import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

export interface Verdict {
  readonly summary: string
  readonly approved: boolean
  readonly reason: string
}

export interface FourEyeServer {
  /** What --external-url takes. */
  readonly url: string
  /** What it was asked and what it said, oldest first. */
  readonly verdicts: readonly Verdict[]
  /** From now on payments to this address are approved. */
  know(address: string): void
  close(): Promise<void>
}

const questionSchema = z.object({
  keyward: z.object({
    digest: z.string(),
    intent: z.object({
      summary: z.string(),
      actions: z.array(z.object({ to: z.string().optional(), change: z.boolean().optional() })),
    }),
  }),
})

/**
 * The second pair of eyes: approves a payment when every receiver is in its address book. It sees what would be signed, and its yes names the digest of exactly
 * that.
 */
export async function startFourEyeServer(): Promise<FourEyeServer> {
  const known = new Set<string>()
  const verdicts: Verdict[] = []
  const decide = (body: string): object => {
    const { digest, intent } = questionSchema.parse(JSON.parse(body)).keyward
    const strangers = intent.actions.filter(
      ({ to, change }) => change !== true && (to === undefined || !known.has(to.toLowerCase())),
    )
    const approved = strangers.length === 0
    const reason = approved ? 'the receiver is in the address book' : 'the receiver is not in the address book'
    verdicts.push({ summary: intent.summary, approved, reason })
    return { approved, digest, reason }
  }
  const server = createServer((request, response) => {
    text(request).then(
      (body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(decide(body))),
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/approve`,
    verdicts,
    know: (address) => void known.add(address.toLowerCase()),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
