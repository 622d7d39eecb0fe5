import { createHmac } from 'node:crypto'
import { KeywardError } from '../../core/errors.js'
import { signatureIdSchema } from '../../core/ids.js'
import type { SignatureId } from '../../core/ids.js'
import type { Secret } from '../../core/secret.js'
import { walletNotFound } from '../common/wallet-errors.js'

/** How wallets are named in AWS, and how AWS's errors about a secret read as errors about a wallet. */
export class WalletPlace {
  /** Set once it is known. */
  region: string | undefined

  constructor(
    readonly prefix: string,
    private readonly endpoint: string | undefined,
    region: string | undefined,
  ) {
    this.region = region
  }

  get description(): string {
    return `AWS Secrets Manager ${this.endpoint ?? this.region ?? 'in the region of the environment'}, ${this.prefix}/`
  }

  nameOf(signatureId: SignatureId): string {
    return `${this.prefix}/${signatureId}`
  }

  /** @returns `undefined` for a name that is none of ours: AWS tells upper from lower case, and we write lower. */
  idOf(name: string): SignatureId | undefined {
    const first = `${this.prefix}/`
    const rest = name.startsWith(first) ? name.slice(first.length) : ''
    const { data } = signatureIdSchema.safeParse(rest)
    return data === rest ? data : undefined
  }

  about(id: SignatureId, error: KeywardError): KeywardError {
    if (error.code === 'WALLET_NOT_FOUND') return walletNotFound(id, this.description)
    return error.code === 'WALLET_DELETED' ? this.deleted(id) : error
  }

  deleted(signatureId: SignatureId): KeywardError {
    return new KeywardError('WALLET_DELETED', `wallet ${signatureId} is deleted but can still be restored`, {
      advice: this.restoring(signatureId),
      context: { signatureId },
    })
  }

  restoring(signatureId: SignatureId): string {
    const where = this.region === undefined ? '' : ` --region ${this.region}`
    return `Restore it with \`aws secretsmanager restore-secret --secret-id ${this.nameOf(signatureId)}${where}\`.`
  }
}

/**
 * AWS answers a repeated creation as it did the first, when token and value are the same. The value holds a random nonce, so its hash under the name is a token
 * that no other creation has; it becomes the version's public id and tells nothing about the value.
 */
export const requestToken = (name: string, value: Secret): string =>
  value.use((bytes) => createHmac('sha256', bytes).update(`keyward create ${name}`).digest('hex'))
