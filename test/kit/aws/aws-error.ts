/** An error as AWS names it. Thrown by the fake's operations, answered by its server. */
export class AwsError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    readonly status = 400,
  ) {
    super(message)
  }
}

/** AWS's own words, as far as a client has to understand them. */
export const awsErrors = {
  notFound: () => new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret."),
  noValue: () =>
    new AwsError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    ),
  exists: (name: string) =>
    new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`),
  nameInDeletion: () =>
    new AwsError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    ),
  inDeletion: () =>
    new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    ),
  parameter: (message: string) => new AwsError('InvalidParameterException', message),
  denied: (action: string, name: string) =>
    new AwsError(
      'AccessDeniedException',
      `User: arn:aws:sts::123456789012:assumed-role/app/x is not authorized to perform: ${action} on resource: ${name} because no identity-based policy allows the ${action} action`,
    ),
  keyDenied: () => new AwsError('AccessDeniedException', 'Access to KMS is not allowed'),
  keyUnusable: () =>
    new AwsError(
      'DecryptionFailure',
      "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
    ),
  throttled: () => new AwsError('ThrottlingException', 'Rate exceeded'),
  expired: () => new AwsError('ExpiredTokenException', 'The security token included in the request is expired'),
  unknownKey: () =>
    new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.'),
  signature: (why: string) => new AwsError('InvalidSignatureException', why),
  unsigned: () => new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token'),
}
