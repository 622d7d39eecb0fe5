#!/usr/bin/env node
import { runProcess } from './cli/index.js'

await runProcess()
