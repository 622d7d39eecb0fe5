import { AwsStore } from '../../src/backends/aws/aws-store.js'
import { awsConfigSchema } from '../../src/backends/aws/config.js'
import { newSignatureId } from '../../src/core/ids.js'
import { systemClock } from '../../src/core/clock.js'
import { Secret } from '../../src/core/secret.js'

/* Uses a store on the account that AWS_ENDPOINT_URL_SECRETS_MANAGER leads to, with and without success, and prints nothing of its own. */
const silent = (): void => undefined
const store = new AwsStore(awsConfigSchema.parse({ type: 'aws' }), {
  clock: systemClock,
  log: { debug: silent, info: silent, warn: silent, error: silent },
  secrets: { resolve: () => Promise.reject(new Error('not used')) },
})
const id = newSignatureId()
await store.open()
await store.create(id, Secret.fromText(process.env['CANARY'] ?? ''), { app: 'keyward' })
await Promise.all(Array.from({ length: 200 }, () => store.read([id])))
await store.read([newSignatureId(), id])
for await (const name of store.names()) await store.remove(name.signatureId, 'recoverable')
await store.create(id, Secret.fromText('another value'), {}).catch(silent)
await store.close()
