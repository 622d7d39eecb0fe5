// Installs what a user gets (no development dependencies, install scripts off) into a temporary folder, and prints how large it is.
// Fails above the limits that README.md promises.
import { spawnSync } from 'node:child_process'
import { cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAX_PACKAGES = 250
const MAX_MEGABYTES = 120

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = mkdtempSync(join(tmpdir(), 'keyward-production-'))
try {
  // Without the development dependencies in sight, as for somebody who installs the package: the versions still come from the lock file.
  const { devDependencies: _, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  for (const name of ['package-lock.json', '.npmrc']) cpSync(join(root, name), join(folder, name))
  const npm = spawnSync('npm', ['install', '--ignore-scripts', '--silent'], { cwd: folder, stdio: ['ignore', 2, 2] })
  if (npm.status !== 0) process.exit(npm.status ?? 1)
  const lock = JSON.parse(readFileSync(join(folder, 'node_modules', '.package-lock.json'), 'utf8'))
  const packages = Object.keys(lock.packages).length
  const megabytes = bytes(join(folder, 'node_modules')) / 1e6
  console.log(
    `production tree: ${packages} packages, ${megabytes.toFixed(1)} MB (limits: ${MAX_PACKAGES} packages, ${MAX_MEGABYTES} MB)`,
  )
  if (packages > MAX_PACKAGES || megabytes > MAX_MEGABYTES) process.exit(1)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function bytes(path) {
  const stat = lstatSync(path)
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + bytes(join(path, name)), 0) : stat.size
}
