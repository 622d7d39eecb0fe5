import type { VgsAuth } from '../config.js'
import type { VgsTools } from '../requests.js'
import { BasicSignIn } from './basic.js'
import { ServiceAccountSignIn } from './service-account.js'
import type { RequestToken } from './service-account.js'
import type { SignIn } from './sign-in.js'

export function createSignIn(auth: VgsAuth, tools: VgsTools, requestToken: RequestToken): SignIn {
  switch (auth.method) {
    case 'basic':
      return new BasicSignIn(auth, tools.secrets)
    case 'service-account':
      return new ServiceAccountSignIn(auth, tools, requestToken)
  }
}
