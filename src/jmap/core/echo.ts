/** Core/echo: says back what it was told. RFC 8620 §4. */
import type { Method } from './call.ts'
import { coreCapability } from './capabilities.ts'

export const echo: Method = {
  capability: coreCapability,
  run: async ({ args }) =>
    Object.fromEntries(args.names().map((name) => [name, args.value(name) ?? null])),
}
