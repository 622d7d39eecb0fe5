export { runCli } from './run-cli.js'
export { runProcess } from './run-process.js'
