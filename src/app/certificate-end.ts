/**
 * A certificate that ends: told once a day while there is time to replace it, to the log, and by the trail
 * to who gets alerts. One of this installation's own authority is renewed long before.
 */
import { dayMs, type Millis } from '../base/clock.ts'
import { createNodeCertificates } from './node-certificates.ts'
import type { Platform } from './platform.ts'

/** Three weeks: an order, a signature and a holiday. Our own authority renews with thirty days left. */
const tellBeforeMs = 21 * dayMs

export function endsSoon(notAfter: Millis, now: Millis): boolean {
  return notAfter - now < tellBeforeMs
}

export async function warnOfCertificate(
  platform: Pick<Platform, 'config' | 'folder' | 'clock' | 'audit' | 'telemetry'>,
): Promise<void> {
  const { clock, audit, telemetry } = platform
  const { notAfter } = await createNodeCertificates(platform).show()
  if (!endsSoon(notAfter, clock.now())) return
  const days = Math.max(0, Math.floor((notAfter - clock.now()) / dayMs))
  telemetry.log.warn('the certificate ends', { count: days })
  await audit.recordAlone({ kind: 'alarm', what: 'certificate-ends', count: days })
}
