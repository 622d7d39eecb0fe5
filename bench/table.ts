import { readFile, writeFile } from 'node:fs/promises'
import type { Measurement, Summary } from './measurement.js'

const README = new URL('README.md', import.meta.url)
const START = '<!-- results: written by npm run bench -- --write -->'
const END = '<!-- end of results -->'

export interface Conditions {
  readonly date: string
  readonly machine: string
}

/** Replaces the results in bench/README.md. */
export async function writeTable(results: readonly Measurement[], { date, machine }: Conditions): Promise<void> {
  const text = await readFile(README, 'utf8')
  const [before, after] = [text.split(START)[0] ?? '', text.split(END)[1] ?? '']
  const tables = [throughputTable(results), commandTable(results), otherTable(results)].filter((table) => table !== '')
  await writeFile(
    README,
    `${before}${START}\n\nMeasured ${date} on ${machine}.\n\n${tables.join('\n\n')}\n\n${END}${after}`,
  )
}

const isSummary = (value: Measurement[string] | undefined): value is Summary => typeof value === 'object'

/** `median [least..most]`, or the value itself. */
function cell(value: Measurement[string] | undefined): string {
  if (value === undefined) return ''
  if (!isSummary(value)) return typeof value === 'number' ? value.toLocaleString('en') : String(value)
  const { median, least, most, runs } = value
  const text = (number: number): string => number.toLocaleString('en', { maximumFractionDigits: 2 })
  return runs === 1 ? text(median) : `${text(median)} [${text(least)}..${text(most)}]`
}

function tableOf(
  columns: Readonly<Record<string, (row: Measurement) => string>>,
  rows: readonly Measurement[],
): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const names = Object.keys(columns)
  const body = rows.map((row) => line(Object.values(columns).map((column) => column(row))))
  return [line(names), line(names.map(() => '---')), ...body].join('\n')
}

const of =
  (member: string) =>
  (row: Measurement): string =>
    cell(row[member])

const throughputTable = (results: readonly Measurement[]): string =>
  tableOf(
    {
      chain: of('chain'),
      wallets: of('wallets'),
      latency: (row) => `${cell(row['latencyMs'])} ms`,
      commit: (row) => (row['syncMs'] === undefined ? 'as is' : `+${cell(row['syncMs'])} ms`),
      'tx/s': of('txPerSecond'),
      'CPU ms/tx': of('cpuMsPerTx'),
      'calls/tx': of('callsPerTx'),
      'peak MiB': of('peakMiB'),
      'start and stop, ms': of('startMs'),
      load: of('machineLoad'),
    },
    results.filter(({ bench }) => bench === 'throughput'),
  )

const commandTable = (results: readonly Measurement[]): string =>
  tableOf(
    {
      command: (row) => `\`${cell(row['command'])}\``,
      'wallets in the store': of('wallets'),
      'wall ms': of('wallMs'),
      'CPU ms': of('cpuMs'),
      'peak MiB': of('peakMiB'),
      load: of('machineLoad'),
    },
    results.filter(({ bench }) => bench === 'command'),
  )

const otherTable = (results: readonly Measurement[]): string =>
  tableOf(
    {
      part: of('bench'),
      results: ({ bench: _, ...members }) =>
        Object.entries(members)
          .map(([name, value]) => `${name} ${cell(value)}`)
          .join(', '),
    },
    results.filter(({ bench }) => bench === 'store' || bench === 'journal'),
  )
