import type { SecretSource } from '../../core/secret-reference.js'
import type { VaultConnection } from './config.js'
import type { TlsSettings } from './http.js'

/** The certificates of the connection; who signs in by certificate shows that one. */
export function tlsSettings({ auth, tls }: Pick<VaultConnection, 'auth' | 'tls'>, secrets: SecretSource): TlsSettings {
  const { certificateFile, keyFile, keyPassphrase } = auth.method === 'cert' ? auth : (tls ?? {})
  return {
    ...{ caFile: tls?.caFile, serverName: tls?.serverName, certificateFile, keyFile },
    ...(keyPassphrase === undefined
      ? {}
      : {
          passphrase: () => secrets.resolve(keyPassphrase, { what: 'the passphrase of the client certificate’s key' }),
        }),
  }
}
