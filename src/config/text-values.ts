import type { SettingKind } from './setting.js'

const YES = ['true', '1', 'yes', 'on']
const NO = ['false', '0', 'no', 'off']

/**
 * What a flag's or variable's text would be in the configuration file. A text that does not fit its kind stays a text, which the setting's schema then
 * refuses. Lists are separated by commas.
 */
export function valueOfText(kind: SettingKind, text: string): unknown {
  const trimmed = text.trim()
  switch (kind) {
    case 'boolean':
      if (YES.includes(trimmed.toLowerCase())) return true
      return NO.includes(trimmed.toLowerCase()) ? false : trimmed
    case 'number':
      return /^[+-]?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed
    case 'list':
      return trimmed
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
    case 'text':
    case 'path':
    case 'secret':
      return trimmed
  }
}
