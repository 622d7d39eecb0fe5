import { z } from 'zod'
import { secretReferenceSchema } from '../../core/secret-reference.js'

export const VGS_ENVIRONMENTS = ['sandbox', 'live', 'live-eu-1'] as const
export type VgsEnvironment = (typeof VGS_ENVIRONMENTS)[number]

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Secrets travel over it: https, or http to this very machine. Credentials and queries are refused, as addresses are logged. */
const address = z
  .url({ protocol: /^https?$/, error: 'is not an http or https address' })
  .max(2048)
  .refine((text) => text.startsWith('https:') || LOOPBACK.has(new URL(text).hostname), {
    error: 'must be https, except on the loopback interface',
  })
  .refine((text) => !/[?#@]/.test(text), { error: 'must hold no user name, password, query or fragment' })
  .transform((text) => text.replace(/\/+$/, ''))

const basicAuth = z
  .strictObject({
    method: z.literal('basic').describe('Access credentials of the vault; the first generation of the API.'),
    username: secretReferenceSchema.describe('Reference to the user name of the access credentials.'),
    password: secretReferenceSchema.describe('Reference to the password of the access credentials.'),
  })
  .describe('HTTP Basic with access credentials of the vault.')

const serviceAccountAuth = z
  .strictObject({
    method: z.literal('service-account').describe('OAuth2 client credentials; the second generation of the API.'),
    clientId: secretReferenceSchema.describe('Reference to the client id of the service account.'),
    clientSecret: secretReferenceSchema.describe('Reference to the client secret of the service account.'),
    tokenUrl: address.optional().describe('Where tokens are given; left out: the authorisation server of VGS.'),
  })
  .describe('OAuth2 client credentials of a service account that was granted the vault.')

const milliseconds = z.number().int().min(100).max(3_600_000)

/** What is needed to reach a vault: shared by the backend and by `vgs:` references. */
const connectionMembers = {
  environment: z.enum(VGS_ENVIRONMENTS).describe('Which installation of VGS keeps the vault.'),
  baseUrl: address.optional().describe('Address of the vault API, when it is not the one of the environment.'),
  auth: z.discriminatedUnion('method', [basicAuth, serviceAccountAuth]).describe('How to sign in.'),
  tls: z
    .strictObject({
      caFile: z.string().min(1).max(4096).optional().describe('Certificates of further authorities, PEM.'),
    })
    .optional()
    .describe('Encryption of the connections.'),
  limits: z
    .strictObject({
      requestsPerSecond: z
        .number()
        .positive()
        .max(10_000)
        .optional()
        .describe('Requests a second, of all kinds; VGS allows a vault 3,000 a minute.'),
      concurrency: z.number().int().min(1).max(256).optional().describe('Requests underway at a time.'),
    })
    .optional()
    .describe('How fast VGS is asked.'),
  timeouts: z
    .strictObject({
      requestMs: milliseconds.optional().describe('Time for one attempt.'),
      totalMs: milliseconds.optional().describe('Time for a call with its repeats and waits.'),
    })
    .optional()
    .describe('How long answers are waited for.'),
}

const vaultId = z.string().regex(/^[A-Za-z0-9-]{3,63}$/, 'is not the id of a vault (tnt…)')

interface Addressable {
  readonly environment: VgsEnvironment
  readonly baseUrl?: string | undefined
  readonly vaultId?: string | undefined
  readonly auth: { readonly method: string }
}

/** Why the address of the vault API cannot be told from the settings; `undefined` when it can. */
function addressGap({ environment, baseUrl, vaultId: id, auth }: Addressable): string | undefined {
  if (baseUrl !== undefined || auth.method === 'basic') return undefined
  if (environment === 'live-eu-1') return 'is needed for a service account in live-eu-1: take it from the VGS dashboard'
  return id === undefined ? 'or vaultId is needed for a service account' : undefined
}

const refuseGap = (value: Addressable, context: z.RefinementCtx): void => {
  const message = addressGap(value)
  if (message !== undefined) context.addIssue({ code: 'custom', path: ['baseUrl'], message })
}

/** A vault that program secrets are read from. */
export const vgsConnectionSchema = z
  .strictObject({ ...connectionMembers, vaultId: vaultId.optional().describe('Id of the vault.') })
  .superRefine(refuseGap)
export type VgsConnection = z.output<typeof vgsConnectionSchema>

/** Wallets in a vault of VGS. Light: read before any backend is loaded. */
export const vgsConfigSchema = z
  .strictObject({
    type: z.literal('vgs'),
    ...connectionMembers,
    vaultId: vaultId.describe('Id of the vault, e.g. tntabc123. It is written into the catalogue.'),
    catalogue: z
      .strictObject({
        path: z
          .string()
          .min(1, 'is empty')
          .max(4096)
          .refine((text) => !text.includes('\0'), { error: 'is not a path' })
          .describe('The catalogue: which alias belongs to which wallet. Part of the wallets; back it up.'),
      })
      .describe('VGS cannot list what it keeps, so a file here knows it.'),
    format: z
      .enum(['UUID', 'RAW_UUID'], { error: 'must be UUID or RAW_UUID: other formats change or repeat values' })
      .default('UUID')
      .describe('Form of the aliases.'),
    storage: z
      .literal('PERSISTENT', {
        error: 'must be PERSISTENT: VGS forgets VOLATILE values after an hour, wallets and all',
      })
      .default('PERSISTENT')
      .describe('VGS can also keep values for an hour only, which is refused here.'),
  })
  .superRefine(refuseGap)
export type VgsConfig = z.output<typeof vgsConfigSchema>
export type VgsAuth = VgsConnection['auth']

const V1_HOSTS: Readonly<Record<VgsEnvironment, string>> = {
  sandbox: 'https://api.sandbox.verygoodvault.com',
  live: 'https://api.live.verygoodvault.com',
  'live-eu-1': 'https://api.live-eu-1.verygoodvault.com',
}

/** Base address of the vault API. The first generation has one host for all vaults; the second has one for each. */
export function apiAddress(connection: VgsConnection): string {
  if (connection.baseUrl !== undefined) return connection.baseUrl
  if (connection.auth.method === 'basic') return V1_HOSTS[connection.environment]
  return `https://${connection.vaultId ?? ''}.${connection.environment}.vault-api.verygoodvault.com`
}
