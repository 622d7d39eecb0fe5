import { readFile } from 'node:fs/promises'
import type { AwsAuthOf } from '../config.js'
import { naming } from './failure.js'
import { renewing } from './renewing.js'
import type { SignIn, SignInTools } from './sign-in.js'
import { assumeRoleWithToken } from './token-service.js'

/** A role for the token of a Kubernetes service account (IRSA) or another OIDC provider. Kubernetes replaces the token in its file, so it is read each time. */
export function webIdentity(auth: AwsAuthOf<'web-identity'>, tools: SignInTools): SignIn {
  const fetch: SignIn = async () => {
    const bytes = await readFile(auth.tokenFile)
    try {
      return await assumeRoleWithToken(tools.tokenService, auth, bytes.toString('utf8').trim())
    } finally {
      bytes.fill(0)
    }
  }
  return naming(
    `the role ${auth.roleArn} for the token in ${auth.tokenFile}`,
    "Check the file and the trust policy of the role: it must name the cluster's OIDC provider and this service account (`sub`), and `aud` must be sts.amazonaws.com.",
    renewing(fetch, tools),
  )
}
