import { z } from 'zod'
import { isLoopback } from '../../core/loopback.js'
import { secretReferenceSchema } from '../../core/secret-reference.js'

/** An https address; plain http only where nobody else can listen in: on this machine. */
const endpointSchema = z
  .url({ protocol: /^https?$/, error: 'is not an address that starts with https://' })
  .refine((text) => text.startsWith('https:') || isLoopback(new URL(text).hostname), {
    error: 'is not https: secrets would cross the network in clear text',
  })
  .refine((text) => new URL(text).username === '' && new URL(text).password === '', {
    error: 'holds a user name or password',
  })

const profile = z.string().min(1).max(255).describe('Name of a profile of `~/.aws/config` or `~/.aws/credentials`.')
const roleArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'is not the ARN of a role')
  .describe('The role, e.g. `arn:aws:iam::123456789012:role/keyward`.')
const sessionName = z
  .string()
  .regex(/^[\w+=,.@-]{2,64}$/, 'is not a session name')
  .default('keyward')
  .describe('How the session is named in CloudTrail.')
const sessionSeconds = z
  .int()
  .min(900)
  .max(43_200)
  .default(3600)
  .describe('How long a session lasts before it is renewed.')
const stsEndpoint = endpointSchema
  .optional()
  .describe("Address of the token service (STS), for a VPC endpoint without private DNS. Default: the region's.")

const defaultAuth = z.strictObject({
  method: z
    .literal('default')
    .describe("AWS's own order: variables, profile, web identity, container role, role of the machine."),
})
const profileAuth = z.strictObject({
  method: z.literal('profile').describe('A profile: keys, SSO, a credential process or a role.'),
  profile,
})
const staticAuth = z.strictObject({
  method: z.literal('static').describe('An access key, by references.'),
  accessKeyId: secretReferenceSchema.describe('Reference to the access key id.'),
  secretAccessKey: secretReferenceSchema.describe('Reference to the secret access key.'),
  sessionToken: secretReferenceSchema.optional().describe('Reference to the session token of a temporary key.'),
})
const webIdentityAuth = z.strictObject({
  method: z.literal('web-identity').describe('A role for the token of a Kubernetes service account (IRSA) or of OIDC.'),
  roleArn,
  tokenFile: z
    .string()
    .min(1)
    .max(4096)
    .default('/var/run/secrets/eks.amazonaws.com/serviceaccount/token')
    .describe('File with the token; read again at each renewal.'),
  ...{ sessionName, sessionSeconds, stsEndpoint },
})

/** Ways to sign in that need no other one first. */
export const awsSourceSchema = z.discriminatedUnion('method', [defaultAuth, profileAuth, staticAuth, webIdentityAuth])

const assumeRoleAuth = z.strictObject({
  method: z.literal('assume-role').describe('A role, often of another account, assumed with other credentials.'),
  roleArn,
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{2,1224}$/, 'is not an external id')
    .optional()
    .describe('The external id that the trust policy of the role demands.'),
  ...{ sessionName, sessionSeconds, stsEndpoint },
  source: awsSourceSchema.default({ method: 'default' }).describe('The credentials that assume the role.'),
})

const authSchema = z.discriminatedUnion('method', [...awsSourceSchema.options, assumeRoleAuth])

const rate = z.number().min(0.1).max(10_000)
const milliseconds = z.int().min(100).max(600_000)

const connectionShape = {
  region: z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, 'is not the name of a region')
    .optional()
    .describe('Region, e.g. `eu-west-1`. Default: AWS_REGION, then the profile.'),
  endpoint: endpointSchema
    .optional()
    .describe('Address of a VPC endpoint or an emulator. Default: that of the region.'),
  fips: z.boolean().default(false).describe('Use the FIPS 140 endpoints.'),
  dualStack: z.boolean().default(false).describe('Use the endpoints that also answer over IPv6.'),
  auth: authSchema.default({ method: 'default' }).describe('How to sign in.'),
  limits: z
    .strictObject({
      readsPerSecond: rate
        .optional()
        .describe('Batch reads per second, of 20 wallets each. AWS allows 100 per account and region.'),
      writesPerSecond: rate
        .optional()
        .describe('Creations, and removals, per second. AWS allows 50 per account and region.'),
      concurrency: z.int().min(1).max(512).optional().describe('Requests at a time.'),
    })
    .default({})
    .describe('How fast AWS may be asked, where its own limits are not the right ones.'),
  timeouts: z
    .strictObject({
      requestMs: milliseconds.optional().describe('Longest time for one request.'),
      totalMs: milliseconds.optional().describe('Longest time for a request with its repeats and waits.'),
    })
    .default({})
    .describe('How long answers are waited for.'),
  tls: z
    .strictObject({
      caFile: z
        .string()
        .min(1)
        .max(4096)
        .optional()
        .describe('Certificates in PEM that are trusted besides the public ones, e.g. of a proxy that inspects TLS.'),
    })
    .default({})
    .describe('Who is trusted to be AWS.'),
}

/** What is needed to read a secret, without wallets. */
export const awsConnectionSchema = z.strictObject(connectionShape)
export type AwsConnection = z.output<typeof awsConnectionSchema>
export type AwsAuth = AwsConnection['auth']
export type AwsAuthOf<Method extends AwsAuth['method']> = Extract<AwsAuth, { readonly method: Method }>

/** Names that `tags` may not have: ours, and those that AWS keeps for itself. */
const TAKEN = /^(app|chain|network|kind|xpub|address|createdAt|aws:.*)$/
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** Wallets in AWS Secrets Manager. Light: read before any backend is loaded. */
export const awsConfigSchema = z.strictObject({
  type: z.literal('aws'),
  prefix: z
    .string()
    .regex(
      /^[A-Za-z0-9_+=.@-]+(\/[A-Za-z0-9_+=.@-]+)*$/,
      "is not a path of letters, digits and _ + = . @ - with '/' in between",
    )
    .max(400)
    .default('keyward')
    .describe('Wallets are kept as `<prefix>/<signatureId>`.'),
  kmsKeyId: z
    .string()
    .regex(/^[\w:/-]{1,2048}$/, 'is not the id, alias or ARN of a key')
    .optional()
    .describe(
      'KMS key that encrypts new wallets: id, `alias/name` or ARN. Default: the key of AWS, `aws/secretsmanager`.',
    ),
  tags: z
    .record(
      z.string().min(1).max(128).regex(TAG_TEXT, 'is not the name of a tag'),
      z.string().max(256).regex(TAG_TEXT, 'is not the value of a tag'),
    )
    .refine((tags) => !Object.keys(tags).some((name) => TAKEN.test(name)), { error: 'holds a name that is taken' })
    .refine((tags) => Object.keys(tags).length <= 40, { error: 'holds more than 40 tags' })
    .default({})
    .describe('Tags of your own for new wallets, e.g. for cost centres or for policies by tag.'),
  recoveryWindowDays: z
    .int()
    .min(7)
    .max(30)
    .default(30)
    .describe('How long a wallet that was removed recoverably can be restored.'),
  ...connectionShape,
})
export type AwsConfig = z.output<typeof awsConfigSchema>
