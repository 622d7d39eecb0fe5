import { expect } from 'chai'
import { LruCache } from '../../../src/chains/common/lru-cache.js'

describe('a cache of the most recently used', () => {
  it('computes a value once while it is remembered', () => {
    const cache = new LruCache<string, number>(2)
    let computed = 0
    const ask = (key: string): number => cache.getOrCompute(key, () => (computed += 1))
    expect([ask('a'), ask('a'), ask('b'), ask('a')]).to.deep.equal([1, 1, 2, 1])
    expect(computed).to.equal(2)
  })

  it('forgets what was not asked for longest, and holds no more than it may', () => {
    const cache = new LruCache<string, string>(2)
    const computed: string[] = []
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b', 'c']) {
      cache.getOrCompute(key, () => {
        computed.push(key)
        return key
      })
      expect(cache.size).to.be.at.most(2)
    }
    expect(computed).to.deep.equal(['a', 'b', 'c', 'b', 'c'])
  })

  it('does not remember a failure', () => {
    const cache = new LruCache<string, string>(2)
    expect(() =>
      cache.getOrCompute('a', () => {
        throw new Error('failed')
      }),
    ).to.throw('failed')
    expect(cache.getOrCompute('a', () => 'made')).to.equal('made')
  })
})
