/**
 * The local socket in the data directory. A path may be longer than a socket's address has room for;
 * then it is reached through the open folder, which Linux shows under `/proc/self/fd`.
 */
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { socketPathOctetsMax } from './limits.ts'

const socketName = 'admin.sock'

export interface SocketPath extends Disposable {
  /** To bind or connect to, until disposed. */
  readonly path: string
  /** To show to people. */
  readonly shown: string
}

export function openSocketPath(dataFolder: string): SocketPath {
  const shown = join(dataFolder, socketName)
  const isShort = Buffer.byteLength(shown) <= socketPathOctetsMax
  if (isShort || !existsSync('/proc/self/fd')) {
    return { path: shown, shown, [Symbol.dispose]: () => undefined }
  }
  const folder = openSync(dataFolder, 'r')
  return {
    path: `/proc/self/fd/${folder}/${socketName}`,
    shown,
    [Symbol.dispose]: () => closeSync(folder),
  }
}
