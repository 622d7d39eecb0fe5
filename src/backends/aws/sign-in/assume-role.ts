import type { AwsAuthOf } from '../config.js'
import { isStale } from '../resigning.js'
import { naming } from './failure.js'
import { renewing } from './renewing.js'
import type { SignIn, SignInTools } from './sign-in.js'
import { assumeRole } from './token-service.js'

/** A role, assumed with the credentials of another way to sign in. */
export function assumedRole(auth: AwsAuthOf<'assume-role'>, source: SignIn, tools: SignInTools): SignIn {
  const fetch: SignIn = async () => {
    try {
      return await assumeRole(tools.tokenService, auth, source)
    } catch (thrown) {
      if (!isStale(thrown)) throw thrown
      // The credentials of the source have ended or were replaced.
      return await assumeRole(tools.tokenService, auth, async (options) => source({ ...options, forceRefresh: true }))
    }
  }
  return naming(
    `assume the role ${auth.roleArn}`,
    'The source needs sts:AssumeRole for this role; the trust policy of the role must name the source and, if it asks for one, `auth.externalId`; `auth.sessionSeconds` must fit the longest session of the role (1 hour when the source is a role itself).',
    renewing(fetch, tools),
  )
}
