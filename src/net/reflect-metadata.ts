/**
 * The four functions of the `Reflect` metadata proposal that the container inside `@peculiar/x509`
 * asks for when it is loaded. Import this before it. Nothing of ours uses metadata.
 */

type Target = object
type Table = WeakMap<Target, Map<unknown, unknown>>

const classes: Table = new WeakMap()

function ownTable(target: Target): Map<unknown, unknown> {
  let table = classes.get(target)
  if (table === undefined) classes.set(target, (table = new Map()))
  return table
}

function defineMetadata(key: unknown, value: unknown, target: Target): void {
  ownTable(target).set(key, value)
}

function getOwnMetadata(key: unknown, target: Target): unknown {
  return classes.get(target)?.get(key)
}

function getMetadata(key: unknown, target: Target): unknown {
  for (let at: Target | null = target; at !== null; at = Object.getPrototypeOf(at) as Target) {
    const table = classes.get(at)
    if (table?.has(key)) return table.get(key)
  }
  return undefined
}

function metadata(key: unknown, value: unknown): (target: Target) => void {
  return (target) => defineMetadata(key, value, target)
}

// Where a whole implementation is loaded already, it stays.
if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, { defineMetadata, getOwnMetadata, getMetadata, metadata })
}
