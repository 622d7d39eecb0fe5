import type { MemoizedRuntimeConfigAwsCredentialIdentityProvider } from '@aws-sdk/credential-provider-node'
import type { BackendDependencies } from '../../common/dependencies.js'
import type { AwsAuth } from '../config.js'
import { assumedRole } from './assume-role.js'
import { defaultChain } from './default-chain.js'
import { profileCredentials } from './profile.js'
import { staticKeys } from './static-keys.js'
import type { TokenService } from './token-service.js'
import { webIdentity } from './web-identity.js'

/** Gives credentials whenever a request is signed; they are asked for afresh with `forceRefresh`. Keeps what it gets. */
export type SignIn = MemoizedRuntimeConfigAwsCredentialIdentityProvider
export type AwsCredentials = Awaited<ReturnType<SignIn>>

export interface SignInTools extends Pick<BackendDependencies, 'secrets' | 'clock' | 'log'> {
  readonly tokenService: TokenService
}

/** The way that the configuration names. It does nothing before credentials are asked for. */
export function createSignIn(auth: AwsAuth, tools: SignInTools): SignIn {
  switch (auth.method) {
    case 'default':
      return defaultChain()
    case 'profile':
      return profileCredentials(auth, tools)
    case 'static':
      return staticKeys(auth, tools)
    case 'web-identity':
      return webIdentity(auth, tools)
    case 'assume-role':
      return assumedRole(auth, createSignIn(auth.source, tools), tools)
  }
}
