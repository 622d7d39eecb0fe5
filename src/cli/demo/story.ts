import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'
import type { Sandbox } from '../../sandbox/index.js'
import type { FourEyeServer } from './four-eye-server.js'
import type { DemoShell } from './shell.js'

export interface Stage {
  readonly sandbox: Sandbox
  readonly approver: FourEyeServer
  readonly shell: DemoShell
}

const SUPPLIER = {
  ETH: '0x90f8bf6a479f320ead074411a4b0e7944ea8c9c1',
  BTC: 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx',
}
const STRANGER = '0x00000000000000000000000000000000deadbeef'

/** The demo as it is told: each step does what it says and shows what came of it. */
export async function tell(stage: Stage): Promise<void> {
  const { sandbox, approver, shell } = stage
  await shell.say(
    'Keyward demo. An application wants to pay; the keys never leave this machine.',
    'All of it is real but worthless: a local Ethereum node, a local Bitcoin ledger, a temporary folder.',
  )
  await shell.step(
    '1. A sandbox stands in for the Tatum API',
    `${sandbox.url} serves the same calls, over an Ethereum node (anvil) and a Bitcoin ledger that checks every signature.`,
  )
  await shell.configure(sandbox.url, approver.url)

  await shell.step(
    '2. Two wallets are made',
    'The mnemonics are in the encrypted file now. Outside, a wallet is only its signatureId.',
  )
  const ethereum = await makeWallet(shell, 'ETH')
  const bitcoin = await makeWallet(shell, 'BTC')
  await sandbox.fund('ETH', ethereum.address, '10')
  await sandbox.fund('BTC', bitcoin.address, '0.5')
  await shell.say('', '  10 ETH and 0.5 BTC are sent to the two addresses.')

  await shell.step(
    '3. An application asks for three payments',
    'It has no key. It says which wallet shall pay, by signatureId, and gets the id of a pending transaction.',
  )
  approver.know(SUPPLIER.ETH)
  approver.know(SUPPLIER.BTC)
  const eth = (to: string, amount: string): object => ({
    to,
    amount,
    currency: 'ETH',
    signatureId: ethereum.id,
    index: 0,
  })
  const paid = await request(stage, '/v3/ethereum/transaction', eth(SUPPLIER.ETH, '1.25'))
  const refused = await request(stage, '/v3/ethereum/transaction', eth(STRANGER, '8'))
  const paidBitcoin = await request(stage, '/v3/bitcoin/transaction', {
    fromAddress: [{ address: bitcoin.address, signatureId: bitcoin.id, index: 0 }],
    to: [{ address: SUPPLIER.BTC, value: 0.02 }],
    fee: '0.00001',
    changeAddress: bitcoin.address,
  })

  const before = await balances(stage, ethereum.address, bitcoin.address)
  await shell.step('4. The daemon has each one approved, signs the approved ones here, and broadcasts them')
  await shell.run('daemon', '--run-once', '--chain', 'ETH,BTC', '--log-format', 'human')
  await shell.say('', '  What the four-eye server was asked, and what it said:')
  for (const { summary, approved, reason } of approver.verdicts)
    await shell.say(`    ${approved ? 'YES' : 'NO '}  ${summary}`, `         (${reason})`)

  await shell.step('5. What happened on the chains')
  await showReceipt(stage, await transactionId(stage, paid))
  const after = await balances(stage, ethereum.address, bitcoin.address)
  await shell.say(
    '',
    '  balance             before          after',
    ...after.map(({ name, amount }, row) => balanceLine(name, before[row]?.amount, amount)),
  )
  const bitcoinId = await transactionId(stage, paidBitcoin)
  await shell.say('', `  Bitcoin transaction ${bitcoinId} is in the ledger: its scripts and amounts were checked.`)
  if ((await pending(stage, refused)).txId !== undefined)
    throw new KeywardError('INTERNAL', 'the refused transaction was signed')
  await shell.say(`  The refused one (${refused}) is still unsigned:`)
  await shell.run('transactions', 'list', '--state', 'refused')

  await shell.step(
    '6. The daemon runs again',
    'Nothing is signed a second time: the journal knows what is done and what was refused.',
  )
  await shell.run('daemon', '--run-once', '--chain', 'ETH,BTC', '--log-format', 'human')
  await shell.say('', 'That was Keyward. The temporary folder is removed now. Next: README.md, "Run it for real".')
}

