import type { SecretReference } from '../../../core/secret-reference.js'
import type { AwsAuthOf } from '../config.js'
import type { SignIn, SignInTools } from './sign-in.js'

/**
 * An access key by references. They are resolved again when AWS says that the key has expired or is gone, so a key that is rotated in its file is taken up. The
 * SDK wants strings, which cannot be wiped.
 */
export function staticKeys(auth: AwsAuthOf<'static'>, { secrets }: SignInTools): SignIn {
  const textOf = async (reference: SecretReference, what: string): Promise<string> => {
    const secret = await secrets.resolve(reference, { what })
    try {
      return secret.text().trim()
    } finally {
      secret.wipe()
    }
  }
  return async () => {
    const accessKeyId = await textOf(auth.accessKeyId, 'the access key id for AWS')
    const secretAccessKey = await textOf(auth.secretAccessKey, 'the secret access key for AWS')
    if (auth.sessionToken === undefined) return { accessKeyId, secretAccessKey }
    return { accessKeyId, secretAccessKey, sessionToken: await textOf(auth.sessionToken, 'the session token for AWS') }
  }
}
