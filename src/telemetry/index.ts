export { LOG_LEVELS, createLog, wantsColour } from './create-log.js'
export type { LogFormat, LogLevel, LogOptions, LogStream } from './create-log.js'
