import { readFile, writeFile } from 'node:fs/promises'
import type { Measurement, Summary } from './measurement.js'

const README = new URL('README.md', import.meta.url)
/** Parts of the page, each between a line of its own and the next `end of results`. */
const SECTIONS = {
  program: '<!-- results: written by npm run bench -- --write -->',
  backends: '<!-- results of the backends: written by npm run bench -- --only backends --write -->',
}
const END = '<!-- end of results -->'

export interface Conditions {
  readonly date: string
  readonly machine: string
}

/** Replaces the results in bench/README.md, those parts of which something was measured. */
export async function writeTable(results: readonly Measurement[], conditions: Conditions): Promise<void> {
  let text = await readFile(README, 'utf8')
  text = replaced(text, SECTIONS.program, [throughputTable, commandTable, otherTable], results, conditions)
  text = replaced(text, SECTIONS.backends, [backendTable, steadyTable], results, conditions)
  await writeFile(README, text)
}

function replaced(
  text: string,
  start: string,
  tables: readonly ((results: readonly Measurement[]) => string)[],
  results: readonly Measurement[],
  { date, machine }: Conditions,
): string {
  const parts = tables.map((table) => table(results)).filter((table) => table !== '')
  const from = text.indexOf(start)
  const to = text.indexOf(END, from)
  if (parts.length === 0 || from < 0 || to < 0) return text
  const section = `${start}\n\nMeasured ${date} on ${machine}.\n\n${parts.join('\n\n')}\n\n`
  return text.slice(0, from) + section + text.slice(to)
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

const backendTable = (results: readonly Measurement[]): string =>
  tableOf(
    {
      backend: of('backend'),
      how: of('how'),
      wallets: of('wallets'),
      latency: (row) => `${cell(row['latencyMs'])} ms`,
      'open, s': of('openSeconds'),
      'read, s': of('readSeconds'),
      'first listing, s': of('listSeconds'),
      'in all, s': of('totalSeconds'),
      'budget, s': of('budgetSeconds'),
      'CPU s': of('cpuSeconds'),
      'peak MiB': of('peakMiB'),
      'requests, with reloads': of('requests'),
      load: of('machineLoad'),
    },
    results.filter(({ bench }) => bench === 'backends'),
  )

const steadyTable = (results: readonly Measurement[]): string =>
  tableOf(
    {
      backend: of('backend'),
      wallets: of('wallets'),
      'cached read, CPU µs': of('getCpuMicroseconds'),
      'reload, s': of('reloadSeconds'),
      'CPU s': of('reloadCpuSeconds'),
      'kept after the first, MiB': of('firstReloadMiB'),
      'after the last, MiB': of('lastReloadMiB'),
      load: of('machineLoad'),
    },
    results.filter(({ bench, reloadSeconds }) => bench === 'backends' && reloadSeconds !== undefined),
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
