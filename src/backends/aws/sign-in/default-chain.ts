import { silentLogger } from '../silent-logger.js'
import { naming } from './failure.js'
import type { SignIn } from './sign-in.js'

const ADVICE =
  'Give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role to the machine, container or service account; or name one way with `auth.method`.'

/** AWS's own order: variables, shared files and SSO, process, web identity (IRSA), container (ECS, EKS Pod Identity), EC2 instance. */
export function defaultChain(): SignIn {
  let chain: Promise<SignIn> | undefined
  const load = async (): Promise<SignIn> => {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node')
    // Files are read again when credentials are renewed: other tools rotate them.
    return defaultProvider({ logger: silentLogger, ignoreCache: true })
  }
  return naming("AWS's default order of credentials", ADVICE, async (options) => {
    chain ??= load()
    return (await chain)(options)
  })
}
