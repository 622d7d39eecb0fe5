import { z } from 'zod'
import { KeywardError } from '../../core/errors.js'
import { TRANSACTION_STATES } from '../../core/journal.js'
import { parseStored } from '../damage.js'
import { inTransaction } from './database.js'
import type { Database } from './database.js'

/** "KWJL": tells a journal from any other SQLite file. */
const APPLICATION_ID = 0x4b574a4c

const quoted = (values: readonly string[]): string => values.map((value) => `'${value}'`).join(', ')

/**
 * `transactions` holds where each one stands, `steps` how it came there. The rules that matter most are also the database's own, so that no defect and no
 * hand-written SQL breaks them by accident: bytes once signed never change, the plan they were signed from neither, and nothing is forgotten.
 */
const VERSION_1 = `
CREATE TABLE transactions (
  id INTEGER PRIMARY KEY,
  pending_id TEXT NOT NULL UNIQUE,
  chain TEXT NOT NULL,
  network TEXT NOT NULL,
  request_digest TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN (${quoted(TRANSACTION_STATES)})),
  plan TEXT,
  plan_digest TEXT,
  summary TEXT,
  account TEXT,
  sequence TEXT CHECK (length(sequence) = 20),
  decision TEXT,
  raw TEXT,
  signed_tx_id TEXT,
  tx_id TEXT,
  reason_code TEXT,
  reason_message TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CHECK ((plan IS NULL) = (plan_digest IS NULL)),
  CHECK ((raw IS NULL) = (signed_tx_id IS NULL)),
  CHECK (raw IS NOT NULL OR state NOT IN ('signed', 'broadcasting', 'failed')),
  CHECK (raw IS NULL OR state IN ('signed', 'broadcasting', 'completed', 'failed')),
  CHECK (raw IS NULL OR (plan IS NOT NULL AND decision IS NOT NULL)),
  CHECK (state <> 'completed' OR tx_id IS NOT NULL)
) STRICT;
CREATE INDEX transactions_by_state ON transactions (state);
CREATE INDEX transactions_by_chain ON transactions (chain, state);
CREATE INDEX transactions_by_sequence ON transactions (chain, network, account, sequence) WHERE account IS NOT NULL;

CREATE TABLE steps (
  pending_id TEXT NOT NULL REFERENCES transactions (pending_id),
  seq INTEGER NOT NULL,
  at TEXT NOT NULL,
  state TEXT NOT NULL,
  reason_code TEXT,
  reason_message TEXT,
  PRIMARY KEY (pending_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER signed_bytes_never_change BEFORE UPDATE OF raw, signed_tx_id, plan, plan_digest, decision ON transactions
  WHEN OLD.raw IS NOT NULL BEGIN SELECT RAISE(ABORT, 'signed bytes never change'); END;
CREATE TRIGGER identities_never_change BEFORE UPDATE OF pending_id, chain, network, created_at ON transactions
  BEGIN SELECT RAISE(ABORT, 'the identity of a transaction never changes'); END;
CREATE TRIGGER transactions_are_kept BEFORE DELETE ON transactions
  BEGIN SELECT RAISE(ABORT, 'transactions are never forgotten'); END;
CREATE TRIGGER steps_never_change BEFORE UPDATE ON steps BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
CREATE TRIGGER steps_are_kept BEFORE DELETE ON steps BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;

PRAGMA application_id = ${APPLICATION_ID};
`

/** SQL that leads from version n (the position) to version n + 1. Entries are never changed after a release; new ones are added at the end. */
export const MIGRATIONS: readonly string[] = [VERSION_1]

/**
 * Brings the database to the newest version, or leaves it as it is.
 * @throws KeywardError JOURNAL_IO for a database of a newer version, or of another program.
 */
export function migrate(database: Database, migrations = MIGRATIONS): void {
  inTransaction(database, 'IMMEDIATE', () => {
    const version = schemaVersion(database)
    for (const [position, sql] of migrations.entries()) {
      if (position >= version) database.exec(`${sql}; PRAGMA user_version = ${position + 1};`)
    }
    requireVersion(database, migrations.length)
  })
}

/** @throws KeywardError JOURNAL_IO unless the database has exactly this version. */
export function requireVersion(database: Database, version = MIGRATIONS.length): void {
  const found = schemaVersion(database)
  if (found === version) return
  const age = found < version ? 'an older' : 'a newer'
  const advice =
    found < version
      ? 'Start the daemon of this version once: it brings the journal up to date.'
      : 'Use the version of Keyward that wrote it, or a newer one.'
  throw new KeywardError('JOURNAL_IO', `the journal was written by ${age} version of Keyward`, {
    advice,
    context: { found, expected: version },
  })
}

function schemaVersion(database: Database): number {
  const facts = database.prepare(
    'SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema) AS objects FROM pragma_user_version, pragma_application_id',
  )
  const schema = z.object({ user_version: z.number(), application_id: z.number(), objects: z.number() })
  const { user_version: version, application_id: application, objects } = parseStored(schema, facts.get(), 'its header')
  const empty = version === 0 && objects === 0
  if (empty || application === APPLICATION_ID) return version
  throw new KeywardError('JOURNAL_IO', 'the file is a database of another program', {
    advice: 'Check the path of the journal.',
  })
}
