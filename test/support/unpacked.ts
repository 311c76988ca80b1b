/**
 * Programs of Debian packages that cannot be installed beside others (Exim beside Postfix, Cyrus beside Dovecot). Unpacked
 * with `dpkg-deb -x` into the folder that TAMAR_UNPACKED names they do as well; `.ci/run` does that.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The root below which the program is: installed, or unpacked. */
export function rootOf(program: string): string | undefined {
  const { TAMAR_UNPACKED: unpacked } = process.env
  return ['/', ...(unpacked === undefined ? [] : [unpacked])].find((root) =>
    existsSync(join(root, program)),
  )
}

export const unpackedAt = (packages: string) => `Debian’s ${packages}, unpacked at TAMAR_UNPACKED`
