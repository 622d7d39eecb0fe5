import { expect } from 'chai'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { FourEyeServer } from '../kit/four-eye-server.js'
import { testCertificate } from '../kit/test-certificate.js'

const script = fileURLToPath(new URL('ask-once.ts', import.meta.url))

describe('an approver with a certificate of a private authority', () => {
  it('is trusted when NODE_EXTRA_CA_CERTS names it', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'keyward-ca-'))
    const server = await FourEyeServer.start(undefined, { tls: testCertificate })
    try {
      const file = path.join(folder, 'ca.pem')
      await writeFile(file, testCertificate.cert)
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: file }
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, server.url], { env })
      expect(stdout).to.equal('approved')
    } finally {
      await server.close()
      await rm(folder, { recursive: true })
    }
  })
})
