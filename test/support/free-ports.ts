/** Ports nobody listens on, for a platform that is given an offset and not single ports. */
import { once } from 'node:events'
import { createServer } from 'node:net'

/** The ports of a node before `--port-offset`, those that are off by default too. */
const defaultPorts = [2525, 5587, 5465, 5993, 5143, 4190, 8443]

/** Above what the system's own services take, below where outgoing connections get theirs. */
const offsetMin = 8_000
const offsetMax = 24_000
const step = 7
const triesMax = 200

let next = offsetMin + ((process.pid * 97) % (offsetMax - offsetMin))

/** An offset with which every port of a node is free now; each call gives another. */
export async function freePortOffset(): Promise<number> {
  for (let tries = 0; tries < triesMax; tries++) {
    const offset = next
    next = next + step > offsetMax ? offsetMin : next + step
    const free = await Promise.all(defaultPorts.map((port) => isFree(port + offset)))
    if (free.every(Boolean)) return offset
  }
  throw new Error(`no free ports in ${triesMax} tries`)
}

export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  server.once('error', () => resolve(false))
  server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  return promise
}
