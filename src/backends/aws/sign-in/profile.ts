import { silentLogger } from '../silent-logger.js'
import type { AwsAuthOf } from '../config.js'
import { naming } from './failure.js'
import { renewing } from './renewing.js'
import type { SignIn, SignInTools } from './sign-in.js'

/**
 * One profile of the shared files, whatever it holds: keys, SSO, a process, a role. Other than AWS's default order it does not go on to another identity when
 * the profile is missing or fails.
 */
export function profileCredentials({ profile }: AwsAuthOf<'profile'>, tools: SignInTools): SignIn {
  const fetch: SignIn = async (options) => {
    const { fromIni } = await import('@aws-sdk/credential-provider-ini')
    return await fromIni({ profile, logger: silentLogger, ignoreCache: true })(options)
  }
  return naming(
    `the profile ${profile}`,
    `Look at the profile in ~/.aws/config and ~/.aws/credentials: \`aws sts get-caller-identity --profile ${profile}\`. For SSO sign in again: \`aws sso login --profile ${profile}\`.`,
    renewing(fetch, tools),
  )
}
