// Started with a pipe, file or terminal as file descriptor N: resolves fd:N twice and prints what it got as JSON.
import { createSecretSource, Environment } from '../../src/config/index.js'
import { KeywardError } from '../../src/core/errors.js'
import { secretReferenceSchema } from '../../src/core/secret-reference.js'

const reference = secretReferenceSchema.parse(process.argv[2])
const quiet = (): void => undefined
const source = createSecretSource({
  environment: Environment.of({}),
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
})

const resolveOnce = async (): Promise<string> => {
  const secret = await source.resolve(reference, { what: 'a test secret' })
  return secret.use((bytes) => bytes.toString('hex'))
}

try {
  const first = await resolveOnce()
  process.stdout.write(JSON.stringify({ first, second: await resolveOnce() }))
} catch (problem) {
  const code = problem instanceof KeywardError ? problem.code : 'foreign'
  process.stdout.write(JSON.stringify({ code, message: problem instanceof Error ? problem.message : '' }))
}
source.close()
