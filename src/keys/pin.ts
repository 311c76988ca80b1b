/** A token's PIN comes by a credential file or a descriptor, never by configuration text. */
import { close, read } from 'node:fs'
import { promisify } from 'node:util'
import { readPrivateFile } from './private-file.ts'
import { MissingKey } from './types.ts'

export type PinSource =
  /** A private file, e.g. one of systemd's credentials. */
  | { readonly file: string }
  /** An open descriptor, e.g. a pipe of whoever started us; read to its end and closed. */
  | { readonly descriptor: number }

/** PKCS#11 sets no limit; tokens take 255 characters at most. */
const pinOctetsMax = 255

export async function readPin(source: PinSource): Promise<string> {
  const octets =
    'file' in source ? await readPinFile(source.file) : await readDescriptor(source.descriptor)
  const pin = octets.toString('utf8').replace(/\r?\n$/, '')
  octets.fill(0)
  if (pin === '' || pin.length > pinOctetsMax || /[\r\n]/.test(pin))
    throw new MissingKey('The PIN of the token must be one line that is not empty.')
  return pin
}

async function readPinFile(path: string): Promise<Buffer> {
  const octets = await readPrivateFile(path, 'The PIN of the token')
  if (octets === undefined) throw new MissingKey(`There is no PIN of the token at ${path}.`)
  return octets
}

async function readDescriptor(descriptor: number): Promise<Buffer> {
  const octets = Buffer.alloc(pinOctetsMax + 2)
  let filled = 0
  try {
    while (filled < octets.length) {
      const { bytesRead } = await promisify(read)(
        descriptor,
        octets,
        filled,
        octets.length - filled,
        null,
      )
      if (bytesRead === 0) break
      filled += bytesRead
    }
    await promisify(close)(descriptor)
  } catch (cause) {
    throw new MissingKey(`The PIN of the token cannot be read from descriptor ${descriptor}.`, {
      cause,
    })
  }
  return octets.subarray(0, filled)
}
