import type { PrepareInput } from '../../core/chain.js'
import { KeywardError } from '../../core/errors.js'
import { addressOfScript } from './address.js'
import { hasSegwit } from './definition.js'
import type { BitcoinDefinition } from './definition.js'
import type { BitcoinRequest } from './request.js'
import { recognise } from './script.js'
import { openCommitment } from './script-owners.js'
import type { Offer } from './signers.js'

/** Why some inputs have no signer, and what the requester can do about it. */
export function unsignable(
  definition: BitcoinDefinition,
  { request, network }: PrepareInput<BitcoinRequest>,
  unsigned: readonly number[],
  { withoutIndex, withoutAddress }: Offer,
): KeywardError {
  const { inputs } = request.transaction
  const spent = inputs.flatMap(({ script }, position) => (unsigned.includes(position) ? [{ script, position }] : []))
  const listOf = (some: typeof spent): string => {
    const names = some.slice(0, NAMED).map(({ script, position }) => {
      return `${position} (${addressOfScript(definition, network, script) ?? `script ${script.toString('hex', 0, 40)}`})`
    })
    return `input ${names.join(', ')}${some.length > NAMED ? ` and ${some.length - NAMED} more` : ''}`
  }
  const exotic = spent.filter(({ script }) => !mayHaveOneKey(script, hasSegwit(definition, network)))
  if (exotic.length > 0) {
    return new KeywardError('TRANSACTION_UNSUPPORTED', `no single key can sign for ${listOf(exotic)}`)
  }
  const [mnemonic] = withoutIndex
  if (mnemonic !== undefined) {
    return new KeywardError('INDEX_INVALID', `wallet ${mnemonic} is a mnemonic and the request names no index for it`, {
      advice: `Make the transaction again with the index of the key. Without a signer: ${listOf(spent)}.`,
    })
  }
  const [unknown] = withoutAddress
  const advice =
    unknown === undefined
      ? 'Name the signatureId, and the index of a mnemonic wallet, for each address that is spent from.'
      : `Wallet ${unknown} has no address on record, so what it owns cannot be recognised. Import its key again, which records it.`
  return spent.length === inputs.length
    ? new KeywardError('SIGNER_MISMATCH', `no wallet of the request owns ${listOf(spent)}`, { advice })
    : new KeywardError('SIGNATURE_INCOMPLETE', `no wallet of the request can sign for ${listOf(spent)}`, { advice })
}

const NAMED = 5

/** P2SH hides what it commits to, which may be a single key where there is segwit. */
const mayHaveOneKey = (script: Buffer, segwit: boolean): boolean =>
  openCommitment(script, segwit) !== undefined || (segwit && recognise(script).type === 'p2sh')
