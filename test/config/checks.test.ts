import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import { SETTING_ROWS } from '../../src/config/setting-rows.js'
import { KeywardError } from '../../src/core/errors.js'
import { ConfigRoom } from '../kit/config-room.js'

const CANARY = 'canary-correct-horse-battery-staple'

describe('config: what is refused', () => {
  let room: ConfigRoom
  let file: string

  beforeEach(async () => {
    room = await ConfigRoom.make()
    file = join(room.cwd, 'keyward.yaml')
  })
  afterEach(() => room.close())

  /** The listed problems, without the heading and with the file's path shortened. */
  async function problemsOf(
    yaml: string,
    input: { flags?: Record<string, string | boolean>; env?: Record<string, string> } = {},
  ): Promise<string[]> {
    await room.write('cwd/keyward.yaml', yaml)
    const error = await room.failure(input)
    expect(error.code).to.equal('CONFIG_INVALID')
    return error.message
      .split('\n  ')
      .slice(1)
      .map((line) => line.replace(file, 'FILE'))
  }

  it('is listed all at once, top to bottom, each with line and column or with its flag or variable', async () => {
    const problems = await problemsOf(
      [
        'testnet: 1',
        'api:',
        '  retries: -1',
        '  deadlineMs: 1.5',
        '  url: ftp://example.com',
        'daemon: {periodSeconds: 0, wallets: [x]}',
        'log:',
        '  level: loud',
        '  colour: red',
        'approval:',
        '  method: get',
        'nonsense: 1',
      ].join('\n'),
      { flags: { period: '0', concurrency: '0' }, env: { TATUM_RETRY_DELAY: 'soon' } },
    )
    expect(problems).to.deep.equal([
      'FILE:1:10: testnet must be true or false',
      'FILE:3:12: api.retries must be at least 0',
      'FILE:4:15: api.deadlineMs must be a whole number',
      'FILE:5:8: api.url is not an http or https address',
      'FILE:6:25: daemon.periodSeconds must be at least 0.1',
      'FILE:6:38: daemon.wallets[0] is not a signatureId (a UUID)',
      'FILE:8:10: log.level must be debug, info, warn or error',
      'FILE:9:3: log.colour is not a setting; known here: level, format',
      'FILE:11:11: approval.method must be GET or POST',
      'FILE:12:1: nonsense is not a setting; known here: testnet, backend, references, api, chains, daemon, approval, cache, keyring, journal, log',
      'environment TATUM_RETRY_DELAY: api.retryDelayMs must be a number',
      'flag --period: daemon.periodSeconds must be at least 0.1',
      'flag --concurrency: daemon.concurrency must be at least 1',
    ])
  })

  it('includes mistakes that a flag overrides', async () => {
    expect(await problemsOf('daemon: {periodSeconds: 0}', { flags: { period: '5' } })).to.have.length(1)
  })

  it('is an unknown setting, with the name that was meant', async () => {
    const meant: Record<string, string> = {
      'api: {ulr: x}': 'url',
      'api: {retrys: 1}': 'retries',
      'api: {testnet_type: x}': 'testnetType',
      'daemon: {perodSeconds: 1}': 'periodSeconds',
      'daemon: {period: 1}': 'periodSeconds',
      'deamon: {}': 'daemon',
      'externalUrl: x': 'approval.url',
      'allow-insecure-approval: true': 'approval.allowInsecure',
      'password: x': 'backend.password',
      'retryDelayMs: 1': 'api.retryDelayMs',
      'backend: {type: file, paht: x}': 'path',
      'log: {Level: debug}': 'level',
    }
    for (const [yaml, name] of Object.entries(meant)) {
      const problems = await problemsOf(yaml)
      expect(problems, yaml).to.have.length(1)
      expect(problems[0], yaml).to.match(new RegExp(`is not a setting; did you mean ${name.replace('.', '\\.')}\\?$`))
    }
  })

  it('is a value of a wrong kind, in every setting, from every source', async () => {
    for (const { path, kind, flags, variables } of SETTING_ROWS) {
      const wrong = { text: '[]', path: '[]', number: 'x', boolean: '3', list: '3', secret: '3' }[kind]
      const type = path.startsWith('backend.') && path !== 'backend.type' ? 'type: file, ' : ''
      const [section = '', ...keys] = path.split('.')
      const nested = keys.reduceRight((inner, key, depth) => `{${depth === 0 ? type : ''}${key}: ${inner}}`, wrong)
      const yaml = keys.length === 0 ? `${path}: ${wrong}` : `${section}: ${nested}`
      const problems = await problemsOf(yaml)
      expect(problems, yaml).to.have.length(1)
      expect(problems[0])
        .to.match(/^FILE:\d+:\d+: /)
        .and.include(path)
      if (kind !== 'number' && kind !== 'boolean') continue
      for (const flag of flags ?? []) {
        expect(await problemsOf('', { flags: { [flag.name]: '12x' } }), flag.name).to.have.length(1)
      }
      for (const { name } of variables ?? []) {
        expect(await problemsOf('', { env: { [name]: '12x' } }), name).to.have.length(1)
      }
    }
  })

  it('is a number that is none: not finite, negative, written in another way', async () => {
    for (const period of ['0', '-1', '0.09', 'NaN', 'Infinity', '1e1', '0x5', '5s', '5,5', '١']) {
      expect(await problemsOf('', { flags: { period } }), period).to.have.length(1)
    }
    for (const period of ['.inf', '-.inf', '.nan', '"5"', '0', '-1']) {
      expect(await problemsOf(`daemon: {periodSeconds: ${period}}`), period).to.have.length(1)
    }
  })

  it('is an empty flag, whichever it is: empty never means "off"', async () => {
    const flags = [...SETTING_ROWS.flatMap((row) => row.flags ?? []).filter((flag) => flag.value !== undefined)]
    const names = [...flags.map((flag) => flag.name), 'config', 'envFile']
    expect(names).to.include('externalUrl')
    for (const name of names) {
      for (const value of ['', ' ', true]) {
        const problems = await problemsOf('approval: {url: "https://a.example.com"}', { flags: { [name]: value } })
        expect(problems, name).to.have.length(1)
        expect(problems[0]).to.include('needs a value')
      }
    }
  })

  it('is a broadcast path that could lead elsewhere', async () => {
    for (const path of [
      'v3/arb',
      'https://example.com/x',
      '/v3/../x',
      '/v3/a?b=c',
      '/v3/{apiKey}',
      '//example.com/a',
      '/',
    ]) {
      const problems = await problemsOf(`chains: {ETH_ARB: {broadcastPath: ${JSON.stringify(path)}}}`)
      expect(problems, path).to.have.length(1)
      expect(problems[0]).to.include('is not a path such as /v3/ethereum/broadcast')
    }
  })

  it('is a key without a value, and an empty list', async () => {
    expect(await problemsOf('api:\n  url:\n  key:\n')).to.deep.equal([
      'FILE:2:7: api.url is empty; give it a value or remove the line',
      'FILE:3:7: api.key is empty; give it a value or remove the line',
    ])
    expect(await problemsOf('daemon: { chains: [] }')).to.deep.equal([
      'FILE:1:19: daemon.chains is an empty list; leave the setting out instead',
    ])
    expect(await problemsOf('', { flags: { chain: ' , ' } })).to.have.length(1)
  })

  it('is a file that is no mapping', async () => {
    for (const yaml of ['- a', 'text', '3']) expect(await problemsOf(yaml), yaml).to.have.length(1)
  })

  describe('in addresses', () => {
    it('is a lack of encryption, except on the loopback interface', async () => {
      const exposed = [
        'http://example.com',
        'http://10.0.0.1',
        'http://localhost.example.com',
        'http://127.0.0.1.example.com',
        'http://0.0.0.0',
      ]
      for (const url of exposed) {
        expect(await problemsOf('', { flags: { apiUrl: url } }), url).to.have.length(1)
        expect(await problemsOf('', { flags: { externalUrl: url } }), url).to.have.length(1)
      }
      await room.write('cwd/keyward.yaml', '')
      for (const url of [
        'http://localhost:3000',
        'http://127.0.0.1',
        'http://127.1.2.3:1',
        'http://[::1]:3000',
        'https://example.com/a',
      ]) {
        const { settings } = await room.load({ flags: { apiUrl: url, externalUrl: url } })
        expect(settings.api.url).to.equal(url)
        expect(settings.approval.url).to.equal(url)
      }
    })

    it('can be allowed for approvals alone, with a warning, wherever it is allowed', async () => {
      const url = 'http://approvals.example.com'
      await room.write('cwd/keyward.yaml', `approval: {url: "${url}"}`)
      const byFlag = await room.load({ flags: { allowInsecureApproval: true } })
      expect(byFlag.settings.approval).to.include({ url, allowInsecure: true })
      expect(byFlag.warnings.join()).to.include('not encrypted')
      await room.write('cwd/keyward.yaml', 'approval: {allowInsecure: true}')
      expect((await room.load({ flags: { externalUrl: url } })).settings.approval.url).to.equal(url)
      expect(await problemsOf('approval: {allowInsecure: true}', { flags: { apiUrl: url } })).to.have.length(1)
    })

    it('is a user name, a password, a query or a fragment', async () => {
      for (const url of [
        'https://u@example.com',
        `https://u:${CANARY}@example.com`,
        `https://example.com/?t=${CANARY}`,
        'https://example.com/#x',
        'https://:p@example.com',
      ]) {
        for (const flag of ['apiUrl', 'externalUrl']) {
          const problems = await problemsOf('', { flags: { [flag]: url } })
          expect(problems, url).to.have.length(1)
          expect(problems[0]).not.to.include(CANARY)
        }
      }
    })

    it('is anything that is none', async () => {
      for (const url of [
        'example.com',
        '//example.com',
        'file:///etc/passwd',
        'https://',
        'http s://x',
        'javascript:alert(1)',
      ]) {
        expect(await problemsOf('', { flags: { externalUrl: url, testnet: true } }), url).to.have.length(1)
      }
    })

    it('is an approval address that is set to nothing, from any source', async () => {
      expect(await problemsOf('', { env: { KEYWARD_APPROVAL_URL: '' } })).to.deep.equal([
        'environment KEYWARD_APPROVAL_URL: approval.url is set to nothing; give it a value or unset the variable',
      ])
      expect(await problemsOf('approval: {url: ""}')).to.have.length(1)
      expect(await problemsOf('approval: {url: }')).to.have.length(1)
    })
  })

  describe('where a secret reference belongs', () => {
    const NO_REFERENCES = [
      CANARY,
      `"12:${CANARY}"`,
      `"${CANARY}:x"`,
      `"env:two words ${CANARY}"`,
      `"env:${CANARY}"`,
      '"fd:0"',
      '"fd:2"',
      '"fd:x"',
      '"fd:-1"',
      '"file:"',
      '"prompt:now"',
      '"flag:apiKey"',
      '"ENV:NAME"',
      '123456',
      'true',
      '[a]',
      '{env: X}',
      '""',
    ]

    it('is the secret itself, with an explanation, and it is not repeated', async () => {
      for (const value of NO_REFERENCES) {
        for (const yaml of [`api:\n  key: ${value}`, `backend:\n  type: file\n  password: ${value}`]) {
          const problems = await problemsOf(yaml)
          expect(problems, yaml).to.have.length(1)
          expect(problems[0], yaml).to.include('secrets are never written here').and.include('file:/path')
          expect(problems[0]).not.to.include(CANARY)
        }
      }
    })

    it('are the references', async () => {
      for (const value of [
        'env:NAME',
        'env:_a1',
        'file:/a b/c',
        'fd:3',
        'fd:10',
        'prompt:',
        'aws:name#member',
        'azure:https://v/secrets/s',
        'vgs:tok_1',
        'vault:kv/x',
      ]) {
        await room.write('cwd/keyward.yaml', `api: {key: "${value}"}\nbackend: {type: file, password: "${value}"}\n`)
        const { settings } = await room.load()
        expect(settings.api.key).to.equal(value)
        expect(settings.backend).to.include({ password: value })
      }
    })
  })

  describe('in YAML', () => {
    it('is what settings do not need: anchors, aliases, tags, repeated keys, more documents', async () => {
      const refused: Record<string, RegExp> = {
        'api: &a {retries: 1}\n': /^FILE:1:\d+: anchors/,
        'api: &a {retries: 1}\nlog: *a\n': /^FILE:2:6: aliases/,
        'api: {retries: !!int 5}\ntestnet: !!binary aGk=\n': /^FILE:2:10: tags/,
        'testnet: !yes true\n': /^FILE:1:10: tags/,
        'testnet: !!js/function "x"\n': /^FILE:1:10: tags/,
        'testnet: true\ntestnet: false\n': /^FILE:2:1: this key was given before/,
        'testnet: true\n---\ntestnet: false\n': /^FILE:2:1: the file holds more than one document/,
        '<<: {testnet: true}\n': /\(a key\) is not a setting/,
        '? {a: 1}\n: 2\n': /a key must be a plain text/,
        '1: 2\n': /a key must be a plain text|is not a setting/,
      }
      for (const [yaml, expected] of Object.entries(refused)) {
        const problems = await problemsOf(yaml)
        expect(
          problems.some((problem) => expected.test(problem)),
          `${yaml} gave ${problems.join(' | ')}`,
        ).to.equal(true)
      }
    })

    it('is a mistake in the text, with its place and without the text', async () => {
      const texts = [
        `api:\n\tkey: ${CANARY}\n`,
        `api: "${CANARY}\n`,
        `api: {key: ${CANARY}\n`,
        `api:\n  key: @${CANARY}\n`,
        `api: "\\q${CANARY}"\n`,
        `api: a\n  key: ${CANARY}\n`,
        `key: a: ${CANARY}\n`,
        `${CANARY} ${CANARY}\napi: 1\n`,
        `%${CANARY}\n---\n`,
        `api: *${CANARY}\n`,
        `${'word '.repeat(20)}${CANARY}: 1\n`,
      ]
      for (const text of texts) {
        const problems = await problemsOf(text)
        expect(problems.length, text).to.be.greaterThan(0)
        for (const problem of problems) expect(problem, text).to.match(/^FILE:\d+:\d+: /)
        expect(problems.join(), text).not.to.include(CANARY)
      }
    })

    it('is a bomb: aliases that grow, nesting, many keys, long keys; and it is refused without growing', async function () {
      this.timeout(15_000)
      const levels = Array.from(
        { length: 30 },
        (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(',')}]`,
      )
      const bombs = [
        ['a0: &a0 [x]', ...levels].join('\n'),
        `daemon: { chains: ${'['.repeat(20_000)} }`,
        `daemon: { chains: ${'['.repeat(400)}${']'.repeat(400)} }`,
        Array.from({ length: 300 }, (_, at) => `${' '.repeat(at)}a:\n`).join(''),
        Array.from({ length: 10_000 }, (_, at) => `k${at}: 1`).join('\n'),
        `${'k'.repeat(100_000)}: 1`,
      ]
      for (const bomb of bombs) {
        const problems = await problemsOf(bomb)
        expect(problems.length).to.be.greaterThan(0)
        expect(problems.join('\n').length).to.be.lessThan(20_000)
      }
    })

    it('is __proto__ and the like, and nothing inherits from it', async () => {
      for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
        for (const yaml of [`${key}: {testnet: true}`, `api: {${key}: {retries: 1}}`, `api: {${key}: 3}`]) {
          const problems = await problemsOf(yaml)
          expect(problems.join(), yaml).to.include('is not a setting')
        }
      }
      expect(Object.hasOwn(Object.prototype, 'testnet')).to.equal(false)
      await room.write('cwd/.env', '__proto__=x\nconstructor=y\n')
      await room.write('cwd/keyward.yaml', '')
      expect((await room.load()).settings.network).to.equal('mainnet')
    })

    it('never crashes the reader, whatever the file holds', async () => {
      const piece = fc.constantFrom(
        'api',
        'backend',
        'type: file',
        ': ',
        '\n',
        '  ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        '"',
        "'",
        '&a',
        '*a',
        '!',
        '|',
        '>',
        '#',
        '?',
        '~',
        'null',
        '1',
        '\t',
        '\u0000',
        '\uFEFF',
        '---',
        '%',
        '@',
        '__proto__',
        '<<',
      )
      await fc.assert(
        fc.asyncProperty(fc.array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 30 }), async (pieces) => {
          await room.write('cwd/keyward.yaml', pieces.join(''))
          await room.load().catch((error: unknown) => {
            if (!(error instanceof KeywardError)) throw error
            expect(['CONFIG_INVALID', 'FILE_UNREADABLE']).to.include(error.code)
          })
        }),
      )
    })
  })

  it('never shows a secret: not in problems, sources, warnings, nor in the printed result', async () => {
    const text = (value: unknown): string =>
      `${inspect(value, { depth: 20, showHidden: true })}${JSON.stringify(value)}`
    await room.write('cwd/.env', `TATUM_KMS_PASSWORD=${CANARY}-1\nTATUM_KMS_VGS_PASSWORD=${CANARY}\n`, 0o644)
    await room.write('cwd/keyward.yaml', 'daemon: {periodSeconds: 5}\n')
    const secrets = {
      TATUM_API_KEY: `${CANARY}-2`,
      TATUM_KMS_AWS_SECRET_ACCESS_KEY: CANARY,
      TATUM_KMS_PASSWORD: undefined,
    }
    const loaded = await room.load({ flags: { apiKey: `${CANARY}-3` }, env: secrets })
    expect(text(loaded)).not.to.include('canary')
    expect(text([...loaded.sources])).not.to.include('canary')
    expect(loaded.sources.get('api.key')).to.deep.equal({ value: '********', source: 'flag --api-key' })
    expect(loaded.warnings.join()).to.include('--api-key').and.include('.env')

    const error = await room.failure({
      flags: { apiKey: CANARY, period: CANARY, externalUrl: CANARY, chain: `${CANARY}!`, wallets: CANARY, path: '\0' },
      env: { TATUM_RETRIES: CANARY, TESTNET_TYPE: `${CANARY}!` },
    })
    expect(error.context['problems']).to.equal(7)
    expect(text(error)).not.to.include('canary')
  })
})
