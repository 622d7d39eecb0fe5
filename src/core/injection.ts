// tsyringe needs the Reflect polyfill to be there first. Whoever uses a decorator takes it from here, so the order cannot be wrong.
import 'reflect-metadata'

export { container, inject, injectable } from 'tsyringe'
export type { DependencyContainer, InjectionToken } from 'tsyringe'
