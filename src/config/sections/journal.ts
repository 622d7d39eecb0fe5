import { z } from 'zod'
import { setting } from '../setting.js'
import { filePath } from '../values.js'

export const journalSchema = z.strictObject({
  path: setting(filePath.optional(), {
    kind: 'path',
    description: 'Where the durable state of every transaction is kept.',
    defaultText: 'beside the wallet file, with `.journal` appended; else `~/.keyward/journal.db`',
    flags: [{ name: 'journal', value: 'file' }],
    variables: [{ name: 'KEYWARD_JOURNAL_PATH' }],
  }),
})
