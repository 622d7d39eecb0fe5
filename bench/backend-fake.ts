import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { entropyToMnemonic } from 'bip39'
import { claimDigest, claimTags } from '../src/backends/azure/claims.js'
import { CONTENT_TYPE } from '../src/backends/azure/client.js'
import { systemDisk } from '../src/backends/common/disk.js'
import { sealEnvelope } from '../src/backends/common/envelope.js'
import { labelsOf } from '../src/backends/common/labels.js'
import type { WalletLabels } from '../src/backends/common/labels.js'
import { VALUE_FIELD } from '../src/backends/vault/values.js'
import { Catalogue } from '../src/backends/vgs/catalogue/catalogue.js'
import { changedContent } from '../src/backends/vgs/catalogue/rows.js'
import type { StoredRow } from '../src/backends/vgs/catalogue/rows.js'
import { hashOfValue } from '../src/backends/vgs/value-hash.js'
import { systemClock } from '../src/core/clock.js'
import { chainCodeSchema, newSignatureId } from '../src/core/ids.js'
import type { SignatureId } from '../src/core/ids.js'
import { Secret } from '../src/core/secret.js'
import { wipeWallet } from '../src/core/wallet.js'
import { FakeAws, ROOT_KEY } from '../test/kit/aws/fake-aws.js'
import { CLIENT, FakeEntra, TENANT } from '../test/kit/azure/fake-entra.js'
import { FakeVault as FakeKeyVault } from '../test/kit/azure/fake-vault.js'
import { testCertificate } from '../test/kit/test-certificate.js'
import { FakeVault, ROOT } from '../test/kit/vault/fake-vault.js'
import { CREDENTIALS, FakeVgs } from '../test/kit/vgs/fake-vgs.js'

/*
 * A product full of wallets, in a process of its own: the fakes of the tests, over TLS, with the product's own limits enforced. The wallets are put straight into the
 * fake's memory, as the program would have written them.
 */

export type Product = 'aws' | 'azure' | 'vault' | 'vgs'

/** From the benchmark to this process. */
export interface FakeOrder {
  readonly product: Product
  readonly wallets: number
  readonly latencyMs: number
  /** Does the fake refuse what is beyond the product's rate? */
  readonly limited: boolean
}

/** How to reach it. */
export interface FakePlace {
  /** The `backend` section of a configuration. */
  readonly config: Readonly<Record<string, unknown>>
  /** What its references lead to. */
  readonly secrets: Readonly<Record<string, string>>
  readonly signatureIds: readonly SignatureId[]
}

export interface FakeReport {
  readonly requests: number
  readonly cpuSeconds: number
}

interface Fake {
  readonly config: FakePlace['config']
  readonly secrets?: FakePlace['secrets']
  keep(id: SignatureId, value: Secret, labels: WalletLabels): void
  /** After the last wallet. */
  finish?(): Promise<void>
  requests(): number
}

