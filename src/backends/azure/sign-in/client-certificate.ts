import type { TokenCredential } from '@azure/identity'
import type { AzureAuthOf } from '../config.js'
import type { SignInTools } from './credential.js'

/** An application with a certificate: the library signs an assertion with its private key, which never leaves the process. */
export async function clientCertificate(
  auth: AzureAuthOf<'client-certificate'>,
  { options, textOf }: SignInTools,
): Promise<TokenCredential> {
  const { ClientCertificateCredential } = await import('@azure/identity')
  const of = `of the application ${auth.clientId}`
  const certificate = await textOf(auth.certificate, `certificate and private key ${of}`)
  const certificatePassword =
    auth.certificatePassword === undefined
      ? undefined
      : await textOf(auth.certificatePassword, `the password of the private key ${of}`)
  return new ClientCertificateCredential(
    auth.tenantId,
    auth.clientId,
    { certificate, ...(certificatePassword === undefined ? {} : { certificatePassword }) },
    { ...options, sendCertificateChain: auth.sendCertificateChain },
  )
}
