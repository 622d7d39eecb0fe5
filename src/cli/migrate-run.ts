import type { App } from '../composition-root.js'
import { KeywardError } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import { migrateWallets } from '../core/migrate.js'
import type { MigratedWallet, MigrationResult } from '../core/migrate.js'
import type { RemovalMode, SecretBackend } from '../core/secret-backend.js'
import type { CommandArguments } from './arguments.js'
import { demandAnswer } from './confirm.js'
import type { CommandContext } from './context.js'
import { ProgressLine } from './progress.js'
import { composeOptions, quietByDefault } from './session.js'
import { parseNetwork } from './wallet-arguments.js'

/** Moves wallets between the backends of two configurations. @throws KeywardError RUN_INCOMPLETE when a wallet could not be moved. */
export async function runMigration(context: CommandContext, args: CommandArguments): Promise<void> {
  const apps: App[] = []
  try {
    const from = await open(context, args, 'from', apps)
    const to = await open(context, args, 'to', apps)
    await migrate(context, args, from, to)
  } finally {
    for (const app of apps.reverse()) await app.close()
  }
}

async function migrate(context: CommandContext, args: CommandArguments, from: App, to: App): Promise<void> {
  const chain = args.text('chain')
  const code = chain === undefined ? undefined : from.chains.resolve(chain)
  const network = parseNetwork(args.text('network'))
  const dryRun = args.has('dry-run')
  const [source, target] = [await from.backend(), await to.backend()]
  assertDifferent(source, target)
  const removal = args.has('remove-source') && !dryRun ? await confirmedRemoval(context, args, source) : undefined
  const progress = new ProgressLine(context, dryRun ? 'wallets compared' : 'wallets moved')
  const wallets = await migrateWallets(source, target, {
    dryRun,
    filter: { ...(code === undefined ? {} : { chain: code }), ...(network === undefined ? {} : { network }) },
    ...(removal === undefined ? {} : { removal }),
    inspect: async (wallet) => (await to.chains.load(wallet.descriptor.chain)).keys.inspect(wallet),
    progress: progress.update,
    signal: context.signal,
  }).finally(() => progress.clear())
  await context.output.json({ from: source.description, to: target.description, dryRun, ...reportOf(wallets) })
  demandSuccess(wallets, removal !== undefined, context.signal)
}

async function open(context: CommandContext, args: CommandArguments, flag: 'from' | 'to', apps: App[]): Promise<App> {
  const file = args.text(flag)
  if (file === undefined) {
    throw new KeywardError('USAGE', `--${flag} is missing: the configuration whose backend the wallets go ${flag}`, {
      advice: 'keyward migrate --from file.yaml --to azure.yaml',
    })
  }
  const { loadSettings } = await import('../config/index.js')
  const { compose } = await import('../composition-root.js')
  const { env, cwd, home } = context.host
  // Variables that set a setting would set it in both configurations.
  const loaded = await loadSettings({ flags: { config: file }, env, cwd, home, settingsFromFileOnly: true })
  const app = await compose(
    quietByDefault(loaded, context),
    composeOptions(context, flag === 'to' ? 'create' : 'fail', context.host.stderr),
  )
  apps.push(app)
  return app
}

/** Two names for one place would end with the wallets removed from the only place they are in. */
function assertDifferent(source: SecretBackend, target: SecretBackend): void {
  if (source.description !== target.description) return
  throw new KeywardError('USAGE', `both configurations name the same place: ${source.description}`, {
    advice: 'Give two configurations with different backends.',
  })
}

async function confirmedRemoval(
  context: CommandContext,
  args: CommandArguments,
  source: SecretBackend,
): Promise<RemovalMode> {
  const mode = source.capabilities.recoverableRemoval ? 'recoverable' : 'permanent'
  if (args.has('yes')) return mode
  const how = mode === 'permanent' ? ' for good' : ''
  const question = `When all are safe in the target, the wallets are removed${how} from ${source.description}. Type "remove" to go on:`
  await demandAnswer(context, question, 'remove')
  return mode
}

function reportOf(wallets: readonly MigratedWallet[]): JsonObject {
  const count = (wanted: MigrationResult): number => wallets.filter(({ result }) => result === wanted).length
  return {
    counts: {
      wallets: wallets.length,
      moved: count('moved'),
      there: count('there'),
      wouldMove: count('would-move'),
      failed: count('failed'),
      notReached: count('not-reached'),
      removedFromSource: wallets.filter(({ removed }) => removed).length,
    },
    wallets: wallets.map(({ descriptor: { signatureId, chain, network }, result, removed, error }) => ({
      ...{ signatureId, chain, network, result, removedFromSource: removed },
      ...(error ? { ...error.toJSON() } : {}),
    })),
  }
}

function demandSuccess(wallets: readonly MigratedWallet[], removing: boolean, signal: AbortSignal): void {
  const left = wallets.filter(({ result }) => result === 'not-reached').length
  if (left > 0 && signal.aborted) {
    throw new KeywardError('INTERRUPTED', `stopped with ${left} wallets not reached`, {
      advice: 'What was moved is safe in the target. The same command goes on from there.',
    })
  }
  const stopped = wallets.find(({ error }) => error?.code === 'INTERRUPTED')?.error
  if (stopped && signal.aborted) throw stopped
  const wrong = wallets.filter(({ error }) => error !== undefined).length
  if (wrong === 0 && left === 0) return
  const kept = removing ? ' Nothing is removed from the source before every wallet is safe.' : ''
  throw new KeywardError('RUN_INCOMPLETE', `${wrong + left} of ${wallets.length} wallets did not work`, {
    advice: `Their reasons are in the result. Mend them, then give the same command again.${kept}`,
  })
}
