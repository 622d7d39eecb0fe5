import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { parse } from 'yaml'
import { z } from 'zod'
import { awsConfigSchema } from '../../../src/backends/aws/config.js'
import { paceOf } from '../../../src/backends/aws/limits.js'

const accepts = (settings: Readonly<Record<string, unknown>>): boolean =>
  awsConfigSchema.safeParse({ type: 'aws', ...settings }).success

describe('AWS: its section of the configuration', () => {
  it('needs nothing but the type', () => {
    const config = awsConfigSchema.parse({ type: 'aws' })
    expect(config).to.deep.include({ prefix: 'keyward', recoveryWindowDays: 30, auth: { method: 'default' } })
    expect(paceOf(config).policy.rates.batch).to.deep.equal({ perSecond: 100, burst: 10 })
  })

  const FINE: readonly Readonly<Record<string, unknown>>[] = [
    { region: 'us-gov-west-1' },
    { region: 'ap-southeast-2' },
    { region: 'eusc-de-east-1' },
    { endpoint: 'https://vpce-1.secretsmanager.eu-west-1.vpce.amazonaws.com' },
    { endpoint: 'http://127.0.0.1:4566' },
    { endpoint: 'http://[::1]:4566' },
    { prefix: 'team/payments/kms' },
    { kmsKeyId: 'alias/keyward' },
    { kmsKeyId: 'arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/0f0f0f0f-0000-4000-8000-000000000000' },
    { tags: { 'cost center': 'Zahlungen/EU' } },
    { auth: { method: 'assume-role', roleArn: 'arn:aws-cn:iam::123456789012:role/path/keyward' } },
  ]
  for (const settings of FINE) it(`accepts ${JSON.stringify(settings)}`, () => expect(accepts(settings)).to.equal(true))

  const WRONG: readonly Readonly<Record<string, unknown>>[] = [
    { region: 'Frankfurt' },
    { endpoint: 'http://secrets.internal' },
    { endpoint: 'http://127.0.0.1.evil.example' },
    { endpoint: 'https://user:password@secrets.internal' },
    { endpoint: 'ftp://secrets.internal' },
    { prefix: '' },
    { prefix: '/keyward' },
    { prefix: 'keyward/' },
    { prefix: 'key ward' },
    { prefix: '!keyward' },
    { recoveryWindowDays: 6 },
    { recoveryWindowDays: 31 },
    { tags: { chain: 'BTC' } },
    { tags: { 'aws:x': 'y' } },
    { tags: { note: 'a;b' } },
    { auth: {} },
    { auth: { method: 'magic' } },
    { auth: { method: 'default', profile: 'x' } },
    { auth: { method: 'static', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'env:KEY' } },
    { auth: { method: 'assume-role', roleArn: 'keyward' } },
    { auth: { method: 'assume-role', roleArn: 'arn:aws:iam::123456789012:role/a', sessionSeconds: 60 } },
    { auth: { method: 'assume-role', roleArn: 'arn:aws:iam::123456789012:role/a', source: { method: 'assume-role' } } },
    { limits: { readsPerSecond: 0 } },
    { timeouts: { requestMs: 1 } },
    { unknown: true },
  ]
  for (const settings of WRONG)
    it(`refuses ${JSON.stringify(settings)}`, () => expect(accepts(settings)).to.equal(false))

  const folder = new URL('../../../config/', import.meta.url)
  for (const file of readdirSync(folder).filter((name) => name.startsWith('aws-'))) {
    it(`accepts ${file} with every commented line put into effect`, () => {
      const text = readFileSync(new URL(file, folder), 'utf8')
      const all = text.replace(/^( *)# ([a-z]\w+: \S.*)$/gm, '$1$2')
      const { backend } = z.object({ backend: z.looseObject({ auth: z.looseObject({}) }) }).parse(parse(all))
      expect(awsConfigSchema.safeParse(backend).error).to.equal(undefined)
      expect(Object.keys(backend).length + Object.keys(backend.auth).length).to.be.greaterThan(4)
    })
  }

  it('makes the pace that is configured', () => {
    const { policy, connectMs } = paceOf(
      awsConfigSchema.parse({
        type: 'aws',
        limits: { readsPerSecond: 400, writesPerSecond: 5, concurrency: 9 },
        timeouts: { requestMs: 1500, totalMs: 1000 },
      }),
    )
    expect(policy.rates.batch?.perSecond).to.equal(400)
    expect([policy.rates.create?.perSecond, policy.rates.remove?.burst]).to.deep.equal([5, 1])
    expect([policy.concurrency, policy.attemptMs, policy.totalMs, connectMs]).to.deep.equal([9, 1500, 1500, 1500])
  })
})
