/**
 * The rooms of `src/`, from top to bottom. A room imports from itself, from `base` and from floors
 * beneath its own; doors never import each other. Types count: a type is knowledge too. The only
 * exception is named here with its reason.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, resolve, dirname, sep } from 'node:path'

export const floors: readonly (readonly string[])[] = [
  ['cli'],
  ['app'],
  ['smtp', 'imap', 'managesieve', 'jmap', 'admin', 'http', 'dav', 'probe'],
  ['delivery', 'report', 'discovery', 'cluster', 'recovery', 'transfer', 'push'],
  ['approval', 'records'],
  ['access'],
  ['directory', 'queue', 'tasks'],
  ['audit', 'policy'],
  ['store'],
  ['blob'],
  ['address', 'extract', 'mime', 'marking', 'pki', 'mailauth', 'sieve'],
  ['keys'],
  ['db', 'net', 'dns', 'tlog', 'telemetry'],
  ['base'],
]

const floorOf = new Map(
  floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor] as const)),
)

export interface Breach {
  readonly file: string
  readonly imports: string
  readonly why: string
}

/** Every import of `src/` that goes up or sideways between rooms. */
export function findBreaches(root: string): readonly Breach[] {
  const source = join(root, 'src')
  return listFiles(source).flatMap((file) => breachesOf(source, file))
}

function breachesOf(source: string, file: string): readonly Breach[] {
  const room = relative(source, file).split(sep)[0] ?? ''
  const from = floorOf.get(room)
  if (from === undefined) return [{ file, imports: '', why: `unknown room ${room}` }]
  const breaches: Breach[] = []
  for (const match of readFileSync(file, 'utf8').matchAll(/from\s+'(\.[^']+)'/g)) {
    const target = resolve(dirname(file), match[1] ?? '')
    const other = relative(source, target).split(sep)[0] ?? ''
    if (other === room) continue
    const to = floorOf.get(other)
    // Tests may use the support folder; nothing else outside `src` may be imported.
    if (other === '..') {
      if (!file.endsWith('.test.ts'))
        breaches.push({ file, imports: match[1] ?? '', why: 'outside src' })
    } else if (to === undefined) breaches.push({ file, imports: other, why: 'unknown room' })
    else if (to <= from && !file.endsWith('.test.ts'))
      breaches.push({ file, imports: other, why: `${room} may not import ${other}` })
  }
  return breaches
}

/** Of `web/`: the kit knows no screen, and of the server nothing but types is imported. */
export function findWebBreaches(root: string): readonly Breach[] {
  const web = join(root, 'web')
  return listFiles(web).flatMap((file) => {
    if (file.endsWith('.test.ts')) return []
    const inKit = relative(web, file).startsWith(`kit${sep}`)
    const text = readFileSync(file, 'utf8')
    return Array.from(text.matchAll(/^(import(?: type)?)[^;]*?from '(\.[^']+)'/gms)).flatMap(
      ([, how = '', imports = '']) => {
        const place = relative(root, resolve(dirname(file), imports)).split(sep)
        if (place[0] === 'src' && how !== 'import type')
          return [{ file, imports, why: 'only types of the server may be imported' }]
        return inKit && place[0] === 'web' && place[1] !== 'kit'
          ? [{ file, imports, why: 'the kit may not import a screen' }]
          : []
      },
    )
  })
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .filter(({ parentPath }) => !parentPath.includes(join('web', 'dist')))
    .map((entry) => join(entry.parentPath, entry.name))
}
