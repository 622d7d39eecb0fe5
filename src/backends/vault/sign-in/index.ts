import type { BackendDependencies } from '../../common/dependencies.js'
import type { VaultAuth } from '../config.js'
import { AppRoleSignIn } from './approle.js'
import { CertSignIn } from './cert.js'
import { jwtSignIn } from './jwt.js'
import { kubernetesSignIn } from './kubernetes.js'
import type { SignIn } from './sign-in.js'
import { TokenSignIn } from './token.js'

export type { Ask, Login, SignIn } from './sign-in.js'

/** @param renewCertificates makes the next connections use the certificate files as they are now. */
export function createSignIn(
  auth: VaultAuth,
  { secrets, log }: Pick<BackendDependencies, 'secrets' | 'log'>,
  renewCertificates: () => Promise<void>,
): SignIn {
  switch (auth.method) {
    case 'token':
      return new TokenSignIn(auth, secrets)
    case 'approle':
      return new AppRoleSignIn(auth, secrets, log)
    case 'kubernetes':
      return kubernetesSignIn(auth, secrets)
    case 'jwt':
      return jwtSignIn(auth, secrets)
    case 'cert':
      return new CertSignIn(auth, renewCertificates)
  }
}
