/**
 * The queue: what putting in and taking out cost as it fills, what a hundred thousand messages for a dead
 * domain cost the others, and deliveries of a whole node to a mail server of somebody else.
 * Less than four minutes on a machine of two cores that nobody else uses.
 */
import type { Figure } from './figure.ts'
import { measureBesideDead } from './queue/beside-dead.ts'
import { measureFlat } from './queue/flat.ts'
import { measureThroughNode } from './queue/through-node.ts'

/** `share` of the sizes that the aims are about. */
export async function measureQueue(share: number): Promise<readonly Figure[]> {
  return [
    ...(await measureFlat([1_000, 100_000 * share, 1_000_000 * share])),
    ...(await measureBesideDead(100_000 * share, 2_500 * share)),
    ...(await measureThroughNode(12_000 * share)),
  ]
}
