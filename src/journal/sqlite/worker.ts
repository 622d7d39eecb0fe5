import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { serveJournal } from './serve.js'

/** Entry of the thread that owns the database, so that the event loop of the daemon never waits for a disk. */
const settings = z.object({ path: z.string(), role: z.enum(['daemon', 'reader']), busyTimeoutMs: z.number() })

if (parentPort) serveJournal(parentPort, settings.parse(workerData))
