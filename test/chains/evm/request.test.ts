import { expect } from 'chai'
import { getAddress } from 'ethers'
import fc from 'fast-check'
import { readRequest } from '../../../src/chains/evm/request.js'
import type { EvmRequest } from '../../../src/chains/evm/request.js'
import { KeywardError } from '../../../src/core/errors.js'
import type { Network } from '../../../src/core/ids.js'
import { ethereum, makeWallet, pendingOf } from './evm-vectors.js'
import { refusal } from './walk.js'

const TO = '0xd2a5ca0f9affe6959bf168ad34f8d89d17671e0a'
const CHECKSUMMED = '0xD2A5ca0f9aFFE6959bF168AD34f8d89d17671E0a'
const wallet = makeWallet({ privateKey: `0x${'46'.repeat(32)}` }, 'testnet')

type Fields = Readonly<Record<string, unknown>> | string

function read(fields: Fields, extra: Readonly<Record<string, unknown>> = {}, network: Network = 'testnet'): EvmRequest {
  const complete = typeof fields === 'string' ? fields : { to: TO, gas: '21000', gasPrice: '1', nonce: 1, ...fields }
  return readRequest(ethereum, pendingOf(complete, wallet, extra), network)
}

async function expectRefusal(
  fields: Fields,
  says: RegExp,
  code = 'TRANSACTION_MALFORMED',
  network?: Network,
): Promise<void> {
  const error = await refusal(() => read(fields, {}, network))
  expect(error.message).to.match(says)
  expect(error.code).to.equal(code)
}

