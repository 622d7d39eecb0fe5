const silent = (): void => undefined

/**
 * The SDK and its credential providers print to the console when they have no logger. What they would say reaches our own log as the failure that it
 * causes, without what a foreign message may hold.
 */
export const silentLogger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent }
