import { expect } from 'chai'
import fc from 'fast-check'
import { parseMessage } from '../../../src/chains/solana/message.js'
import { KeywardError } from '../../../src/core/errors.js'
import { newSignatureId } from '../../../src/core/ids.js'
import { parsePendingTransaction } from '../../../src/core/pending-transaction.js'
import { codeThrownBy, thrownBy } from '../../kit/chain-suite.js'
import { addressBytes, addressFrom, buildMessage, memo, pay, unitLimit } from './build.js'
import { solana, vectors } from './kit.js'
import * as programs from '../../../src/chains/solana/programs.js'

const read = (serializedTransaction: string, more: object = {}) =>
  solana.transactions.read(
    parsePendingTransaction({
      id: '5f0000000000000000000001',
      chain: 'SOL',
      hashes: [newSignatureId()],
      serializedTransaction,
      ...more,
    }),
    'testnet',
  )

const address = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(addressFrom)
const [from, to, other] = vectors.wallets.map((wallet) => wallet.address) as [string, string, string]
const sound = buildMessage(from, [pay(from, to, 5n)])
const asText = (message: Uint8Array, more: object = {}): string =>
  JSON.stringify({ txData: Buffer.from(message).toString('hex'), ...more })

describe('Solana: reading a request', () => {
  it("reads what the chain's own library makes: required keys in their order, programs, accounts and data", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(address, { minLength: 4, maxLength: 8 }),
        fc.bigInt(0n, 2n ** 64n - 1n),
        fc.constantFrom('legacy' as const, 0 as const),
        ([payer = '', sender = '', ...recipients], lamports, version) => {
          const message = buildMessage(
            payer,
            [unitLimit(7), ...recipients.map((recipient) => pay(sender, recipient, lamports))],
            { version },
          )
          const { required, instructions } = parseMessage(message)
          expect(required).to.deep.equal([payer, sender])
          expect(instructions.map(({ program }) => program)).to.deep.equal([
            programs.COMPUTE_BUDGET,
            ...recipients.map(() => programs.SYSTEM),
          ])
          expect(instructions.slice(1).map(({ accounts }) => accounts)).to.deep.equal(
            recipients.map((recipient) => [sender, recipient]),
          )
          expect(instructions[1]?.data.readBigUInt64LE(4)).to.equal(lamports)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('knows addresses from tables on the chain as unknown', () => {
    const message = buildMessage(from, [pay(from, to, 5n), pay(from, other, 6n)], {
      version: 0,
      table: { [programs.TOKEN]: [other] },
    })
    expect(parseMessage(message).instructions.map(({ accounts }) => accounts)).to.deep.equal([
      [from, to],
      [from, undefined],
    ])
  })

  it('refuses every message that is cut short or longer than it says', () => {
    for (const whole of [sound, buildMessage(from, [pay(from, to, 5n), memo('x')], { version: 0 })]) {
      for (let length = 0; length < whole.length; length++) {
        expect(codeThrownBy(() => parseMessage(whole.subarray(0, length)))).to.equal('TRANSACTION_MALFORMED')
      }
      expect(codeThrownBy(() => parseMessage(Buffer.concat([whole, Buffer.alloc(1)])))).to.equal(
        'TRANSACTION_MALFORMED',
      )
    }
  })

  it('refuses headers, keys, programs and accounts that do not fit, and lengths in a longer spelling than needed', () => {
    const changed = (place: number, ...bytes: number[]): Buffer => {
      const copy = Buffer.from(sound)
      copy.set(bytes, place)
      return copy
    }
    // 3 bytes of header, the number of keys, 3 keys, a block hash, the number of instructions, then: program, accounts, data.
    const instruction = 4 + 3 * 32 + 32 + 1
    const wrong: Readonly<Record<string, Buffer>> = {
      'no signature': changed(0, 0),
      'more signatures than keys': changed(0, 4),
      'a payer that is read only': changed(1, 1),
      'more read-only keys than keys': changed(2, 3),
      'a key twice': changed(4 + 32, ...sound.subarray(4, 4 + 32)),
      'the payer as program': changed(instruction, 0),
      'a program that is not there': changed(instruction, 3),
      'an account that is not there': changed(instruction + 2, 3),
      'a long length': Buffer.concat([sound.subarray(0, 3), Buffer.of(0x83, 0), sound.subarray(4)]),
      'a length beyond 16 bits': Buffer.concat([sound.subarray(0, 3), Buffer.of(0x83, 0x80, 0x04), sound.subarray(4)]),
      nothing: Buffer.alloc(0),
    }
    for (const [name, message] of Object.entries(wrong)) {
      expect(
        codeThrownBy(() => parseMessage(message)),
        name,
      ).to.equal('TRANSACTION_MALFORMED')
    }
    const table = buildMessage(from, [pay(from, other, 6n)], { version: 0, table: { [programs.TOKEN]: [other] } })
    table.set([0, 0], table.length - 3)
    expect(codeThrownBy(() => parseMessage(table))).to.equal('TRANSACTION_MALFORMED')
  })

  it('refuses what is larger than the network carries, and later versions', () => {
    expect(codeThrownBy(() => parseMessage(buildMessage(from, [memo('x'.repeat(1100))])))).to.equal(
      'TRANSACTION_MALFORMED',
    )
    expect(codeThrownBy(() => parseMessage(Buffer.alloc(1300, 1)))).to.equal('TRANSACTION_MALFORMED')
    expect(codeThrownBy(() => parseMessage(Buffer.concat([Buffer.of(0x81), sound])))).to.equal(
      'TRANSACTION_UNSUPPORTED',
    )
  })

  it('refuses durable nonces, whose value the reference overwrites', () => {
    const advance = {
      program: programs.SYSTEM,
      accounts: [
        ['w', other],
        ['R', from],
      ] as const,
      data: Buffer.of(4, 0, 0, 0),
    }
    const message = buildMessage(from, [advance, pay(from, to, 5n)])
    expect(codeThrownBy(() => read(asText(message)))).to.equal('TRANSACTION_UNSUPPORTED')
  })

  it('takes each wallet once, with the index of the list that names it', () => {
    const [one, two] = [newSignatureId(), newSignatureId()]
    const lists = {
      hashes: [one, one],
      signatures: [
        { id: two, index: 7 },
        { id: one, index: 9 },
      ],
      index: 3,
    }
    expect(read(asText(sound), lists).signers).to.deep.equal([
      { signatureId: one, index: 3 },
      { signatureId: two, index: 7 },
    ])
  })

  it('refuses other members, a member named twice, and texts that are no hexadecimal', () => {
    const digits = sound.toString('hex')
    const wrong = [
      '',
      'null',
      '[]',
      '"x"',
      '{}',
      digits,
      sound.toString('base64'),
      JSON.stringify({ txData: digits, feePayer: from }),
      `{"txData":"${digits}","txData":"${digits}"}`,
      `{"txData":"${digits}","txD\\u0061ta":"${digits}"}`,
      JSON.stringify({ txData: `0x${digits}` }),
      JSON.stringify({ txData: digits.slice(1) }),
      JSON.stringify({ txData: 5 }),
      asText(sound, { mintPK: 'zz' }),
      asText(sound, { mintPK: vectors.wallets[0]?.privateKeyHex.slice(0, 126) }),
    ]
    for (const text of wrong.filter((each) => each !== '')) {
      expect(
        codeThrownBy(() => read(text)),
        text.slice(0, 60),
      ).to.equal('TRANSACTION_MALFORMED')
    }
  })

  it('repeats nothing of a throw-away key, neither in an error nor when the request is printed', () => {
    const key = vectors.wallets[0]?.privateKeyHex ?? ''
    const damaged = `${key.slice(0, 127)}${key.endsWith('0') ? '1' : '0'}`
    const error = thrownBy(() => read(asText(sound, { mintPK: damaged })))
    expect(error.code).to.equal('TRANSACTION_MALFORMED')
    const { mintSeed } = read(asText(sound, { mintPK: key }))
    for (const text of [
      JSON.stringify(error.toJSON()),
      String(error.stack),
      JSON.stringify({ mintSeed }),
      `${mintSeed?.toString()}`,
    ]) {
      expect(text).to.not.include(key.slice(0, 16))
      expect(text).to.not.include(damaged.slice(-16))
    }
  })

  it('refuses garbage with a KeywardError, and within 100 ms', () => {
    const wholeMessage = fc.uint8Array({ maxLength: 1400 }).map((bytes) => asText(bytes))
    const bent = fc
      .tuple(fc.nat(sound.length - 1), fc.nat(255))
      .map(([place, byte]) => asText(Buffer.from(sound).fill(byte, place, place + 1)))
    fc.assert(
      fc.property(fc.oneof(fc.string({ minLength: 1 }), fc.json(), wholeMessage, bent), (text) => {
        const started = process.cpuUsage()
        try {
          const { message } = read(text)
          expect(message.required).to.not.be.empty
        } catch (error) {
          expect(error).to.be.instanceOf(KeywardError)
        }
        const { user, system } = process.cpuUsage(started)
        expect((user + system) / 1000).to.be.lessThan(100)
      }),
      { numRuns: 500 },
    )
    const huge = ['{"txData":"', 'ff'.repeat(900_000), '"}'].join('')
    expect(codeThrownBy(() => read(huge))).to.equal('TRANSACTION_MALFORMED')
  })

  it('knows programs by addresses of 32 bytes', () => {
    const all = Object.values(programs).flat()
    expect(all).to.have.lengthOf(10)
    for (const program of all) expect(addressBytes(program)).to.have.lengthOf(32)
  })
})
