import { KeywardError } from '../../core/errors.js'
import { answered } from '../common/remote-failure.js'
import type { RemoteFailure } from '../common/remote-failure.js'
import type { SignInFailure, SignInGap } from './sign-in/credential.js'

/** What the numbers of Microsoft Entra mean for whoever runs Keyward. */
const NUMBERS: Readonly<Record<string, string>> = {
  AADSTS7000215: 'The client secret is wrong. Use the value of the secret, not its id.',
  AADSTS7000222: 'The client secret has expired. Make a new one and put it where `auth.clientSecret` points.',
  AADSTS700016: 'The tenant knows no application with this client id. Check `auth.clientId` and `auth.tenantId`.',
  AADSTS7000112: 'The application is disabled in the tenant.',
  AADSTS90002: 'There is no such tenant in this cloud. Check `auth.tenantId` and `authorityHost`.',
  AADSTS900023: 'The tenant is neither an id nor a domain. Check `auth.tenantId`.',
  AADSTS700027: 'The certificate is not registered with the application, or has expired. Upload it to the application.',
  AADSTS700024:
    'The assertion is not valid at this time. Set the clock of this machine, and see that the token file is renewed.',
  AADSTS70021:
    'No federated credential of the application matches the token: issuer, subject and audience must be equal.',
  AADSTS700211:
    "No federated credential of the application has the issuer of the token. Compare it with the cluster's OIDC issuer.",
  AADSTS700212:
    'No federated credential of the application has the audience of the token: it must be api://AzureADTokenExchange.',
  AADSTS700213:
    'No federated credential of the application has the subject of the token: system:serviceaccount:NAMESPACE:NAME.',
  AADSTS50173: 'The sign-in has ended. Sign in again: az login.',
  AADSTS70043: 'The sign-in has ended. Sign in again: az login.',
  AADSTS700082: 'The sign-in has ended. Sign in again: az login.',
  AADSTS50076:
    'The tenant demands a second factor. Sign in again: az login --tenant TENANT; services use another `auth.method`.',
  AADSTS53003:
    'A conditional access policy of the tenant forbids it. Its administrator has to allow this identity from here.',
  AADSTS500011:
    'The tenant does not know Key Vault. Check that `vaultUrl` and `authorityHost` belong to the same cloud.',
}

/** The identity service is unwell or busy, and says so in an ordinary refusal. */
const PASSING = new Set(['AADSTS90033', 'AADSTS90006', 'AADSTS50196'])

const GAPS: Readonly<Record<SignInGap, string>> = {
  'cli-missing': 'Install the Azure CLI (`az`), or choose another `auth.method`.',
  'cli-signed-out': 'Sign in: az login. Choose the tenant with `auth.tenantId` when the account has several.',
  'token-file':
    'The file with the federated token cannot be read. Check `auth.tokenFile` and that the pod has the label azure.workload.identity/use: "true".',
  certificate:
    'Certificate and private key must stand in one PEM text; give the password of an encrypted key as `auth.certificatePassword`.',
  settings:
    'Set `auth.tenantId`, `auth.clientId` and `auth.tokenFile`, or the variables AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_FEDERATED_TOKEN_FILE.',
  tenant:
    'The vault belongs to another tenant than the identity. Correct `auth.tenantId`, or allow the tenant of the vault in `additionallyAllowedTenants`.',
  'no-endpoint': 'This machine has no managed identity. Assign one to it, or choose another `auth.method`.',
}

const BY_METHOD: Readonly<Record<string, string>> = {
  'managed-identity':
    'See that the machine has this identity: a system-assigned one is switched on, a user-assigned one is added to it and named by its own client, resource or object id.',
  default: 'No way of the default chain led to a token. Name the way that is meant: `auth.method`.',
}

const SOMETHING = 'Check the settings below `auth`, and the sign-in log of the identity in the Azure portal.'

/** @param what the request that needed the token. */
export function identityFailure(failure: SignInFailure, what: string): RemoteFailure {
  const { exchange, method } = failure
  const { status, textCode, code, retryAfterMs } = exchange
  const context = { method, status, reason: textCode ?? code ?? exchange.networkCode }
  const waits = retryAfterMs === undefined ? {} : { retryAfterMs }
  if (status === 429) {
    return {
      kind: 'throttled',
      ...waits,
      error: new KeywardError('BACKEND_THROTTLED', `the identity service is asked too often (${method}): ${what}`, {
        advice: 'Run fewer processes with this identity; one process asks once an hour.',
        context,
      }),
    }
  }
  if (unreachable(failure)) {
    const advice =
      method === 'managed-identity'
        ? GAPS['no-endpoint']
        : 'Check the network and the proxy between here and the identity service (`authorityHost`).'
    const error = new KeywardError(
      'BACKEND_UNREACHABLE',
      `the identity service does not answer (${reasonOf(failure)}): ${what}`,
      { advice, context },
    )
    return { kind: 'outage', ...waits, error }
  }
  const error = new KeywardError(
    'BACKEND_UNAUTHENTICATED',
    `no token was had by ${method} (${reasonOf(failure)}): ${what}`,
    {
      advice: adviceOf(failure),
      context,
    },
  )
  return answered(error)
}

function unreachable({ exchange, gap, method }: SignInFailure): boolean {
  if (exchange.textCode !== undefined && PASSING.has(exchange.textCode)) return true
  const { status } = exchange
  // The metadata endpoint answers 404 and 410 while it is being updated: "How to use managed identities: retry guidance".
  if (method === 'managed-identity' && (status === 404 || status === 410)) return true
  if (status !== undefined) return status >= 500 || status === 408
  return exchange.networkCode !== undefined && gap !== 'token-file'
}

const reasonOf = ({ exchange, gap }: SignInFailure): string =>
  exchange.textCode ??
  exchange.code ??
  exchange.networkCode ??
  gap ??
  (exchange.status === undefined ? 'no reason given' : String(exchange.status))

function adviceOf({ exchange, gap, method }: SignInFailure): string {
  const known = exchange.textCode === undefined ? undefined : NUMBERS[exchange.textCode]
  return known ?? (gap === undefined ? undefined : GAPS[gap]) ?? BY_METHOD[method] ?? SOMETHING
}
