import { z } from 'zod'
import type { STSClientConfig } from '@aws-sdk/nested-clients/sts'
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
  const { STSClient, AssumeRoleCommand } = await import('@aws-sdk/nested-clients/sts')
  const client = new STSClient({ ...(await settings(service, session)), credentials: source })
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
  const { STSClient, AssumeRoleWithWebIdentityCommand } = await import('@aws-sdk/nested-clients/sts')
  const client = new STSClient(await settings(service, session))
  const command = new AssumeRoleWithWebIdentityCommand({ ...parametersOf(session), WebIdentityToken: token })
  return credentialsOf(await client.send(command, { abortSignal: AbortSignal.timeout(service.requestMs) }))
}

const settings = async (service: TokenService, { stsEndpoint }: Session): Promise<STSClientConfig> => ({
  ...(await service.client()),
  ...(stsEndpoint === undefined ? {} : { endpoint: stsEndpoint }),
})

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
