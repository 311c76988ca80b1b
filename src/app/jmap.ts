/** What the JMAP door is given of the platform. */
import type { JmapParts } from '../jmap/ports.ts'
import type { Platform } from './platform.ts'

export function jmapParts(platform: Platform): JmapParts {
  const { store, access, clock, config, telemetry } = platform
  const messageOctetsMax = config.limits.messageOctets
  return { store, access, clock, log: telemetry.log, messageOctetsMax }
}
