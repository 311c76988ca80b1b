/** To whom a command speaks: the node on this machine over its socket, or a server over HTTPS. */
import { readFileSync } from 'node:fs'
import { CommandFault } from './command-fault.ts'
import { exitCodes } from './exit-codes.ts'
import type { CommandLinePorts, NodeOptions } from './ports.ts'
import { readSessions } from './session-file.ts'

export interface Target {
  /** Under which its session is kept: the origin, or the data directory. */
  readonly name: string
  readonly place:
    | { readonly kind: 'socket'; readonly dataFolder: string }
    | { readonly kind: 'server'; readonly url: URL; readonly ca: string | undefined }
  readonly token: string | undefined
  /** Whose the token is, where it was kept. */
  readonly address: string | undefined
  readonly caPath: string | undefined
}

export function targetOf(ports: CommandLinePorts, options: NodeOptions): Target {
  const { user } = ports
  const sessions = readSessions(user.configFolder)
  const isHere = options.data !== undefined || options.config !== undefined
  const wanted = options.server ?? user.server ?? (isHere ? undefined : sessions.current)
  if (wanted === undefined || !wanted.includes('://')) {
    const dataFolder = ports.dataFolder(options)
    const kept = sessions.servers[dataFolder]
    return {
      name: dataFolder,
      place: { kind: 'socket', dataFolder },
      token: user.token ?? kept?.token,
      address: user.token === undefined ? kept?.address : undefined,
      caPath: undefined,
    }
  }
  const url = urlOf(wanted)
  const kept = sessions.servers[url.origin]
  const caPath = options.ca ?? kept?.ca
  return {
    name: url.origin,
    place: { kind: 'server', url, ca: caPath === undefined ? undefined : readCa(caPath) },
    token: user.token ?? kept?.token,
    address: user.token === undefined ? kept?.address : undefined,
    caPath,
  }
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // A token in clear would be everybody's on the way.
  if (url?.protocol === 'https:') return url
  throw new CommandFault(`A server is written https://name:port, not ${text}.`, exitCodes.usage)
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const cause = { cause: error }
    throw new CommandFault(`The file ${path} cannot be read.`, exitCodes.usage, cause)
  }
}
