/** Whether a disk has room for what somebody wants to make: asked before, so that nothing runs into its end. */
import { statfs } from 'node:fs/promises'
import { Refusal } from '../base/refusal.ts'

/** Refusal('invalid') with how much is missing. */
export async function requireRoom(folder: string, needed: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  if (free >= needed) return
  const mib = (octets: number) => `${Math.ceil(octets / 1024 / 1024)} MiB`
  const message = `${what} needs about ${mib(needed)} in ${folder}; ${mib(free)} are free.`
  throw new Refusal('invalid', { message })
}
