import { join } from 'node:path'
import type { CommandPlace } from './command-place.js'

const PASSWORD = 'canary file password 90210'

/** An encrypted file: the place that all others are compared with. */
export function filePlace(folder: string): CommandPlace {
  return {
    product: 'file',
    section: { type: 'file', path: join(folder, 'wallets.dat'), password: 'env:PLACE_FILE_PASSWORD' },
    env: { PLACE_FILE_PASSWORD: PASSWORD },
    credentials: [PASSWORD],
    lines: () => [],
    keep: () => {
      throw new Error('a file keeps no secrets of the program')
    },
    absent: () => 'file:/nowhere',
    troubles: {},
    heal: () => undefined,
    close: () => Promise.resolve(),
  }
}
