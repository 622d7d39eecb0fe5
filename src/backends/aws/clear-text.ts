import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'

const targetSchema = z.object({ protocol: z.string(), hostname: z.string() })
const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[?::1\]?)$/

/**
 * Stops a request before it leaves in clear text for another machine. The configuration cannot ask for that, but AWS_ENDPOINT_URL and the shared files can, and
 * the SDK would obey.
 * @throws KeywardError CONFIG_INVALID
 */
function assertPrivate(request: unknown): void {
  const target = targetSchema.safeParse(request).data
  if (target === undefined || target.protocol === 'https:' || LOOPBACK.test(target.hostname)) return
  throw new KeywardError(
    'CONFIG_INVALID',
    'the endpoint of AWS is not https: secrets would cross the network in clear text',
    {
      advice:
        'Set `endpoint` of the backend, or look at the variables AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_SECRETS_MANAGER and AWS_ENDPOINT_URL_STS.',
    },
  )
}

/** The check as a step of the SDK's middleware. */
export const privately =
  <Args extends { readonly request: unknown }, Result>(next: (args: Args) => Promise<Result>) =>
  async (args: Args): Promise<Result> => {
    assertPrivate(args.request)
    return await next(args)
  }
