import type { Memo } from '@stellar/stellar-base'
import { remoteText } from '../../core/errors.js'

/** A memo in words. Text that is not printable is shown as its bytes. `undefined` when there is none. */
export function memoOf({ type, value }: Memo): { readonly type: string; readonly text: string } | undefined {
  if (value === null) return undefined
  if (typeof value === 'string') return { type, text: value }
  const bytes = Buffer.from(value)
  const text = bytes.toString('utf8')
  const printable = type === 'text' && Buffer.from(text, 'utf8').equals(bytes) && remoteText(text) === text
  return { type, text: printable ? text : `0x${bytes.toString('hex')}` }
}
