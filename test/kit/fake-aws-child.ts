import { FakeAws } from './aws/fake-aws.js'
import { seedWallets } from './aws/seed.js'

/* AWS in a process of its own, for measurements: arguments are the number of wallets and whether AWS's quotas hold. Prints its address. */
const [count = '0', quotas = 'quotas'] = process.argv.slice(2)
const aws = await FakeAws.start()
aws.keepsRequests = false
aws.quotas = quotas === 'quotas'
seedWallets(aws.secrets, Number(count))
process.stdout.write(`${aws.url}\n`)
process.stdin.once('end', () => process.exit(0)).resume()
