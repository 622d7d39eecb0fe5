import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext, rootCertificates } from 'node:tls'
import type { SecureContext } from 'node:tls'
import { KeywardError } from '../../core/errors.js'
import type { PipelineStep } from './pipeline.js'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * Trusts the certificates of a file besides the public ones. As a context for each request and not as the library's TLS settings, which it drops when a proxy is in
 * use, and which would be compared, 150 certificates long, to find a connection that can be used again.
 * @throws KeywardError CONFIG_INVALID when the file cannot be read, or holds no certificate.
 */
export async function trustStep(caFile: string): Promise<PipelineStep> {
  const secureContext = await contextOf(caFile)
  return {
    position: 'perRetry',
    policy: {
      name: 'keywardTrust',
      sendRequest: (request, next) => {
        request.requestOverrides = { ...request.requestOverrides, secureContext }
        return next(request)
      },
    },
  }
}

async function contextOf(caFile: string): Promise<SecureContext> {
  let certificates: readonly string[]
  try {
    certificates = (await readFile(caFile, 'utf8')).match(CERTIFICATE) ?? []
    for (const certificate of certificates) new X509Certificate(certificate)
  } catch (cause) {
    throw invalid(caFile, 'cannot be read, or holds something else than certificates in PEM', cause)
  }
  if (certificates.length === 0) throw invalid(caFile, 'holds no certificate in PEM')
  return createSecureContext({ ca: [...rootCertificates, ...certificates] })
}

const invalid = (caFile: string, problem: string, cause?: unknown): KeywardError =>
  new KeywardError('CONFIG_INVALID', `${caFile} ${problem}`, {
    advice: 'Set `tls.caFile` of the Azure backend to a file with the certificate of your authority, in PEM.',
    context: { path: caFile },
    cause,
  })
