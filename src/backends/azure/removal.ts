import type { Clock } from '../../core/clock.js'
import { KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { RemovalMode } from '../../core/secret-backend.js'
import type { DeletedFacts, VaultClient } from './vault-client.js'

/** Deletions were seen to take 8 to 20 s until the vault shows them. */
const PATIENCE_MS = 120_000
const LOOK_EVERY_MS = 1000

export interface RemovalTools {
  readonly client: Pick<VaultClient, 'delete' | 'deleted' | 'purge' | 'seesDeleted'>
  readonly clock: Clock
}

/** Takes a wallet away: into the vault's deleted secrets, and from there for good. */
export class Removal {
  constructor(
    private readonly signatureId: SignatureId,
    private readonly name: string,
    private readonly tools: RemovalTools,
  ) {}

  /**
   * @param alreadyDeleted makes the error for a wallet that shall be removed recoverably and was.
   * @throws KeywardError WALLET_NOT_FOUND, WALLET_DELETED, BACKEND_*
   */
  async run(mode: RemovalMode, alreadyDeleted: (facts: DeletedFacts) => KeywardError): Promise<void> {
    const before = await this.#delete()
    if (before.found === 'deleted' && mode === 'recoverable') throw alreadyDeleted(before.facts)
    const facts = before.found === 'deleted' ? before.facts : ((await this.#shown()) ?? before.facts)
    if (mode === 'permanent') await this.#purge(facts)
  }

  async #delete(): Promise<
    { found: 'present'; facts: DeletedFacts | undefined } | { found: 'deleted'; facts: DeletedFacts }
  > {
    const { client } = this.tools
    try {
      return { found: 'present', facts: await client.delete(this.name) }
    } catch (thrown) {
      // By somebody else, or by an earlier copy of our own request.
      if (isBeingDeleted(thrown)) return { found: 'present', facts: undefined }
      if (!isCode(thrown, 'WALLET_NOT_FOUND') || !client.seesDeleted) throw thrown
      return { found: 'deleted', facts: await client.deleted(this.name) }
    }
  }

  /**
   * Waits until the vault shows the deletion: before that the name can be neither recovered nor purged.
   * @returns `undefined` when the identity may not look.
   */
  async #shown(): Promise<DeletedFacts | undefined> {
    const { client, clock } = this.tools
    if (!client.seesDeleted) return undefined
    const endsAt = clock.now() + PATIENCE_MS
    for (;;) {
      try {
        return await client.deleted(this.name)
      } catch (thrown) {
        if (!isCode(thrown, 'WALLET_NOT_FOUND')) throw thrown
      }
      if (clock.now() >= endsAt) throw this.#slow()
      await clock.sleep(LOOK_EVERY_MS)
    }
  }

  async #purge(facts: DeletedFacts | undefined): Promise<void> {
    const { client, clock } = this.tools
    const endsAt = clock.now() + PATIENCE_MS
    for (;;) {
      try {
        await client.purge(this.name)
        break
      } catch (thrown) {
        if (isCode(thrown, 'WALLET_NOT_FOUND')) break // By an earlier copy of our own request, or by somebody else.
        if (!isCode(thrown, 'BACKEND_CONFLICT')) throw this.#stillRecoverable(thrown, facts)
        if (clock.now() >= endsAt) throw this.#stillRecoverable(thrown, facts)
      }
      await clock.sleep(LOOK_EVERY_MS)
    }
    await this.#gone()
  }

  /** A purged secret may show for a moment more. Not worth failing for. */
  async #gone(): Promise<void> {
    const { client, clock } = this.tools
    if (!client.seesDeleted) return
    const endsAt = clock.now() + PATIENCE_MS
    while (clock.now() < endsAt) {
      try {
        await client.deleted(this.name)
      } catch (thrown) {
        if (isCode(thrown, 'WALLET_NOT_FOUND')) return
        throw thrown
      }
      await clock.sleep(LOOK_EVERY_MS)
    }
  }

  /** The wallet is deleted, but not for good: purge protection, a missing permission, or a vault that takes its time. */
  #stillRecoverable(thrown: unknown, facts: DeletedFacts | undefined): unknown {
    if (!(thrown instanceof KeywardError)) return thrown
    const until =
      facts?.purgesAt === undefined ? 'the end of the retention time of the vault' : facts.purgesAt.slice(0, 10)
    const reason = thrown.code === 'BACKEND_DENIED' ? 'the identity may not purge' : thrown.message
    return new KeywardError(
      thrown.code,
      `wallet ${this.signatureId} is deleted, but can be recovered until ${until}: ${reason}`,
      {
        advice:
          thrown.code === 'BACKEND_UNSUPPORTED'
            ? `The vault has purge protection: nobody can remove the wallet before ${until}, when the vault does it by itself.`
            : `Somebody with the permission to purge can remove it before: az keyvault secret purge, with --vault-name and --name ${this.name}.`,
        context: { ...thrown.context, signatureId: this.signatureId, reason: thrown.code },
        cause: thrown,
      },
    )
  }

  #slow(): KeywardError {
    return new KeywardError('BACKEND_CONFLICT', `the vault takes long to delete wallet ${this.signatureId}`, {
      advice: 'The deletion was accepted. Look again in a minute: `keyward wallets list`.',
      context: { signatureId: this.signatureId },
    })
  }
}

const isBeingDeleted = (thrown: unknown): boolean =>
  thrown instanceof KeywardError && thrown.context['reason'] === 'ObjectIsBeingDeleted'

const isCode = (thrown: unknown, code: string): boolean => thrown instanceof KeywardError && thrown.code === code
