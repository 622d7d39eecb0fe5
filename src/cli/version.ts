import { readFileSync } from 'node:fs'

/** Version of this program, from its package. */
export function programVersion(): string {
  const content: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  if (typeof content === 'object' && content !== null && 'version' in content && typeof content.version === 'string') {
    return content.version
  }
  throw new Error('package.json has no version')
}