const FAKES: Readonly<Record<Product, (order: FakeOrder, folder: string) => Promise<Fake>>> = {
  aws: async ({ latencyMs, limited }, folder) => {
    const fake = await FakeAws.start({ tls: true })
    Object.assign(fake, { latencyMs, quotas: limited })
    const auth = { method: 'static', accessKeyId: 'env:AWS_KEY_ID', secretAccessKey: 'env:AWS_KEY' }
    return {
      config: { type: 'aws', region: 'eu-west-1', endpoint: fake.url, auth, tls: { caFile: caFile(folder) } },
      secrets: { AWS_KEY_ID: ROOT_KEY.accessKeyId, AWS_KEY: ROOT_KEY.secretAccessKey },
      keep: (id, value, labels) => fake.secrets.put(`keyward/${id}`, value.text(), labels),
      requests: () => fake.operations.length,
    }
  },
  azure: async ({ latencyMs, limited }, folder) => {
    const entra = await FakeEntra.start()
    entra.applications.set(CLIENT, { secret: 'benchmark' })
    const fake = await FakeKeyVault.start(entra, { limits: limited, ...(latencyMs > 0 ? { latencyMs } : {}) })
    return {
      config: {
        ...{ type: 'azure', vaultUrl: fake.url, authorityHost: entra.url, tls: { caFile: caFile(folder) } },
        ...{ disableInstanceDiscovery: true, disableChallengeResourceVerification: true },
        auth: { method: 'client-secret', tenantId: TENANT, clientId: CLIENT, clientSecret: 'env:CLIENT_SECRET' },
      },
      secrets: { CLIENT_SECRET: 'benchmark' },
      keep: (id, value, labels) =>
        fake.model.put(`keyward-${id}`, {
          ...{ value: value.text(), contentType: CONTENT_TYPE },
          tags: { ...claimTags(labels, claimDigest(value), 'confirmed') },
        }),
      requests: () => fake.requests.length,
    }
  },
  vault: async ({ latencyMs }, folder) => {
    const fake = await FakeVault.start({ tls: true })
    fake.after = (_, answer) => (latencyMs > 0 ? { ...answer, delayMs: latencyMs } : answer)
    const kv = fake.kv()
    return {
      config: {
        ...{ type: 'vault', address: fake.url, mount: 'secret', prefix: 'keyward/wallets' },
        ...{ auth: { method: 'token', token: 'env:TOKEN' }, tls: { caFile: caFile(folder) } },
      },
      secrets: { TOKEN: ROOT },
      keep: (id, value, labels) => kv.put(`keyward/wallets/${id}`, { [VALUE_FIELD]: value.text() }, labels),
      requests: () => fake.requests.length,
    }
  },
  vgs: async ({ latencyMs, limited }, folder) => {
    const fake = await FakeVgs.start()
    Object.assign(fake, { latencyMs, limited })
    const path = join(folder, 'catalogue.jsonl')
    const vaultId = 'tntbenchmark'
    const rows: StoredRow[] = []
    return {
      config: {
        ...{ type: 'vgs', environment: 'sandbox', vaultId, baseUrl: fake.url, tls: { caFile: caFile(folder) } },
        auth: {
          ...{ method: 'service-account', clientId: 'env:CLIENT', clientSecret: 'env:CLIENT_SECRET' },
          tokenUrl: fake.tokenUrl,
        },
        catalogue: { path },
      },
      secrets: { CLIENT: CREDENTIALS.clientId, CLIENT_SECRET: CREDENTIALS.clientSecret },
      keep: (id, value, labels) => {
        const alias = fake.vault.put(value.text())
        rows.push({ id, hash: hashOfValue(value), at: new Date().toISOString(), state: 'stored', alias, labels })
      },
      finish: async () => {
        const nothing = (): void => undefined
        const log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
        const tools = { disk: systemDisk, clock: systemClock, log }
        const catalogue = await Catalogue.open({
          path,
          vault: `sandbox/${vaultId}`,
          whenMissing: 'create',
          ...tools,
        })
        const changed = rows.map((row) => [row.id, row] as const)
        await catalogue.exclusively((editor) => editor.commit(changedContent(editor.content, changed)))
      },
      requests: () => fake.requests.length,
    }
  },
}

const caFile = (folder: string): string => join(folder, 'ca.pem')

/** HD wallets with 24 words and an xpub, the largest that are common. Words and xpub are random; nothing here derives keys from them. */
function fill(fake: Fake, wallets: number): SignatureId[] {
  const chain = chainCodeSchema.parse('BTC')
  return Array.from({ length: wallets }, () => {
    const signatureId = newSignatureId()
    const xpub = `tpub${randomBytes(54).toString('hex').slice(0, 107)}`
    const createdAt = new Date().toISOString()
    const wallet = {
      descriptor: { signatureId, chain, network: 'testnet', kind: 'mnemonic', xpub, createdAt } as const,
      material: { mnemonic: Secret.fromText(entropyToMnemonic(randomBytes(32))) },
    }
    const value = sealEnvelope(wallet, 25_000)
    fake.keep(signatureId, value, labelsOf(wallet.descriptor))
    value.wipe()
    wipeWallet(wallet)
    return signatureId
  })
}

process.once('message', (order: FakeOrder) => void serve(order))

async function serve(order: FakeOrder): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'keyward-bench-backend-'))
  await writeFile(caFile(folder), testCertificate.cert)
  const fake = await FAKES[order.product](order, folder)
  const signatureIds = fill(fake, order.wallets)
  await fake.finish?.()
  const place: FakePlace = { config: fake.config, secrets: fake.secrets ?? {}, signatureIds }
  const cpuAtStart = process.cpuUsage()
  process.send?.(place)
  process.once('message', () => {
    const { user, system } = process.cpuUsage(cpuAtStart)
    const report: FakeReport = { requests: fake.requests(), cpuSeconds: (user + system) / 1e6 }
    void rm(folder, { recursive: true, force: true }).then(() => process.send?.(report, () => process.exit()))
  })
}
