/** true and false. RFC 5228 §5.10, §5.6. */
import type { TestDefinition } from '../definition.ts'

export const alwaysTrue: TestDefinition = { name: 'true', test: () => true }
export const alwaysFalse: TestDefinition = { name: 'false', test: () => false }