describe('Ethereum: reading a request', () => {
  describe('numbers', () => {
    it('takes JSON numbers, decimal text and hexadecimal text for the same number', () => {
      for (const name of ['value', 'gas', 'gasPrice', 'nonce'] as const) {
        for (const form of [255, '255', '0xff', '0XFF', '0x00ff', '00255']) {
          const request = read({ [name]: form })
          const { gasPrice } = request.fees as { gasPrice?: bigint }
          expect({ ...request, gasPrice }[name], `${name} ${form}`).to.equal(255n)
        }
      }
    })

    it('keeps every digit of a JSON number above 2^53', () => {
      fc.assert(
        fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 256n - 1n }), (value) => {
          expect(read(`{"to":"${TO}","value":${value}}`).value).to.equal(value)
        }),
      )
    })

    it('refuses fractions, exponents, signs, blanks, other types and more than 256 bits', async () => {
      const forms = [
        '0.5',
        '1e18',
        '-1',
        '"-1"',
        '"+1"',
        '" 1"',
        '"1e3"',
        '"0x"',
        '"0b1"',
        '"1_000"',
        'true',
        '[]',
        '{}',
        '1.0',
        '-0',
      ]
      for (const form of [...forms, (2n ** 256n).toString(), `"0x1${'0'.repeat(64)}"`, '9'.repeat(500_000)]) {
        for (const name of ['value', 'gas', 'gasPrice', 'nonce', 'maxFeePerGas', 'maxPriorityFeePerGas', 'type']) {
          await expectRefusal(`{"to":"${TO}","${name}":${form}}`, new RegExp(`^"${name}" of the transaction`))
        }
      }
    })

    it('takes null, empty text and absence for "not given", and zero gas or price too', () => {
      for (const nothing of [null, '', undefined]) {
        const request = read({
          value: nothing,
          data: nothing,
          gas: nothing,
          gasPrice: nothing,
          nonce: nothing,
          chainId: nothing,
        })
        expect(request).to.deep.equal({ signers: request.signers, to: TO, estimate: true, fees: { type: 'legacy' } })
      }
      const zero = read({ gas: 0, gasPrice: '0x0', gasLimit: '0x0' })
      expect([zero.gas, zero.estimate, zero.fees]).to.deep.equal([undefined, true, { type: 'legacy' }])
    })

    it('refuses gas and nonces that no node can hold', async () => {
      await expectRefusal({ gas: (2n ** 64n).toString() }, /"gas".* 64 bits/)
      await expectRefusal({ nonce: (2n ** 64n - 1n).toString() }, /"nonce".*EIP-2681/)
    })
  })

  describe('recipient and data', () => {
    it('takes an address with or without 0x, in one case, or with the right checksum', () => {
      const digits = TO.slice(2)
      for (const form of [
        TO,
        digits,
        `0X${digits}`,
        `0x${digits.toUpperCase()}`,
        digits.toUpperCase(),
        CHECKSUMMED,
        CHECKSUMMED.slice(2),
      ])
        expect(read({ to: form }).to).to.equal(TO)
    })

    it('refuses every address in mixed case whose checksum is wrong', () => {
      const address = fc
        .uint8Array({ minLength: 20, maxLength: 20 })
        .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`)
      fc.assert(
        fc.property(address, fc.nat(39), (lower, place) => {
          const right = getAddress(lower)
          expect(read({ to: right }).to).to.equal(lower)
          const digit = right[place + 2] ?? ''
          const other = digit === digit.toLowerCase() ? digit.toUpperCase() : digit.toLowerCase()
          const wrong = right.slice(0, place + 2) + other + right.slice(place + 3)
          const oneCase =
            wrong.slice(2) === wrong.slice(2).toLowerCase() || wrong.slice(2) === wrong.slice(2).toUpperCase()
          if (wrong === right || oneCase) return
          expect(() => read({ to: wrong })).to.throw(KeywardError, 'not an address')
        }),
      )
    })

    it('refuses other things as recipient', async () => {
      for (const to of ['0x', `${TO}00`, TO.slice(0, -1), `xdc${TO.slice(2)}`, 'one1abc', 5, {}, [TO], true])
        await expectRefusal({ to }, /"to".* not an address/)
    })

    it('takes data with or without 0x in any case, pads half a byte, and knows it as input', () => {
      for (const form of ['0xABCDEF', 'abcdef', '0XabCDef']) {
        expect(read({ data: form }).data).to.equal('0xabcdef')
        expect(read({ input: form, data: '' }).data).to.equal('0xabcdef')
      }
      expect(read({ data: '0xabc' }).data).to.equal('0x0abc')
      expect(read({ data: '0x' })).not.to.have.property('data')
    })

    it('refuses data that is not hexadecimal, and data next to input', async () => {
      for (const data of ['0xgg', 'hello', 5, [], '0x 12', '0x12\n'])
        await expectRefusal({ data }, /"data".* not hexadecimal/)
      await expectRefusal({ data: '0x01', input: '0x01' }, /"input".* exclude/)
    })

    it('takes a missing recipient for contract creation only where there is code', async () => {
      for (const to of [null, '', undefined]) {
        expect(read({ to, data: '0x6000' })).not.to.have.property('to')
        await expectRefusal({ to, value: '1' }, /"to".* its value would be lost/)
        await expectRefusal({ to, data: '0x' }, /"to".* its value would be lost/)
      }
    })

    it('reads a megabyte of data', () => {
      const data = `0x${'ab'.repeat(990_000)}`
      expect(read({ data }).data).to.equal(data)
    })
  })

  describe('gas and nonce', () => {
    it('puts gasLimit before gas, in hexadecimal only', async () => {
      expect(read({ gas: '21000', gasLimit: '0x7530' }).gas).to.equal(30_000n)
      for (const gasLimit of ['30000', 30_000, '0x']) await expectRefusal({ gasLimit }, /"gasLimit".* hexadecimal/)
    })

    it('leaves the gas of a withdrawal to the network', () => {
      const withdrawal = { withdrawalId: '5e6be8e9e6aa436299950c41' }
      expect(read({ gas: '30000' }, withdrawal).estimate).to.equal(true)
      expect(read({ gas: '30000', gasLimit: '0x7530' }, withdrawal).estimate).to.equal(false)
      expect(read({ gas: '30000' }).estimate).to.equal(false)
    })

    it('takes the JSON number 0 as nonce for "not given", unless the gas is estimated', () => {
      expect(read({ nonce: 0 }).nonce).to.equal(undefined)
      expect(read({ nonce: '0' }).nonce).to.equal(0n)
      expect(read({ nonce: '0x0' }).nonce).to.equal(0n)
      expect(read({ nonce: 0, gas: null }).nonce).to.equal(0n)
      expect(read({ nonce: 0, gas: null, gasLimit: '0x7530' }).nonce).to.equal(0n)
      expect(read({ nonce: 0 }, { withdrawalId: '5e6be8e9e6aa436299950c41' }).nonce).to.equal(0n)
    })
  })

  describe('chain id', () => {
    it('takes the chain ids of the network, as number or decimal text', () => {
      for (const chainId of [11_155_111, '11155111', 560_048, 17_000])
        expect(read({ chainId }).chainId).to.equal(BigInt(chainId))
      expect(read({ chainId: 1 }, {}, 'mainnet').chainId).to.equal(1n)
    })

    it('refuses the chain id of another network', async () => {
      for (const chainId of [1, 56, '137', 0])
        await expectRefusal({ chainId }, /does not belong/, 'TRANSACTION_UNSUPPORTED')
      await expectRefusal({ chainId: 11_155_111 }, /does not belong/, 'TRANSACTION_UNSUPPORTED', 'mainnet')
    })
  })

  describe('types', () => {
    const dynamic = { gasPrice: null, maxFeePerGas: '30', maxPriorityFeePerGas: '2' }
    const entry = { address: CHECKSUMMED, storageKeys: [`0x${'AB'.repeat(32)}`] }
    const list = [{ address: TO, storageKeys: [`0x${'ab'.repeat(32)}`] }]

    it('knows legacy, EIP-2930 and EIP-1559 transactions by their fields', () => {
      expect(read({}).fees).to.deep.equal({ type: 'legacy', gasPrice: 1n })
      expect(read({ accessList: [entry] }).fees).to.deep.equal({ type: 'eip2930', gasPrice: 1n, accessList: list })
      expect(read({ accessList: [] }).fees).to.deep.equal({ type: 'eip2930', gasPrice: 1n, accessList: [] })
      expect(read(dynamic).fees).to.deep.equal({
        type: 'eip1559',
        maxFeePerGas: 30n,
        maxPriorityFeePerGas: 2n,
        accessList: [],
      })
      expect(read({ ...dynamic, accessList: [entry] }).fees).to.have.deep.property('accessList', list)
    })

    it('knows them by their type', () => {
      for (const type of ['0x0', 0, '0']) expect(read({ type }).fees.type).to.equal('legacy')
      for (const type of ['0x1', 1, '0x01']) expect(read({ type }).fees.type).to.equal('eip2930')
      for (const type of ['0x2', 2, '2']) expect(read({ ...dynamic, type }).fees.type).to.equal('eip1559')
    })

    it('refuses a type that contradicts the fields', async () => {
      await expectRefusal({ type: 0, accessList: [] }, /"type".* is 0/)
      await expectRefusal({ ...dynamic, type: '0x0' }, /"type".* is 0/)
      await expectRefusal({ ...dynamic, type: '0x1' }, /"type".* is 1/)
      await expectRefusal({ ...dynamic, gasPrice: '5' }, /"gasPrice".* exclude/)
      await expectRefusal({ type: 2 }, /"gasPrice".* exclude/)
    })

    it('refuses incomplete and impossible fee caps', async () => {
      await expectRefusal({ type: 2, gasPrice: null }, /"maxFeePerGas".* both be given/)
      await expectRefusal({ gasPrice: null, maxFeePerGas: '5' }, /both be given/)
      await expectRefusal({ gasPrice: null, maxPriorityFeePerGas: '5' }, /both be given/)
      await expectRefusal({ ...dynamic, maxFeePerGas: '0', maxPriorityFeePerGas: '0' }, /both be given/)
      await expectRefusal({ ...dynamic, maxPriorityFeePerGas: '31' }, /is higher than/)
    })

    it('refuses other types, and fields that would make another transaction', async () => {
      for (const type of ['0x3', 4, '0x7b', 127])
        await expectRefusal({ type }, /not supported/, 'TRANSACTION_UNSUPPORTED')
      for (const name of [
        'common',
        'hardfork',
        'blobs',
        'blobVersionedHashes',
        'maxFeePerBlobGas',
        'authorizationList',
      ]) {
        await expectRefusal(
          { [name]: ['x'] },
          new RegExp(`"${name}" of the transaction is not supported`),
          'TRANSACTION_UNSUPPORTED',
        )
        expect(read({ [name]: null }).to).to.equal(TO)
      }
    })

    it('refuses access lists that are not well-formed', async () => {
      const key = `0x${'ab'.repeat(32)}`
      const wrong = [
        'x',
        {},
        [null],
        ['x'],
        [[TO, [key]]],
        [{ address: TO }],
        [{ storageKeys: [] }],
        [{ address: 'x', storageKeys: [] }],
        [{ address: TO, storageKeys: key }],
        [{ address: TO, storageKeys: [key.slice(2)] }],
        [{ address: TO, storageKeys: [`${key}00`] }],
        [{ address: TO, storageKeys: [1] }],
      ]
      for (const accessList of wrong) await expectRefusal({ accessList }, /"accessList"/)
    })
  })

  describe('the signer', () => {
    const [first, second] = ['52839e32-f8c3-4d0c-8f17-36bc26d49375', '9f7530b7-785f-4fd0-8643-f8662e3f3330']

    it('is the first of hashes with the index of the transaction', () => {
      const signatures = [{ id: second, index: 9 }]
      expect(read({}, { hashes: [first, second], index: 5, signatures }).signers).to.deep.equal([
        { signatureId: first, index: 5 },
      ])
      expect(read({}, { hashes: [first], index: 0 }).signers).to.deep.equal([{ signatureId: first, index: 0 }])
      expect(read({}, { hashes: [first] }).signers).to.deep.equal([{ signatureId: first }])
    })

    it('is otherwise the first of signatures with the index of that entry', () => {
      const signatures = [{ id: second, index: 9 }, { id: first }]
      expect(read({}, { hashes: [], signatures, index: 5 }).signers).to.deep.equal([{ signatureId: second, index: 9 }])
      expect(read({}, { hashes: [], signatures: [{ id: first }] }).signers).to.deep.equal([{ signatureId: first }])
    })

    it('is never guessed', async () => {
      const error = await refusal(() => read({}, { hashes: [] }))
      expect(error.message).to.equal('the transaction names no wallet')
    })
  })

  it('does not look at from and at unknown fields', () => {
    const plain = read({})
    for (const from of [0, TO, 'nonsense', null, {}, -1.5]) {
      expect(read({ from, foo: 'bar', chain: 'mainnet', v: 1.5 })).to.deep.equal(plain)
    }
  })

  describe('never crashes', () => {
    const isRefused = (text: string): void => {
      try {
        read(text)
      } catch (error) {
        expect(error).to.be.instanceOf(KeywardError)
        expect((error as KeywardError).code).to.match(/^TRANSACTION_/)
      }
    }

    it('on garbage', () => {
      fc.assert(fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), isRefused), { numRuns: 500 })
    })

    it('on any JSON in any field', () => {
      const names = [
        'to',
        'value',
        'data',
        'input',
        'nonce',
        'gas',
        'gasLimit',
        'gasPrice',
        'maxFeePerGas',
        'type',
        'accessList',
        'chainId',
      ]
      const fields = fc.dictionary(fc.constantFrom(...names), fc.jsonValue())
      fc.assert(
        fc.property(fields, (object) => isRefused(JSON.stringify(object))),
        { numRuns: 500 },
      )
    })

    it('on a sound transaction with a few characters changed', () => {
      const sound = JSON.stringify({
        from: 0,
        to: TO,
        value: '15',
        gas: '21000',
        gasPrice: 20,
        nonce: 5,
        chainId: 17_000,
      })
      fc.assert(
        fc.property(fc.nat(sound.length), fc.nat(4), fc.string({ maxLength: 4 }), (at, removed, added) =>
          isRefused(sound.slice(0, at) + added + sound.slice(at + removed)),
        ),
        { numRuns: 500 },
      )
    })
  })
})
