// Compiles src/ to dist/ and marks the entry point executable. Skips the compiler when nothing changed since the last build.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'dist', '.built')
const inputs = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'].map((name) =>
  join(root, name),
)

function newest(dir) {
  let latest = statSync(dir).mtimeMs
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }
  return latest
}

const startedAt = new Date()
const changedAt = Math.max(newest(join(root, 'src')), ...inputs.map((path) => statSync(path).mtimeMs))
if (!existsSync(stamp) || statSync(stamp).mtimeMs < changedAt) {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const result = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
    stdio: ['ignore', 2, 2],
  })
  if (result.status !== 0) process.exit(result.status ?? 1)
  chmodSync(join(root, 'dist', 'main.js'), 0o755)
  writeFileSync(stamp, '')
  utimesSync(stamp, startedAt, startedAt)
}
