/** React looks at what is observable. */
import { useSyncExternalStore } from 'react'
import type { Signal, Value } from './observable.ts'

export function useValue<T>(value: Value<T>): T {
  return useSyncExternalStore(value.changed.subscribe, () => value.value)
}

/** Draws again whenever the signal is given. */
export function useSignal(signal: Signal): number {
  return useSyncExternalStore(signal.subscribe, () => signal.version)
}
