import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, open, symlink } from 'node:fs/promises'
import { openSync, closeSync } from 'node:fs'
import type { StdioOptions } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { createSecretSource, Environment, requireApiKey } from '../../src/config/index.js'
import type { ClosableSecretSource, SecretSourceOptions } from '../../src/config/index.js'
import { readDescriptorSecret } from '../../src/config/secrets/read-descriptor.js'
import type { KeywardError } from '../../src/core/errors.js'
import { Secret } from '../../src/core/secret.js'
import { secretReferenceSchema } from '../../src/core/secret-reference.js'
import type { SecretPurpose, SecretReference } from '../../src/core/secret-reference.js'
import { ConfigRoom } from '../kit/config-room.js'
import { fileSection } from '../kit/file-section.js'
import { failureOf } from '../kit/failure-of.js'

const CANARY = 'canary-correct-horse-battery-staple'
const PURPOSE: SecretPurpose = { what: 'the password of the wallet store' }

/** References as the settings hold them; `any` text, also one that settings would refuse. */
const reference = (text: string): SecretReference => secretReferenceSchema.parse(text)

describe('config: where secrets come from', () => {
  let room: ConfigRoom
  let warnings: string[]

  beforeEach(async () => {
    room = await ConfigRoom.make()
    warnings = []
  })
  afterEach(() => room.close())

  const source = (options: Partial<SecretSourceOptions> = {}): ClosableSecretSource => {
    const quiet = (): void => undefined
    const warn = (event: string, fields?: object): void => void warnings.push(`${event} ${JSON.stringify(fields)}`)
    const log = { debug: quiet, info: quiet, error: quiet, warn }
    return createSecretSource({ environment: Environment.of({}), log, ...options })
  }
  const textOf = async (from: ClosableSecretSource, text: string): Promise<string> => {
    const secret = await from.resolve(reference(text), PURPOSE)
    try {
      return secret.text()
    } finally {
      secret.wipe()
    }
  }
  const refusal = async (from: ClosableSecretSource, text: string): Promise<KeywardError> => {
    const error = await failureOf(from.resolve(reference(text), PURPOSE))
    expect(error.code).to.equal('SECRET_REFERENCE_UNRESOLVED')
    expect(error.advice).to.be.a('string')
    expect(JSON.stringify(error)).not.to.include(CANARY)
    return error
  }

  describe('env:', () => {
    it('gives the variable exactly, and says once that others could read it', async () => {
      const from = source({ environment: Environment.of({ PW: ' ünï \n' }) })
      expect(await textOf(from, 'env:PW')).to.equal(' ünï \n')
      expect(await textOf(from, 'env:PW')).to.equal(' ünï \n')
      expect(warnings).to.have.length(1)
      expect(warnings[0]).to.include('env:PW').and.not.include('ünï')
    })

    it('is unresolved when the variable is not set or set to nothing', async () => {
      expect((await refusal(source(), 'env:PW')).message).to.include('not set')
      const empty = source({ environment: Environment.of({ PW: '' }) })
      expect((await refusal(empty, 'env:PW')).message).to.include('set to nothing')
    })
  })

  describe('file:', () => {
    it('gives the content without one line end', async () => {
      const contents: Record<string, string> = {
        'a\n': 'a',
        'a\r\n': 'a',
        'a\n\n': 'a\n',
        a: 'a',
        ' a ': ' a ',
        'ü\r': 'ü\r',
        '\na\n': '\na',
      }
      for (const [content, expected] of Object.entries(contents)) {
        const file = await room.write('pw', content)
        expect(await textOf(source(), `file:${file}`), JSON.stringify(content)).to.equal(expected)
      }
      expect(warnings).to.deep.equal([])
    })

    it('takes links, as mounted secrets are, and the longest secret there may be', async () => {
      const file = await room.write('pw', 'x'.repeat(65_536))
      await symlink(file, join(room.root, 'link'))
      expect(await textOf(source(), `file:${join(room.root, 'link')}`)).to.have.length(65_536)
    })

    it('says once when other users can open the file', async () => {
      const from = source()
      const file = await room.write('pw', CANARY)
      for (const mode of [0o640, 0o604, 0o620]) {
        await chmod(file, mode)
        expect(await textOf(from, `file:${file}`)).to.equal(CANARY)
      }
      expect(warnings).to.have.length(1)
      expect(warnings[0]).to.include(file).and.include('chmod 600').and.not.include(CANARY)
    })

    it('is unresolved for what is missing, empty, too long or no file; a pipe is not waited for', async () => {
      await mkdir(join(room.root, 'folder'))
      await room.write('empty', '')
      await room.write('line', '\n')
      await room.write('long', CANARY.repeat(3000))
      execFileSync('mkfifo', [join(room.root, 'pipe')])
      const reasons: Record<string, string> = {
        missing: 'does not exist',
        folder: 'not a regular file',
        empty: 'empty',
        line: 'empty',
        long: 'longer than 65536 bytes',
        pipe: 'not a regular file',
        'line/below': 'does not exist',
      }
      for (const [name, reason] of Object.entries(reasons)) {
        const error = await refusal(source(), `file:${join(room.root, name)}`)
        expect(error.message, name).to.include(reason).and.include(join(room.root, name))
      }
      expect((await refusal(source(), 'file:/dev/zero')).message).to.include('not a regular file')
    })
  })

  describe('fd:', () => {
    const child = fileURLToPath(new URL('../kit/descriptor-child.ts', import.meta.url))

    /** Runs a program that resolves the reference with the given descriptors, and feeds its fd 3 when that is a pipe. */
    async function resolveInChild(
      text: string,
      stdio: StdioOptions,
      feed: readonly string[] = [],
    ): Promise<Record<string, string>> {
      const running = spawn(process.execPath, ['--import', 'tsx', child, text], { stdio })
      const pipe = running.stdio[3]
      if (pipe && 'write' in pipe) {
        pipe.on('error', () => undefined)
        for (const chunk of feed) pipe.write(chunk)
        pipe.end()
      }
      let output = ''
      running.stdout?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
      await once(running, 'close')
      return JSON.parse(output) as Record<string, string>
    }
    const hex = (text: string): string => Buffer.from(text).toString('hex')

    it('gives what a pipe holds, whole and without one line end, and gives it again', async () => {
      const parts = ['two ', 'parts ', 'ü'.repeat(1000), '\n']
      const result = await resolveInChild('fd:3', ['ignore', 'pipe', 'inherit', 'pipe'], parts)
      const expected = hex(parts.join('').slice(0, -1))
      expect(result).to.deep.equal({ first: expected, second: expected })
    })

    it('gives what a shell pipes in', () => {
      const command = `printf 'from a shell\\n' | "$0" --import tsx "$1" fd:3 3<&0 0</dev/null`
      const output = execFileSync('sh', ['-c', command, process.execPath, child], { encoding: 'utf8' })
      expect(JSON.parse(output)).to.deep.equal({ first: hex('from a shell'), second: hex('from a shell') })
    })

    it('gives what an open file holds, and gives it again', async () => {
      const fd = openSync(await room.write('pw', 'from a file\r\n'), 'r')
      try {
        const result = await resolveInChild('fd:3', ['ignore', 'pipe', 'inherit', fd])
        expect(result).to.deep.equal({ first: hex('from a file'), second: hex('from a file') })
      } finally {
        closeSync(fd)
      }
    })

    it('is unresolved for a pipe that says nothing, or more than a secret', async () => {
      const nothing = await resolveInChild('fd:3', ['ignore', 'pipe', 'inherit', 'pipe'])
      expect(nothing).to.include({ code: 'SECRET_REFERENCE_UNRESOLVED' })
      expect(nothing['message']).to.include('nothing came')
      const long = await resolveInChild(
        'fd:3',
        ['ignore', 'pipe', 'inherit', 'pipe'],
        Array(10).fill(CANARY.repeat(1000)),
      )
      expect(long['message']).to.include('longer than 65536 bytes').and.not.include(CANARY)
    })

    it('is unresolved for a descriptor that is not there, is a folder, or is not open for reading', async () => {
      expect((await refusal(source(), 'fd:9999')).message).to.include('no such file descriptor')
      for (const [path, flags] of [
        [room.root, 'r'],
        [join(room.root, 'w'), 'w'],
      ] as const) {
        const handle = await open(path, flags)
        try {
          await refusal(source(), `fd:${handle.fd}`)
        } finally {
          await handle.close()
        }
      }
    })

    it('does not wait for ever for a pipe that nobody closes', async () => {
      const path = join(room.root, 'pipe')
      execFileSync('mkfifo', [path])
      // Open for both directions, so that it never ends.
      const fd = openSync(path, 'r+')
      const error = await failureOf(readDescriptorSecret(fd, 20))
      expect(error.code).to.equal('SECRET_REFERENCE_UNRESOLVED')
      expect(error.message).to.include('still open after 20 ms')
    })

    it('is never standard input, output or error', async () => {
      for (const text of ['fd:0', 'fd:1', 'fd:2']) await refusal(source(), text)
    })

    it('wipes what it kept when it is closed', async () => {
      const handle = await open(await room.write('pw', 'x'), 'r')
      try {
        const from = source()
        const lent = await from.resolve(reference(`fd:${handle.fd}`), PURPOSE)
        from.close()
        expect(lent.text()).to.equal('x')
        // Read to its end before, so there is nothing left.
        expect((await refusal(from, `fd:${handle.fd}`)).message).to.include('nothing came')
      } finally {
        await handle.close()
      }
    })
  })

  describe('prompt:', () => {
    it('asks the person, saying what for', async () => {
      const asked: SecretPurpose[] = []
      const prompt = async (purpose: SecretPurpose): Promise<Secret> => {
        asked.push(purpose)
        return Secret.fromText('typed')
      }
      expect(await textOf(source({ prompt }), 'prompt:')).to.equal('typed')
      expect(asked).to.deep.equal([PURPOSE])
    })

    it('is unresolved without a terminal, and says what else there is', async () => {
      const error = await refusal(source({ prompt: undefined }), 'prompt:')
      expect(error.message).to.include('the password of the wallet store')
      expect(error.advice).to.include('TATUM_KMS_PASSWORD').and.include('file:')
    })
  })

  describe('vaults', () => {
    it('that this build does not have are refused by name, with another way', async () => {
      for (const text of ['aws:', 'aws:name#member', 'azure:https://v/secrets/s', 'vgs:tok_1', 'vault:kv/x']) {
        const error = await refusal(source(), text)
        expect(error.message).to.include(text).and.include('this build cannot read secrets from')
        expect(error.advice).to.include('fd:3').and.include('file:/path').and.include('TATUM_KMS_PASSWORD')
      }
    })

    it('plug in by their scheme, with what they need to log in', async () => {
      const environment = Environment.of({ TATUM_KMS_AWS_ACCESS_KEY_ID: 'id' })
      const from = source({
        environment,
        schemes: {
          aws: async (rest, context) => {
            expect(context.purpose).to.equal(PURPOSE)
            return Secret.fromText(`${rest} by ${String(context.environment.get('TATUM_KMS_AWS_ACCESS_KEY_ID'))}`)
          },
        },
      })
      expect(await textOf(from, 'aws:kms/prod#password')).to.equal('kms/prod#password by id')
      await refusal(from, 'azure:x')
    })
  })

  it('never repeats a reference that may be the secret itself', async () => {
    for (const text of [`x:${CANARY}`, `env:${CANARY}!`, `fd:${CANARY}`, `prompt:${CANARY}`]) {
      expect((await refusal(source(), text)).message).not.to.include('canary')
    }
  })

  it('gives each caller a secret of its own', async () => {
    const from = source({ flags: new Map([['apiKey', Secret.fromText('key')]]) })
    const first = await from.resolve(reference('flag:apiKey'), PURPOSE)
    first.wipe()
    expect(await textOf(from, 'flag:apiKey')).to.equal('key')
    await refusal(source(), 'flag:apiKey')
  })

  it('resolves what the loader made of flags, variables and files', async () => {
    const file = await room.write('cwd/pw', 'from-file\n')
    await room.write('cwd/keyward.yaml', 'backend: {type: file, password: "file:pw"}\n')
    await room.write('home/.keyward/.env', 'TATUM_API_KEY=from-env-file\n')
    const { settings, secretInputs } = await room.load()
    expect(fileSection(settings).password).to.equal(`file:${file}`)
    const from = source(secretInputs)
    expect(await textOf(from, fileSection(settings).password ?? '')).to.equal('from-file')
    expect((await requireApiKey(settings.api.key, from)).text()).to.equal('from-env-file')
    const flag = await room.load({ flags: { apiKey: ' from-flag ' } })
    expect((await requireApiKey(flag.settings.api.key, source(flag.secretInputs))).text()).to.equal('from-flag')
  })

  it('says that the API key is missing, and not only that a reference is, when nobody named one', async () => {
    const { settings, secretInputs } = await room.load()
    const error = await failureOf(requireApiKey(settings.api.key, source(secretInputs)))
    expect(error).to.include({ code: 'API_KEY_MISSING', exitCode: 5 })
    expect(error.advice).to.include('TATUM_API_KEY')
  })
})
