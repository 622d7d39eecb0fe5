import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { GuardedProcess } from './guarded-process.js'
import { program } from './presence.js'

export { describeWithServers } from './presence.js'

export interface RunningServer {
  /** e.g. `http://127.0.0.1:41234` */
  readonly url: string
  /** Safe to call twice. The server also ends with this process. */
  stop(): Promise<void>
}

export interface OpenBao extends RunningServer {
  /** May do everything. */
  readonly rootToken: string
  /** Opens the server again after `PUT sys/seal`. */
  readonly unsealKey: string
  /** Certificate of the authority that signed the server's, in PEM; with `tls` only. */
  readonly ca?: string
}

const ROOT_TOKEN = 'test-root-token'

/**
 * A fresh OpenBao in memory, unsealed, on a free loopback port, with a KV version 2 mount at `secret/`. It stands for HashiCorp Vault.
 * @param options.tls serves https with a certificate for 127.0.0.1 of an authority of its own.
 */
export async function startOpenBao(options: { readonly tls?: boolean } = {}): Promise<OpenBao> {
  const folder = await mkdtemp(path.join(tmpdir(), 'keyward-openbao-'))
  const tls = options.tls === true ? ['-dev-tls', `-dev-tls-cert-dir=${folder}`] : []
  const fixed = ['server', '-dev', `-dev-root-token-id=${ROOT_TOKEN}`, '-dev-no-store-token']
  try {
    const { server, facts } = await GuardedProcess.start(
      program('bao'),
      [...fixed, '-dev-listen-address=127.0.0.1:0', ...tls],
      openBaoFacts,
    )
    const stop = async (): Promise<void> => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    }
    const url = `${tls.length > 0 ? 'https' : 'http'}://127.0.0.1:${facts.port}`
    const ca = tls.length > 0 ? { ca: await readFile(path.join(folder, 'vault-ca.pem'), 'utf8') } : {}
    return { url, rootToken: ROOT_TOKEN, unsealKey: facts.unsealKey, ...ca, stop }
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true })
    throw thrown
  }
}

/** It names the port only through the one next to it, on which it would talk to other members of a cluster. */
function openBaoFacts(output: string): { readonly port: number; readonly unsealKey: string } | undefined {
  const cluster = /Listener 1: tcp \(.*cluster address: "127\.0\.0\.1:(\d+)"/.exec(output)?.[1]
  const unsealKey = /^Unseal Key: (\S+)$/m.exec(output)?.[1]
  if (cluster === undefined || unsealKey === undefined) return undefined
  return { port: Number(cluster) - 1, unsealKey }
}

/** A fresh moto on a free loopback port: Secrets Manager, STS, KMS and IAM of AWS, without checks of credentials. */
export async function startMoto(): Promise<RunningServer> {
  const { server, facts: url } = await GuardedProcess.start(
    program('moto_server'),
    ['-H', '127.0.0.1', '-p', '0'],
    (output) => /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1],
    { MOTO_CALL_RESET_API: 'false', PYTHONUNBUFFERED: '1' },
  )
  return { url, stop: () => server.stop() }
}
