import { expect } from 'chai'
import { z } from 'zod'
import { isSecretReference, isSection, knownKeys, leavesOf, valueAt } from '../../src/config/schema-walk.js'
import { secretReferenceSchema } from '../../src/core/secret-reference.js'

/** Shaped like the configuration file when there are several backends. */
const schema = z.strictObject({
  flag: z.boolean().default(false),
  backend: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('file'), path: z.string().optional() }),
      z.strictObject({
        type: z.literal('vault'),
        address: z.string(),
        auth: z.strictObject({ token: secretReferenceSchema.optional().describe('a token') }).prefault({}),
      }),
    ])
    .prefault({ type: 'file' }),
})

describe('config: walking a schema along its data', () => {
  it('finds the leaves of the backend that the data chooses, and of no other', () => {
    const vault = { flag: true, backend: { type: 'vault', address: 'a', auth: { token: 'env:T' }, path: 'x' } }
    expect(leavesOf(schema, vault).map(({ path, value }) => [path, value])).to.deep.equal([
      ['flag', true],
      ['backend.type', 'vault'],
      ['backend.address', 'a'],
      ['backend.auth.token', 'env:T'],
    ])
    const file = { backend: { type: 'file', path: 'x', address: 'a' } }
    expect(leavesOf(schema, file).map(({ path }) => path)).to.deep.equal(['backend.type', 'backend.path'])
    for (const backend of [{ type: 'other', path: 'x' }, {}, null, 'x', []]) {
      expect(leavesOf(schema, { backend })).to.deep.equal([])
    }
  })

  it('knows a secret reference however it is wrapped and described', () => {
    const [token] = leavesOf(schema, { backend: { type: 'vault', auth: { token: 'x' } } }).filter((leaf) =>
      leaf.path.endsWith('token'),
    )
    expect(isSecretReference(token?.schema)).to.equal(true)
    expect(
      isSecretReference(secretReferenceSchema.describe('x').default(secretReferenceSchema.parse('env:X'))),
    ).to.equal(true)
    expect(isSecretReference(z.string())).to.equal(false)
    expect(isSecretReference(undefined)).to.equal(false)
  })

  it('names the keys that are known at a place', () => {
    expect(knownKeys(schema, {}, [])).to.deep.equal(['flag', 'backend'])
    const vault = { backend: { type: 'vault' } }
    expect(knownKeys(schema, vault, ['backend'])).to.deep.equal(['type', 'address', 'auth'])
    expect(knownKeys(schema, vault, ['backend', 'auth'])).to.deep.equal(['token'])
    expect(knownKeys(schema, {}, ['flag'])).to.deep.equal([])
    expect(knownKeys(schema, {}, ['nowhere', 'x'])).to.deep.equal([])
  })

  it('tells sections from values, and own members from inherited ones', () => {
    expect(isSection(schema, 'backend')).to.equal(true)
    for (const key of ['flag', 'nowhere', 'toString', '__proto__']) expect(isSection(schema, key), key).to.equal(false)
    expect(leavesOf(schema, { toString: 1, constructor: 2 })).to.deep.equal([])
    expect(valueAt({ a: [{ b: 1 }] }, ['a', 0, 'b'])).to.equal(1)
    for (const path of [['toString'], ['a', 'length'], ['a', 0, 'b', 'c']]) {
      expect(valueAt({ a: [{ b: 1 }] }, path), path.join('.')).to.equal(undefined)
    }
  })
})
