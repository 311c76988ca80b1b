/**
 * One process at a time has a log open. The lock is a socket nobody connects to: the kernel gives its
 * name to one, and takes it back when he ends, however he ends.
 */
import { stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { LogFault } from '../types.ts'
import { codeOf } from './durable-file.ts'

/** @throws LogFault when another holds it. */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const { dev, ino } = await stat(folder)
  const name = `tamar-log-${dev}-${ino}`
  const server = createServer((socket) => socket.destroy())
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : `\0${name}`
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(asFault(error, folder)))
    server.listen({ path, exclusive: true }, resolve)
  })
  server.unref()
  return {
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function asFault(error: Error, folder: string): Error {
  if (codeOf(error) !== 'EADDRINUSE') return error
  return new LogFault(`The log in ${folder} is open in another process. Stop that one first.`, {
    cause: error,
  })
}
