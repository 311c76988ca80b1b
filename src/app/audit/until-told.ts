/** When a process of the audit trail ends: by a signal, or with the node that started it. */

/** One that a node started leaves Ctrl-C to it: the node has entries to send before it stops. */
export function untilTold(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const told = () => resolve()
  process.on('SIGTERM', told)
  if (process.send === undefined) process.on('SIGINT', told)
  else {
    process.on('SIGINT', () => undefined)
    process.on('disconnect', told)
  }
  return promise
}

/** Says that it serves: to the node that started it, or on standard output. */
export function sayReady(ready: Readonly<Record<string, unknown>>, sentence: string): void {
  if (process.send !== undefined) process.send(ready)
  else console.log(sentence)
}

/** The channel to the node that started it would keep this process alive. */
export function letGo(): void {
  if (process.connected) process.disconnect?.()
}
