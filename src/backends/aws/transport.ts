import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import https from 'node:https'
import { createSecureContext, rootCertificates } from 'node:tls'
import type { SecureContext } from 'node:tls'
import { KeywardError } from '../../core/errors.js'
import { silentLogger } from './silent-logger.js'

export interface Transport {
  /** What the SDK's clients take as `requestHandler`. */
  readonly handler: {
    readonly httpAgent: http.Agent
    readonly httpsAgent: https.Agent
    readonly connectionTimeout: number
    readonly logger: typeof silentLogger
  }
  /** Closes every connection, also those that are underway. */
  close(): void
}

/**
 * Connections that are kept and used again, as many as there may be requests at a time: the SDK's own agent stops at 50 and lets the rest queue unseen.
 * @throws KeywardError FILE_UNREADABLE
 */
export async function openTransport(options: {
  readonly connections: number
  readonly connectMs: number
  readonly caFile: string | undefined
}): Promise<Transport> {
  const kept = { keepAlive: true, maxSockets: options.connections }
  const secureContext = await contextOf(options.caFile)
  const httpAgent = new http.Agent(kept)
  const httpsAgent = new https.Agent({ ...kept, secureContext })
  return {
    handler: { httpAgent, httpsAgent, connectionTimeout: options.connectMs, logger: silentLogger },
    close: () => {
      httpAgent.destroy()
      httpsAgent.destroy()
    },
  }
}

/**
 * One for all connections: from certificates in its options the agent would read all of them again for each connection, and make a name of 200 KB to look for a free
 * one with each request. Given certificates replace the public ones, and a role of the public token service needs those too.
 */
async function contextOf(caFile: string | undefined): Promise<SecureContext> {
  if (caFile === undefined) return createSecureContext({ minVersion: 'TLSv1.2' })
  return createSecureContext({ ca: [...rootCertificates, await certificates(caFile)], minVersion: 'TLSv1.2' })
}

async function certificates(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    const reason = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unreadable'
    throw new KeywardError('FILE_UNREADABLE', `the certificates in ${file} cannot be read (${reason})`, {
      advice: 'Check `tls.caFile` of the backend.',
    })
  })
  try {
    // What is no certificate would be passed over in silence, and AWS be refused later.
    new X509Certificate(text)
    return text
  } catch {
    throw new KeywardError('CONFIG_INVALID', `there is no certificate in ${file} that can be read`, {
      advice: '`tls.caFile` has to be a file of certificates in PEM.',
    })
  }
}
