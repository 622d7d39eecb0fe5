// Loaded into the measured program with --import: every commit of the journal takes so many milliseconds longer, as on a disk that is slow to sync.
import Libsql from 'libsql'

const delayMs = Number(process.env['KEYWARD_BENCH_SYNC_MS'])
const cell = new Int32Array(new SharedArrayBuffer(4))
const { exec } = Libsql.prototype

Libsql.prototype.exec = function (sql) {
  if (sql === 'COMMIT') Atomics.wait(cell, 0, 0, delayMs)
  return exec.call(this, sql)
}
