import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { KeywardError } from '../../core/errors.js'

const PACKAGE = '@foundry-rs/anvil'

/**
 * Path of the anvil program: the given one, or that of the npm package for this platform. The package is made for development and is not installed
 * with Keyward.
 * @throws KeywardError SANDBOX_UNAVAILABLE
 */
export function findAnvil(given?: string): string {
  if (given !== undefined) {
    if (existsSync(given)) return given
    throw new KeywardError('SANDBOX_UNAVAILABLE', `there is no anvil program at ${given}`, {
      advice: 'Correct the path, or leave it out to use the one of the npm package.',
    })
  }
  const found = packagedBinary()
  if (found !== undefined) return found
  throw new KeywardError('SANDBOX_UNAVAILABLE', 'the sandbox needs anvil to run Ethereum, and it is not installed', {
    advice: `Install it beside Keyward with \`npm install --global ${PACKAGE}\`, or run the sandbox with Bitcoin only.`,
  })
}

function packagedBinary(): string | undefined {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const platformPackage = `${PACKAGE}-${process.platform}-${architecture}/package.json`
  const here = createRequire(import.meta.url)
  const parent = resolveFrom(here, `${PACKAGE}/package.json`)
  // npm may put the platform's package beside its parent or below it.
  const manifest =
    resolveFrom(here, platformPackage) ??
    (parent === undefined ? undefined : resolveFrom(createRequire(parent), platformPackage))
  if (manifest === undefined) return undefined
  const binary = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil')
  return existsSync(binary) ? binary : undefined
}

function resolveFrom(require: NodeJS.Require, request: string): string | undefined {
  try {
    return require.resolve(request)
  } catch {
    return undefined
  }
}
