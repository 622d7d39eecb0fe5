import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import { expect } from 'chai'
import { asKeywardError, KeywardError } from '../../../src/core/errors.js'
import { newSignatureId } from '../../../src/core/ids.js'
import { FaultyDisk, osError } from '../../kit/faulty-disk.js'
import { RecordingLog, ScriptedSecrets, storeAt, storeFolder } from '../../kit/file-store.js'
import { legacyStore } from '../../kit/legacy-store.js'
import { sampleWallet } from '../../kit/sample-wallets.js'

const CANARY = 'canaryabandon'
const STRONG = `${CANARY} in a strong password`

/** Everything an error can show anywhere: message, advice, context, stack, and its causes. */
const allOf = (thrown: unknown): string => {
  const error = asKeywardError(thrown)
  return [inspect(error, { depth: 10 }), error.stack, JSON.stringify(error)].join('\n')
}

describe('secrets of a store', () => {
  let folder: Awaited<ReturnType<typeof storeFolder>>
  beforeEach(async () => {
    folder = await storeFolder()
  })
  afterEach(() => folder.dispose())

  it('are in no error and no log line, whatever goes wrong', async () => {
    const log = new RecordingLog()
    const faulty = new FaultyDisk()
    const shown: string[] = []
    let refused = 0
    const attempt = async (work: Promise<unknown>): Promise<void> => {
      await work.catch((thrown: unknown) => {
        expect(thrown).to.be.instanceOf(KeywardError)
        refused += 1
        shown.push(allOf(thrown))
      })
    }
    const open = (path: string, password: string, ...more: string[]) =>
      storeAt(path, {
        secrets: new ScriptedSecrets(password).next(password, ...more),
        log,
        disk: faulty.disk,
        inspect: async () => {
          throw new Error(CANARY)
        },
      })

    const wallet = sampleWallet({ material: { mnemonic: CANARY, privateKey: CANARY }, extra: `{"note":"${CANARY}"}` })
    const store = open(folder.path, STRONG, CANARY)
    await store.open()
    await store.create([wallet])
    await attempt(store.create([wallet]))
    await attempt(store.get(newSignatureId()))
    await attempt(store.upgrade())
    await attempt(store.changePassword())
    shown.push(JSON.stringify(await store.check()))
    faulty.fault = (operation) => {
      if (operation === 'write') throw osError('ENOSPC')
    }
    await attempt(store.create([sampleWallet({ material: { mnemonic: CANARY } })]))
    faulty.fault = () => undefined
    await store.close()
    await attempt(store.get(wallet.descriptor.signatureId))
    await attempt(open(folder.path, `${CANARY} but wrong`).open())
    await attempt(open(`${folder.path}-new`, CANARY).open())
    await copyFile(folder.path, `${folder.path}-cut`)
    await writeFile(`${folder.path}-cut`, (await readFile(folder.path)).subarray(0, 900))
    await attempt(open(`${folder.path}-cut`, STRONG).open())

    const legacy = `${folder.path}-legacy`
    const entry = { mnemonic: CANARY, chain: CANARY, testnet: CANARY }
    for (const content of [{ [newSignatureId()]: entry, [CANARY]: entry }, [CANARY], CANARY]) {
      await writeFile(legacy, legacyStore(content as object, STRONG))
      const old = open(legacy, STRONG)
      await attempt(old.open())
      await attempt(old.check().then((report) => shown.push(JSON.stringify(report))))
      await attempt(old.upgrade())
      await old.close()
    }
    const half = Buffer.from(`{"${newSignatureId()}": {"mnemonic": "${CANARY} ...`)
    await writeFile(legacy, legacyStore({ toJSON: () => half.toString() }, STRONG))
    await attempt(open(legacy, STRONG).open())

    expect(refused).to.be.at.least(14)
    expect(shown.join('\n')).to.not.contain(CANARY)
    expect(JSON.stringify(log.lines)).to.not.contain(CANARY)
  })

  it('are not in the file, and neither are ids, chains and addresses', async () => {
    const wallet = sampleWallet({
      chain: 'ETH',
      xpub: 'xpub-of-canary',
      address: 'address-of-canary',
      material: { mnemonic: CANARY },
    })
    const store = storeAt(folder.path)
    await store.open()
    await store.create([wallet])
    await store.close()
    const bytes = await readFile(folder.path)
    for (const text of [
      CANARY,
      wallet.descriptor.signatureId,
      'xpub-of-canary',
      'address-of-canary',
      'ETH',
      'mnemonic',
    ]) {
      expect(bytes.includes(text), text).to.equal(false)
    }
  })
})
