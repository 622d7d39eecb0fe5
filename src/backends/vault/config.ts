import { z } from 'zod'
import { secretReferenceSchema } from '../../core/secret-reference.js'

/** Names that no proxy, policy or template reads in two ways: no `..`, no trailing dot, nothing that would have to be encoded. */
const PLAIN_PATH = /^(?!\.)[A-Za-z0-9_.-]*[A-Za-z0-9_-](\/(?!\.)[A-Za-z0-9_.-]*[A-Za-z0-9_-])*$/
const plainPath = z
  .string()
  .max(200)
  .regex(PLAIN_PATH, 'is not a path of letters, digits, `-`, `_` and `.`, without slashes at its ends')

const isAddress = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  return ['http:', 'https:'].includes(url.protocol) && url.username + url.password + url.search + url.hash === ''
}
const address = z.string().refine(isAddress, 'is not an address such as https://vault.example.com:8200')

const filePath = z.string().min(1, 'is empty').max(4096)
const role = z.string().min(1, 'is empty').max(256)
const mountOf = (method: string): z.ZodOptional<z.ZodString> =>
  plainPath.optional().describe(`Where the sign-in method is enabled: auth/<mount>. Default: ${method}.`)

const authSchema = z.discriminatedUnion('method', [
  z
    .strictObject({
      method: z.literal('token'),
      token: secretReferenceSchema.optional().describe('Reference to the token, e.g. env:VAULT_TOKEN.'),
      tokenFile: filePath
        .optional()
        .describe('A file with the token that is written anew now and then, e.g. by Vault Agent.'),
    })
    .refine(({ token, tokenFile }) => (token === undefined) !== (tokenFile === undefined), {
      error: 'needs one of `token` and `tokenFile`',
    }),
  z.strictObject({
    method: z.literal('approle'),
    mount: mountOf('approle'),
    roleId: role.describe('The role id. It is no secret by itself.'),
    secretId: secretReferenceSchema.describe('Reference to the secret id, or to the token that wraps it.'),
    wrapped: z
      .boolean()
      .optional()
      .describe('The secret id comes wrapped: it is unwrapped once, and somebody else who did so before is found out.'),
  }),
  z.strictObject({
    method: z.literal('kubernetes'),
    mount: mountOf('kubernetes'),
    role: role.describe('The role of the service account.'),
    tokenFile: filePath.optional().describe('The service account token. Default: where Kubernetes puts it.'),
  }),
  z.strictObject({
    method: z.literal('jwt'),
    mount: mountOf('jwt'),
    role: role.optional().describe('The role; left out: the default role of the mount.'),
    jwt: secretReferenceSchema.describe('Reference to the JSON Web Token. It is read again at each sign-in.'),
  }),
  z.strictObject({
    method: z.literal('cert'),
    mount: mountOf('cert'),
    role: role.optional().describe('The certificate role; left out: every role is tried.'),
    certificateFile: filePath.describe('Client certificate with its chain, PEM.'),
    keyFile: filePath.describe('Private key of the client certificate, PEM.'),
    keyPassphrase: secretReferenceSchema.optional().describe('Reference to the passphrase of the private key.'),
  }),
])
export type VaultAuth = z.output<typeof authSchema>

const tlsSchema = z.strictObject({
  caFile: filePath.optional().describe('Certificates that are trusted instead of the public ones, PEM.'),
  serverName: z.string().min(1).max(253).optional().describe('Name that the server certificate must have.'),
  certificateFile: filePath
    .optional()
    .describe('Client certificate, when a proxy asks for one. Signing in by certificate has its own.'),
  keyFile: filePath.optional().describe('Private key of that client certificate.'),
  keyPassphrase: secretReferenceSchema.optional().describe('Reference to the passphrase of that private key.'),
})

/** What is needed to talk to a server, whatever is kept there. */
export const vaultConnectionSchema = z.strictObject({
  address: z
    .union([address, z.array(address).min(1).max(16)])
    .describe('Address of the server, or several of one cluster: the next one is asked when one does not answer.'),
  allowInsecure: z
    .boolean()
    .optional()
    .describe('Allows plain http to another machine. Whoever sits in between can read every wallet.'),
  namespace: plainPath.optional().describe('Namespace (Vault Enterprise, OpenBao).'),
  auth: authSchema.describe('How to sign in.'),
  tls: tlsSchema.optional().describe('Certificates of the connection.'),
  limits: z
    .strictObject({
      readsPerSecond: z.number().positive().max(100_000).optional().describe('Default: no limit.'),
      writesPerSecond: z.number().positive().max(100_000).optional().describe('Default: no limit.'),
      concurrency: z.int().min(1).max(1024).optional().describe('Requests underway at a time. Default: 32.'),
    })
    .optional()
    .describe('Set them when the operator has set rate-limit quotas.'),
  timeouts: z
    .strictObject({
      requestMs: z.int().min(100).max(600_000).optional().describe('Time for one request. Default: 10000.'),
      totalMs: z.int().min(100).max(3_600_000).optional().describe('Time with all repeats and waits. Default: 60000.'),
    })
    .optional()
    .describe('Deadlines.'),
})
export type VaultConnection = z.output<typeof vaultConnectionSchema>

/** Wallets as entries of a KV version 2 mount of HashiCorp Vault or OpenBao. Light: read before any backend is loaded. */
export const vaultConfigSchema = vaultConnectionSchema.extend({
  type: z.literal('vault'),
  mount: plainPath.describe('Where the KV version 2 secrets engine is mounted.'),
  prefix: plainPath.describe('Folder of the wallets in it; each wallet is the entry <prefix>/<signatureId>.'),
})
export type VaultConfig = z.output<typeof vaultConfigSchema>
