import { z } from 'zod'
import { secretReferenceSchema } from '../../core/secret-reference.js'

/** Key Vault and the identity service are reached over TLS only. Credentials, queries and paths are refused, as addresses are logged. */
const httpsOrigin = z
  .string()
  .max(2048)
  .regex(
    /^https:\/\/[^/?#@\s\\]+\/?$/i,
    'is not an address such as https://payments.vault.azure.net: https, and nothing after the host',
  )
  .refine((text) => URL.canParse(text), { error: 'is not an address' })
  .transform((text) => (URL.canParse(text) ? new URL(text).origin : text))

const uuidOrName = z
  .string()
  .regex(/^[\w.-]{1,128}$/, 'is not an id')
  .describe('Tenant: its id, or a domain of it.')
const clientId = z.uuid('is not the client id of an application (a UUID)')
const filePath = z
  .string()
  .min(1, 'is empty')
  .max(4096)
  .refine((text) => !text.includes('\0'), { error: 'is not a path' })

const managedIdentity = z
  .strictObject({
    method: z.literal('managed-identity').describe('The identity of the machine, container app or function.'),
    clientId: clientId.optional().describe('Client id of a user-assigned identity.'),
    resourceId: z
      .string()
      .regex(/^\/subscriptions\/[^\s]+$/, 'is not the resource id of an identity (/subscriptions/…)')
      .optional()
      .describe('Resource id of a user-assigned identity.'),
    objectId: z.uuid('is not an object id (a UUID)').optional().describe('Object id of a user-assigned identity.'),
  })
  .refine((auth) => [auth.clientId, auth.resourceId, auth.objectId].filter((id) => id !== undefined).length <= 1, {
    error:
      'names the identity more than once: give one of clientId, resourceId and objectId, or none for the system-assigned one',
  })

const workloadIdentity = z.strictObject({
  method: z.literal('workload-identity').describe('A Kubernetes service account, federated with an application.'),
  tenantId: uuidOrName.optional().describe('Tenant. Default: AZURE_TENANT_ID, which the webhook of AKS sets.'),
  clientId: clientId.optional().describe('Application or identity. Default: AZURE_CLIENT_ID.'),
  tokenFile: filePath.optional().describe('File with the federated token. Default: AZURE_FEDERATED_TOKEN_FILE.'),
})

const clientSecret = z.strictObject({
  method: z.literal('client-secret').describe('An application with a secret.'),
  tenantId: uuidOrName,
  clientId: clientId.describe('The application.'),
  clientSecret: secretReferenceSchema.describe('Reference to the secret of the application.'),
})

const clientCertificate = z.strictObject({
  method: z.literal('client-certificate').describe('An application with a certificate.'),
  tenantId: uuidOrName,
  clientId: clientId.describe('The application.'),
  certificate: secretReferenceSchema.describe('Reference to certificate and private key, both PEM, in one text.'),
  certificatePassword: secretReferenceSchema.optional().describe('Reference to the password of the private key.'),
  sendCertificateChain: z
    .boolean()
    .default(false)
    .describe('Send the whole chain: for applications that trust a subject name and issuer.'),
})

const azureCli = z.strictObject({
  method: z
    .literal('azure-cli')
    .describe('Whoever is signed in with `az login` on this machine. For people, not for services.'),
  tenantId: uuidOrName.optional().describe('Tenant, when the account has several.'),
})

const defaultChain = z.strictObject({
  method: z
    .literal('default')
    .describe(
      'Tries one way after the other: variables, workload identity, managed identity, CLIs. Slow and less certain than naming one.',
    ),
  managedIdentityClientId: clientId
    .optional()
    .describe('Client id of a user-assigned identity, when that way is tried.'),
})

/** How to sign in. The way is always named: a chain that tries several might take another identity than was meant. */
export const azureAuthSchema = z.discriminatedUnion('method', [
  managedIdentity,
  workloadIdentity,
  clientSecret,
  clientCertificate,
  azureCli,
  defaultChain,
])
export type AzureAuth = z.output<typeof azureAuthSchema>
export type AzureAuthOf<Method extends AzureAuth['method']> = Extract<AzureAuth, { readonly method: Method }>

const rate = z.number().min(0.1).max(100_000)
const milliseconds = z.int().min(100).max(3_600_000)

const connectionShape = {
  vaultUrl: httpsOrigin.describe('Address of the vault, e.g. `https://payments.vault.azure.net`, of any cloud.'),
  auth: azureAuthSchema.describe('How to sign in.'),
  authorityHost: httpsOrigin
    .optional()
    .describe("The identity service. Default: the one of the vault's cloud (public, US government, China)."),
  disableInstanceDiscovery: z
    .boolean()
    .default(false)
    .describe('Do not ask the public cloud whether `authorityHost` is genuine: for private clouds and emulators.'),
  additionallyAllowedTenants: z
    .array(z.string().regex(/^(\*|[\w.-]{1,128})$/, 'is not a tenant'))
    .max(100)
    .default([])
    .describe('Tenants besides that of the identity for which it may sign in, when the vault is in another one.'),
  disableChallengeResourceVerification: z
    .boolean()
    .default(false)
    .describe('Send the token although the host of `vaultUrl` is none of Azure: for private names and emulators.'),
  limits: z
    .strictObject({
      readsPerSecond: rate
        .optional()
        .describe('Requests per second but for creations. A vault allows 400 to all its callers; default 380.'),
      writesPerSecond: rate
        .optional()
        .describe('Creations per second. A vault allows 30 to all its callers; default 28.'),
      concurrency: z.int().min(1).max(512).optional().describe('Requests at a time; default 48.'),
    })
    .default({})
    .describe('How fast the vault may be asked, where it is shared with others.'),
  timeouts: z
    .strictObject({
      requestMs: milliseconds.optional().describe('Longest time for one request; default 10 s.'),
      totalMs: milliseconds.optional().describe('Longest time for a request with its repeats and waits; default 60 s.'),
    })
    .default({})
    .describe('How long answers are waited for.'),
  tls: z
    .strictObject({
      caFile: filePath
        .optional()
        .describe('Certificates in PEM that are trusted besides the public ones, e.g. of a proxy that inspects TLS.'),
    })
    .default({})
    .describe('Who is trusted to be Azure.'),
}

/** What is needed to read a secret, without wallets. */
export const azureConnectionSchema = z.strictObject(connectionShape)
export type AzureConnection = z.output<typeof azureConnectionSchema>

/** Key Vault allows 127 characters; a hyphen and a UUID follow the prefix. */
const LONGEST_PREFIX = 127 - 37

/** Wallets in an Azure Key Vault. Light: read before any backend is loaded. */
export const azureConfigSchema = z.strictObject({
  type: z.literal('azure'),
  prefix: z
    .string()
    .regex(/^[0-9A-Za-z]([0-9A-Za-z-]*[0-9A-Za-z])?$/, 'may hold letters, digits and hyphens in between')
    .max(LONGEST_PREFIX)
    .default('keyward')
    .describe('Wallets are kept as `<prefix>-<signatureId>`. Key Vault does not tell capital letters from small ones.'),
  ...connectionShape,
})
export type AzureConfig = z.output<typeof azureConfigSchema>

const AUTHORITIES: readonly (readonly [suffix: string, host: string])[] = [
  ['.usgovcloudapi.net', 'https://login.microsoftonline.us'],
  ['.azure.cn', 'https://login.chinacloudapi.cn'],
]

/** The identity service of a connection: the configured one, or that of the vault's cloud. */
export function authorityHostOf({
  authorityHost,
  vaultUrl,
}: Pick<AzureConnection, 'authorityHost' | 'vaultUrl'>): string {
  const { hostname } = new URL(vaultUrl)
  const ofCloud = AUTHORITIES.find(([suffix]) => hostname.endsWith(suffix))?.[1]
  return authorityHost ?? ofCloud ?? 'https://login.microsoftonline.com'
}

/** Plain name of a vault for the commands of `az`, e.g. `payments`. */
export const vaultNameOf = (vaultUrl: string): string => new URL(vaultUrl).hostname.split('.')[0] ?? vaultUrl
