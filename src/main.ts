#!/usr/bin/env node
// Node's compile cache stays off: it would run code from a folder that, by default, other users of the machine can prepare.
import { runProcess } from './cli/index.js'

await runProcess()