async function makeWallet(shell: DemoShell, chain: 'ETH' | 'BTC'): Promise<{ id: string; address: string }> {
  const { signatureId } = z
    .object({ signatureId: z.string() })
    .parse(JSON.parse(await shell.run('generatemanagedwallet', chain)))
  const { address } = z
    .object({ address: z.string() })
    .parse(JSON.parse(await shell.run('getaddress', signatureId, '0')))
  return { id: signatureId, address }
}

/** A call of the application. @returns the id of the pending transaction. */
async function request({ sandbox, shell }: Stage, path: string, body: object): Promise<string> {
  await shell.say('', `  POST ${path}`, `    ${JSON.stringify(body)}`)
  const answer = await call(`${sandbox.url}${path}`, z.object({ signatureId: z.string() }), body)
  await shell.say(`  -> ${JSON.stringify(answer)}`)
  return answer.signatureId
}

const pending = ({ sandbox }: Stage, id: string): Promise<{ txId?: string | null | undefined }> =>
  call(
    `${sandbox.url}/v3/kms/${id}`,
    z.object({
      txId: z
        .string()
        .nullish()
        .transform((txId) => txId ?? undefined),
    }),
  )

async function transactionId(stage: Stage, id: string): Promise<string> {
  const { txId } = await pending(stage, id)
  if (typeof txId !== 'string') throw new KeywardError('INTERNAL', `transaction ${id} was not completed`)
  return txId
}

async function showReceipt({ sandbox, shell }: Stage, txId: string): Promise<void> {
  const receiptSchema = z.object({
    status: z.unknown(),
    blockNumber: z.unknown(),
    from: z.string(),
    to: z.string(),
    gasUsed: z.unknown(),
    transactionHash: z.string(),
  })
  const receipt = await call(`${sandbox.url}/v3/ethereum/transaction/${txId}`, receiptSchema)
  await shell.say(
    '  The receipt from the Ethereum node:',
    ...JSON.stringify(receipt, undefined, 2)
      .split('\n')
      .map((line) => `  ${line}`),
  )
}

async function balances(
  { sandbox }: Stage,
  ethereum: string,
  bitcoin: string,
): Promise<{ name: string; amount: string }[]> {
  const eth = async (address: string): Promise<string> =>
    (await call(`${sandbox.url}/v3/ethereum/account/balance/${address}`, z.object({ balance: z.string() }))).balance
  const btc = async (address: string): Promise<string> => {
    const schema = z.object({ incoming: z.string(), outgoing: z.string() })
    const { incoming, outgoing } = await call(`${sandbox.url}/v3/bitcoin/address/balance/${address}`, schema)
    return (Number(incoming) - Number(outgoing)).toFixed(8)
  }
  return [
    { name: 'our ETH', amount: await eth(ethereum) },
    { name: "supplier's ETH", amount: await eth(SUPPLIER.ETH) },
    { name: "stranger's ETH", amount: await eth(STRANGER) },
    { name: 'our BTC', amount: await btc(bitcoin) },
    { name: "supplier's BTC", amount: await btc(SUPPLIER.BTC) },
  ]
}

const balanceLine = (name: string, before = '', after = ''): string =>
  `    ${name.padEnd(16)}  ${before.padEnd(14)}  ${after}`

async function call<T extends z.ZodType>(url: string, schema: T, body?: object): Promise<z.output<T>> {
  const post = body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(url, { ...post, signal: AbortSignal.timeout(10_000) })
  const text = await response.text()
  if (!response.ok) throw new KeywardError('INTERNAL', `the sandbox answered ${response.status}: ${text.slice(0, 200)}`)
  return schema.parse(JSON.parse(text))
}
