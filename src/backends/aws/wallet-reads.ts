import { asKeywardError, KeywardError } from '../../core/errors.js'
import type { SignatureId } from '../../core/ids.js'
import { Secret } from '../../core/secret.js'
import type { BatchAnswer } from './answers.js'
import { awsFailureOf } from './errors.js'
import type { AwsSession } from './session.js'
import type { WalletPlace } from './wallet-place.js'

export type ReadResults = ReadonlyMap<SignatureId, Secret | KeywardError>

/** @throws KeywardError when the error is not about this wallet. The caller wipes the value. */
export async function readWallet(session: AwsSession, place: WalletPlace, id: SignatureId): Promise<ReadResults> {
  const result = await readAlone(session, place, id)
  if (result instanceof KeywardError && !result.code.startsWith('WALLET_')) throw result
  return new Map([[id, result]])
}

/** At most 20 wallets in one request. AWS reports failures of single ones inside a successful answer. The caller wipes the values. */
export async function readWallets(
  session: AwsSession,
  place: WalletPlace,
  ids: readonly SignatureId[],
  signal?: AbortSignal,
): Promise<ReadResults> {
  const names = ids.map((id) => place.nameOf(id))
  const answer = await session.run(
    'batch',
    `read ${ids.length} wallets at once`,
    (client, abort) => client.readMany(names, abort),
    signal,
  )
  for (const [name, item] of answer) if (item instanceof Secret && !names.includes(name)) item.wipe()
  const results = new Map<SignatureId, Secret | KeywardError>()
  await Promise.all(ids.map(async (id) => results.set(id, await itemOf(session, place, answer, id))))
  return results
}

/** What the answer lacks, or what failed for a reason that passes (the KMS key is throttled), is read on its own. */
async function itemOf(
  session: AwsSession,
  place: WalletPlace,
  answer: BatchAnswer,
  id: SignatureId,
): Promise<Secret | KeywardError> {
  const item = answer.get(place.nameOf(id))
  if (item instanceof Secret) return item
  if (item === undefined) return await readAlone(session, place, id)
  const { kind, error } = awsFailureOf(item, `read wallet ${id}`)
  return kind === 'answer' ? place.about(id, error) : await readAlone(session, place, id)
}

async function readAlone(session: AwsSession, place: WalletPlace, id: SignatureId): Promise<Secret | KeywardError> {
  try {
    return await session.run('read', `read wallet ${id}`, (client, abort) => client.read(place.nameOf(id), abort))
  } catch (thrown) {
    return place.about(id, asKeywardError(thrown))
  }
}
