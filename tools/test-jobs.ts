/** Which test files run in one process, and in which order the processes begin. */

export interface Job {
  readonly name: string
  readonly files: readonly string[]
  /** `none`: all files in the job's own process. `process`: a journey in one of its own. */
  readonly isolation: 'none' | 'process'
}

/** Rooms whose tests take about as long together. What is not named is the last of them. */
const roomGroups: readonly (readonly string[])[] = [
  ['access', 'approval', 'app', 'cli'],
  ['admin', 'audit', 'http'],
]

/** They take longest, so they begin first, and nothing long is left alone at the end. */
const longestFirst = [
  'test/durability/',
  'test/canary/',
  'test/stress/',
  'test/audit-day/',
  'test/rogue/',
  'test/journeys/web-mail',
  'test/journeys/start-and-stop',
]

export function planJobs(rooms: readonly string[], journeys: readonly string[]): readonly Job[] {
  return [
    ...planJourneys(journeys, isLong),
    ...planRooms(rooms),
    ...planJourneys(journeys, isShort),
  ]
}

const isLong = (file: string) => longestFirst.some((folder) => file.startsWith(folder))
const isShort = (file: string) => !isLong(file)

function planJourneys(files: readonly string[], isWanted: typeof isLong): readonly Job[] {
  return files
    .filter((file) => isWanted(file))
    .map((file) => ({ name: file, files: [file], isolation: 'process' }))
}

function planRooms(files: readonly string[]): readonly Job[] {
  const roomOf = (file: string) => file.split('/')[1] ?? ''
  const groupOf = (file: string) => {
    const at = roomGroups.findIndex((rooms) => rooms.includes(roomOf(file)))
    return at === -1 ? roomGroups.length : at
  }
  return [...Map.groupBy(files, groupOf).values()].map((group) => ({
    name: [...new Set(group.map(roomOf))].join(' '),
    files: group,
    isolation: 'none',
  }))
}
