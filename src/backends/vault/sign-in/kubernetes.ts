import { secretReferenceSchema } from '../../../core/secret-reference.js'
import type { SecretSource } from '../../../core/secret-reference.js'
import type { VaultAuth } from '../config.js'
import { JwtLogin } from './jwt.js'

/** Where Kubernetes puts the token of a pod's service account. */
const TOKEN_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** The service account token of this pod. Kubernetes replaces the file now and then, so it is read at each sign-in. */
export const kubernetesSignIn = (auth: Extract<VaultAuth, { method: 'kubernetes' }>, secrets: SecretSource): JwtLogin =>
  new JwtLogin({
    product: 'Kubernetes',
    mount: auth.mount ?? 'kubernetes',
    role: auth.role,
    jwt: secretReferenceSchema.parse(`file:${auth.tokenFile ?? TOKEN_FILE}`),
    what: 'the service account token',
    secrets,
    advice:
      'Check `backend.auth.role` and the service accounts, namespaces and audience bound to it (vault read auth/kubernetes/role/ROLE), and that the server may ask the token review API.',
  })
