/** A server's certificate with an authority of its own, for tests. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { systemClock, type Clock } from '../../src/base/clock.ts'
import { ensureCertificates } from '../../src/net/certificates.ts'

export interface TestCertificate {
  readonly key: string
  /** With the authority's behind it. */
  readonly cert: string
  readonly ca: string
}

/** `clock`: as if it were made then. */
export async function makeCertificate(
  names: readonly string[],
  clock: Clock = systemClock,
): Promise<TestCertificate> {
  const folder = await mkdtemp(join(tmpdir(), 'tamar-certificate-'))
  try {
    const files = await ensureCertificates({ folder, names, clock })
    const [key, cert, ca] = await Promise.all(
      [files.keyPath, files.certificatePath, files.caPath].map((path) => readFile(path, 'utf8')),
    )
    return { key: key ?? '', cert: cert ?? '', ca: ca ?? '' }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** As if the machine trusted it. */
export function trust({ ca }: Pick<TestCertificate, 'ca'>): Disposable {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, ca])
  return { [Symbol.dispose]: () => setDefaultCACertificates(before) }
}
