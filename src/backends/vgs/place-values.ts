import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import type { Secret } from '../../core/secret.js'
import type { WalletLabels } from '../common/labels.js'
import { AttemptTally } from './attempt-tally.js'
import type { VgsClient } from './client.js'
import type { VgsConfig } from './config.js'
import type { Created } from './replies.js'
import { hashOfValue } from './value-hash.js'

export interface Creation {
  readonly id: SignatureId
  readonly value: Secret
  /** Of the value. */
  readonly hash: string
  readonly labels: WalletLabels
}

export interface Placement {
  /** The alias of each value, by its hash. */
  readonly aliases: ReadonlyMap<string, string>
  /** Aliases that VGS gave for something that is none of the values. */
  readonly strays: readonly string[]
  /** Copies of each value that VGS may keep under aliases nobody knows. */
  readonly lost: number
  /** Why values have no alias. */
  readonly error?: KeywardError
}

type Client = Pick<VgsClient, 'create' | 'reveal'>

/** Sends values to VGS, at most as many as one POST takes, and finds out which alias is whose. Throws nothing: what happened has to be written down. */
export async function placeValues(
  client: Client,
  creations: readonly Creation[],
  format: VgsConfig['format'],
): Promise<Placement> {
  const tally = new AttemptTally()
  const what = creations.length === 1 ? `store wallet ${creations[0]?.id ?? ''}` : `store ${creations.length} wallets`
  try {
    const created = await client.create(
      creations.map(({ value }) => value),
      format,
      what,
      tally,
    )
    return { ...(await assigned(client, creations, created)), lost: tally.lost }
  } catch (thrown) {
    return { aliases: new Map(), strays: [], lost: tally.lost, error: asKeywardError(thrown) }
  }
}

/** The order of a reply is not documented, so it is not relied upon: the value that the reply quotes decides, and where it quotes none, the value that the alias reveals. */
async function assigned(
  client: Client,
  creations: readonly Creation[],
  created: readonly Created[],
): Promise<Pick<Placement, 'aliases' | 'strays' | 'error'>> {
  const wanted = new Set(creations.map(({ hash }) => hash))
  const aliases = new Map<string, string>()
  const take = (alias: string, value: Secret | undefined): boolean => {
    const hash = value === undefined ? undefined : hashOfValue(value)
    value?.wipe()
    if (hash === undefined || !wanted.delete(hash)) return false
    aliases.set(hash, alias)
    return true
  }
  const unclear = created.filter(({ alias, value }) => !take(alias, value)).map(({ alias }) => alias)
  if (wanted.size === 0) return { aliases, strays: unclear }
  let error = new KeywardError('BACKEND_CONFLICT', 'VGS gave no alias for a value it was asked to store', {
    advice: 'It was not stored. Check that reveal is enabled for the vault, and repeat.',
  })
  try {
    const revealed = await client.reveal(unclear, 'look at new aliases')
    const strays = unclear.filter((alias) => !take(alias, revealed.get(alias)))
    return { aliases, strays, ...(wanted.size === 0 ? {} : { error }) }
  } catch (thrown) {
    error = asKeywardError(thrown)
    return { aliases, strays: unclear, error }
  }
}
