import { z } from 'zod'
import type { STSClient, STSClientConfig } from '@aws-sdk/nested-clients/sts'
import { privately } from '../clear-text.js'
import { UnreadableAnswer } from '../errors.js'
import type { AwsCredentials, SignIn } from './sign-in.js'

/** What the token service (STS) is reached with: as Secrets Manager, but for the endpoint and the credentials. */
export interface TokenService {
  /** Without credentials and endpoint. */
  readonly client: () => Promise<STSClientConfig>
  readonly requestMs: number
}

export interface Session {
  readonly roleArn: string
  readonly sessionName: string
  readonly sessionSeconds: number
  readonly stsEndpoint?: string | undefined
}

const answerSchema = z.object({
  Credentials: z.object({
    AccessKeyId: z.string().min(1),
    SecretAccessKey: z.string().min(1),
    SessionToken: z.string().min(1),
    Expiration: z.date(),
  }),
})

/** AssumeRole, signed with the credentials of `source`. */
export async function assumeRole(
  service: TokenService,
  session: Session & { readonly externalId?: string | undefined },
  source: SignIn,
): Promise<AwsCredentials> {
  const { AssumeRoleCommand } = await import('@aws-sdk/nested-clients/sts')
  const client = await clientOf(service, session, { credentials: source })
  const command = new AssumeRoleCommand({
    ...parametersOf(session),
    ...(session.externalId === undefined ? {} : { ExternalId: session.externalId }),
  })
  return credentialsOf(await client.send(command, { abortSignal: AbortSignal.timeout(service.requestMs) }))
}

/** AssumeRoleWithWebIdentity, which is not signed: the token is the proof. */
export async function assumeRoleWithToken(
  service: TokenService,
  session: Session,
  token: string,
): Promise<AwsCredentials> {
  const { AssumeRoleWithWebIdentityCommand } = await import('@aws-sdk/nested-clients/sts')
  const client = await clientOf(service, session, {})
  const command = new AssumeRoleWithWebIdentityCommand({ ...parametersOf(session), WebIdentityToken: token })
  return credentialsOf(await client.send(command, { abortSignal: AbortSignal.timeout(service.requestMs) }))
}

/** Not closed after use: its connections are those of the whole backend. */
async function clientOf(
  service: TokenService,
  { stsEndpoint }: Session,
  credentials: Pick<STSClientConfig, 'credentials'>,
): Promise<STSClient> {
  const sts = await import('@aws-sdk/nested-clients/sts')
  // A given address is used as it is; the SDK refuses to combine it with the others.
  const client = new sts.STSClient({
    ...(await service.client()),
    ...(stsEndpoint === undefined
      ? {}
      : { endpoint: stsEndpoint, useFipsEndpoint: false, useDualstackEndpoint: false }),
    ...credentials,
  })
  client.middlewareStack.add(privately, { step: 'finalizeRequest', name: 'assertPrivate' })
  return client
}

const parametersOf = ({
  roleArn,
  sessionName,
  sessionSeconds,
}: Session): { RoleArn: string; RoleSessionName: string; DurationSeconds: number } => ({
  RoleArn: roleArn,
  RoleSessionName: sessionName,
  DurationSeconds: sessionSeconds,
})

function credentialsOf(answer: unknown): AwsCredentials {
  const parsed = answerSchema.safeParse(answer)
  if (!parsed.success) throw new UnreadableAnswer()
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = parsed.data.Credentials
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  }
}
