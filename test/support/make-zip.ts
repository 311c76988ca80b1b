/** ZIP archives for tests, stored or deflated, with a password flag or a lie about sizes where wanted. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipFile {
  readonly name: string
  readonly content: Buffer | string
  readonly isEncrypted?: boolean
  /** Said instead of the true size. */
  readonly claims?: number
}

export function makeZip(files: readonly ZipFile[]): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { name, content, isEncrypted = false, claims } of files) {
    const octets = Buffer.from(content)
    const packed = deflateRawSync(octets)
    const nameOctets = Buffer.from(name)
    const flags = (isEncrypted ? 1 : 0) | 0x800
    const about = Buffer.alloc(26)
    about.writeUInt16LE(20, 0)
    about.writeUInt16LE(flags, 2)
    about.writeUInt16LE(8, 4)
    about.writeUInt32LE(crc32(octets), 10)
    about.writeUInt32LE(packed.length, 14)
    about.writeUInt32LE(claims ?? octets.length, 18)
    about.writeUInt16LE(nameOctets.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), about, nameOctets, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    const made = Buffer.from([20, 0])
    central.push(
      Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), made, about, tail, nameOctets]),
    )
    locals.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, directory, end])
}
