import { execFileSync } from 'node:child_process'
import { expect } from 'chai'
import fc from 'fast-check'
import type { Log, LogFields } from '../../src/core/log.js'
import { Secret } from '../../src/core/secret.js'
import { createLog, wantsColour } from '../../src/telemetry/index.js'
import type { LogFormat, LogLevel } from '../../src/telemetry/index.js'

const CANARY = 'canary-correct-horse-battery-staple'
const noon = new Date('2026-11-22T12:00:01.000Z')

interface Made {
  readonly log: Log
  readonly output: () => string
}

async function logTo(
  format: LogFormat,
  options: { level?: LogLevel; isTTY?: boolean; colour?: boolean } = {},
): Promise<Made> {
  const written: string[] = []
  const stream = { write: (text: string) => written.push(text), isTTY: options.isTTY ?? false }
  const log = await createLog({
    level: options.level ?? 'info',
    format,
    stream,
    now: () => noon,
    ...(options.colour === undefined ? {} : { colour: options.colour }),
  })
  return { log, output: () => written.join('') }
}

/** Fields that got round the types, as a careless cast somewhere would do. */
const smuggled = (fields: Record<string, unknown>): LogFields => fields as LogFields

describe('telemetry: the log', () => {
  describe('for people', () => {
    it('is one line per event: time, name, facts', async () => {
      const { log, output } = await logTo('human')
      log.info('transaction.completed', { id: '65f0a1', chain: 'ETH', ms: 12.5, late: false, reason: undefined })
      expect(output()).to.equal('12:00:01 transaction.completed id=65f0a1 chain=ETH ms=12.5 late=false\n')
    })

    it('names every level but info', async () => {
      const { log, output } = await logTo('human', { level: 'debug' })
      log.debug('a')
      log.info('b')
      log.warn('c')
      log.error('d')
      expect(output()).to.equal('12:00:01 debug a\n12:00:01 b\n12:00:01 WARNING c\n12:00:01 ERROR d\n')
    })

    it('quotes texts that could be taken for something else', async () => {
      const { log, output } = await logTo('human')
      log.info('e', { a: 'two words', b: 'x=y', c: 'say "no"', d: '', e: 'plain' })
      expect(output()).to.equal('12:00:01 e a="two words" b="x=y" c="say \\"no\\"" d="" e=plain\n')
    })

    it('has colours only when asked, and nothing else differs', async () => {
      const plain = await logTo('human', { isTTY: true })
      const painted = await logTo('human', { isTTY: true, colour: true })
      for (const { log } of [plain, painted]) log.error('store.locked', { path: '/x' })
      expect(plain.output()).not.to.include('\u001b')
      expect(painted.output()).to.include('\u001b[31m')
      expect(painted.output().replace(/\p{Cc}\[\d+m/gu, '')).to.equal(plain.output())
    })
  })

  describe('for machines', () => {
    it('is one JSON object per line with level, time and event first', async () => {
      const { log, output } = await logTo('json')
      log.warn('approval.undecided', { id: '65f0a1', attempts: 3 })
      expect(output()).to.equal(
        '{"level":"warn","time":"2026-11-22T12:00:01.000Z","event":"approval.undecided","id":"65f0a1","attempts":3}\n',
      )
    })

    it('never has two members of one name', async () => {
      const { log, output } = await logTo('json')
      log.info('real', { event: 'forged', level: 'forged', time: 'forged', msg: 'kept', err: 'kept', error: 'kept' })
      const line: unknown = JSON.parse(output())
      expect(line).to.include({ event: 'real', level: 'info', event_: 'forged', level_: 'forged', time_: 'forged' })
      expect(line).to.include({ msg: 'kept', err: 'kept', error: 'kept' })
      expect(output().match(/"level"/g)).to.have.length(1)
    })
  })

  it('chooses by the stream when the format is auto', async () => {
    const terminal = await logTo('auto', { isTTY: true })
    const pipe = await logTo('auto')
    for (const { log } of [terminal, pipe]) log.info('started')
    expect(terminal.output()).to.equal('12:00:01 started\n')
    expect(JSON.parse(pipe.output())).to.include({ event: 'started' })
  })

  it('drops events below its level', async () => {
    for (const format of ['human', 'json'] as const) {
      const { log, output } = await logTo(format, { level: 'warn' })
      log.debug('no')
      log.info('no')
      log.warn('yes-1')
      log.error('yes-2')
      expect(output()).to.match(/yes-1[^]*yes-2/)
      expect(output()).not.to.include('no"').and.not.to.include(' no')
    }
  })

  it('prints a mask for a secret and a type for anything that is no scalar, whatever the types said', async () => {
    const cases: Record<string, unknown> = {
      secret: Secret.fromText(CANARY),
      bytes: Buffer.from(CANARY),
      error: new Error(CANARY),
      object: { mnemonic: CANARY },
      list: [CANARY],
      map: new Map([['k', CANARY]]),
      call: () => CANARY,
      self: { toJSON: () => CANARY, toString: () => CANARY },
    }
    for (const format of ['human', 'json'] as const) {
      const { log, output } = await logTo(format)
      log.info('leak', smuggled(cases))
      expect(output()).to.include('[secret]').and.include('[object]').and.include('[array]').and.include('[function]')
      expect(output()).not.to.include(CANARY)
      expect(output()).not.to.include(CANARY.slice(0, 8))
    }
  })

  it('keeps one event on one line, and a value cannot forge another or move the cursor', async () => {
    const hostile = 'ok\n12:00:01 transaction.completed id=forged\r\u2028\u2029\u0085\u001b[2J\u202egnp'
    for (const format of ['human', 'json'] as const) {
      const { log, output } = await logTo(format)
      log.info('remote.said', { text: hostile, 'na\nme': 'x' })
      log.info('remote\nsaid')
      expect(output().split('\n')).to.have.length(3)
      expect(output().replaceAll('\n', '')).not.to.match(/[\p{Cc}\p{Cf}\u2028\u2029]/u)
    }
  })

  it('is one line of readable JSON whatever text it is given', async () => {
    const { log } = await logTo('json')
    expect(log).to.have.keys('debug', 'info', 'warn', 'error')
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' })),
        async (fields) => {
          for (const format of ['human', 'json'] as const) {
            const made = await logTo(format)
            made.log.error('event', fields)
            expect(made.output().indexOf('\n')).to.equal(made.output().length - 1)
            if (format === 'json') expect(JSON.parse(made.output())).to.include({ event: 'event', level: 'error' })
          }
        },
      ),
    )
  })

  it('cuts a text that is a document', async () => {
    const { log, output } = await logTo('human')
    log.info('long', { text: 'x'.repeat(100_000) })
    expect(output().length).to.be.lessThan(5_000)
    expect(output()).to.include('…')
  })

  it('wants colours on a terminal only, and never against NO_COLOR', () => {
    const terminal = { write: () => true, isTTY: true }
    expect(wantsColour(terminal, {})).to.equal(true)
    expect(wantsColour(terminal, { NO_COLOR: '' })).to.equal(true)
    expect(wantsColour(terminal, { NO_COLOR: '1' })).to.equal(false)
    expect(wantsColour(terminal, { TERM: 'dumb' })).to.equal(false)
    expect(wantsColour({ write: () => true }, {})).to.equal(false)
  })

  it('does not load the JSON library for people or for --help', () => {
    const script = `
      const { createLog } = await import('./src/telemetry/index.ts')
      await createLog({ level: 'info', format: 'human', stream: process.stderr })
      const { createRequire } = await import('node:module')
      const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('/pino/'))
      process.stdout.write(String(loaded.length))
    `
    const run = (code: string) =>
      execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { encoding: 'utf8' })
    expect(run(script)).to.equal('0')
    expect(Number(run(script.replace("format: 'human'", "format: 'json'")))).to.be.greaterThan(0)
  })
})
