import type { IntentAction } from '../../core/intent.js'
import type { WireMembers } from './members.js'
import { readableText } from './readable-text.js'

/** Making, changing, destroying and freezing assets. All members are shown by the names of Algorand's documentation. */
export function explainConfiguration(type: 'acfg' | 'afrz', members: WireMembers): IntentAction[] {
  const from = members.address('snd')
  const note = readableText(members.bytes('note'))
  const { name, details } = type === 'afrz' ? freezing(members) : configuration(members)
  const noted = note === undefined ? details : { ...details, note: JSON.stringify(note) }
  return [{ type: 'operation', from, name, details: noted }]
}

interface Operation {
  readonly name: string
  readonly details: Readonly<Record<string, string>>
}

function freezing(members: WireMembers): Operation {
  const name = members.flag('afrz') ? 'AssetFreeze' : 'AssetUnfreeze'
  return { name, details: { asset: members.uint('faid').toString(), account: members.address('fadd') } }
}

/** Without an asset's number it makes a new one; with one and without parameters it destroys it; otherwise it replaces who manages it. */
function configuration(members: WireMembers): Operation {
  const asset = members.uint('caid')
  const parameters = members.members('apar')
  if (asset === 0n) return { name: 'AssetCreate', details: parametersText(parameters) }
  if (parameters === undefined) return { name: 'AssetDestroy', details: { asset: asset.toString() } }
  return { name: 'AssetReconfigure', details: { asset: asset.toString(), ...parametersText(parameters) } }
}

function parametersText(parameters: WireMembers | undefined): Readonly<Record<string, string>> {
  if (parameters === undefined) return { total: '0' }
  const hash = Buffer.from(parameters.bytes('am')).toString('hex')
  return {
    total: parameters.uint('t').toString(),
    decimals: parameters.uint('dc').toString(),
    defaultFrozen: parameters.flag('df').toString(),
    unitName: quoted(parameters.text('un')),
    name: quoted(parameters.text('an')),
    url: quoted(parameters.text('au')),
    metadataHash: hash === '' ? 'none' : hash,
    // A role that is not given is given up for good.
    manager: parameters.optionalAddress('m') ?? 'none',
    reserve: parameters.optionalAddress('r') ?? 'none',
    freeze: parameters.optionalAddress('f') ?? 'none',
    clawback: parameters.optionalAddress('c') ?? 'none',
  }
}

const quoted = (text: string): string => (text === '' ? 'none' : JSON.stringify(text))
