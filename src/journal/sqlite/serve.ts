import type { MessagePort } from 'node:worker_threads'
import { openLibsql } from './database.js'
import type { OpenDatabase } from './database.js'
import { asKeywardError } from '../../core/errors.js'
import { journalFailure } from './errors.js'
import { toWire } from './protocol.js'
import type { FromWorker, ToWorker } from './protocol.js'
import { JournalSession } from './session.js'
import type { SessionSettings } from './session.js'

/**
 * The worker's side: opens the database, answers batches one after the other, and ends when it is told to or when the disk cannot be trusted. Ending closes
 * what is open and frees the locks.
 * @param open for tests: a database that fails.
 */
export function serveJournal(port: MessagePort, settings: SessionSettings, open: OpenDatabase = openLibsql): void {
  const say = (message: FromWorker): void => port.postMessage(message)
  let session: JournalSession
  try {
    session = JournalSession.open(settings, open)
  } catch (thrown) {
    say({ kind: 'failed', error: toWire(asKeywardError(thrown)) })
    return
  }
  port.on('message', (message: ToWorker) => {
    const reply = message.kind === 'close' ? close(session) : session.run(message.calls)
    say(reply)
    if (reply.kind === 'failed' || reply.kind === 'closed') port.close()
  })
  say({ kind: 'opened' })
}

function close(session: JournalSession): FromWorker {
  try {
    session.close()
    return { kind: 'closed' }
  } catch (thrown) {
    return { kind: 'failed', error: toWire(journalFailure(thrown, 'close')) }
  }
}
