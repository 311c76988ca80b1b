/** What the processes of a server have used, from /proc: Linux only, in steps of 10 ms. proc(5). */
import { readFileSync, readdirSync } from 'node:fs'

interface Process {
  readonly pid: number
  readonly parent: number
  readonly name: string
  readonly cpuMs: number
}

/** USER_HZ is 100 on every Linux that Node runs on. */
const tickMs = 10

export interface CpuUse {
  /** Everything together. */
  readonly totalMs: number
  /** PostgreSQL's part of it. */
  readonly databaseMs: number
}

export function cpuUse(roots: readonly number[]): CpuUse {
  const members = membersOf(roots)
  const sum = (some: readonly Process[]) => some.reduce((total, { cpuMs }) => total + cpuMs, 0)
  const database = members.filter(({ name }) => name === 'postgres')
  return { totalMs: sum(members), databaseMs: sum(database) }
}

export function cpuSince(before: CpuUse, after: CpuUse): CpuUse {
  return {
    totalMs: after.totalMs - before.totalMs,
    databaseMs: after.databaseMs - before.databaseMs,
  }
}

/** Memory with shared pages counted once; other users' processes need root to be read. */
export function memoryOctets(roots: readonly number[]): number {
  return membersOf(roots).reduce((total, { pid }) => total + pssOf(pid), 0)
}

function pssOf(pid: number): number {
  const line = /^Pss:\s+(\d+) kB$/m.exec(readProc(`${pid}/smaps_rollup`))
  return Number(line?.[1] ?? 0) * 1024
}

/** CPU of the whole machine, to tell how much of it others used meanwhile. */
export function machineBusyMs(): number {
  const line = readProc('stat').split('\n', 1)[0] ?? ''
  const [user, nice, system, , , irq, softirq] = line.trim().split(/\s+/).slice(1).map(Number)
  const ticks = [user, nice, system, irq, softirq]
  return ticks.reduce<number>((total, each) => total + (each ?? 0), 0) * tickMs
}

function membersOf(roots: readonly number[]): readonly Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readProcess)
  const members = new Set(roots)
  // Children may come before their parents in the list: again until nobody joins.
  for (let size = 0; size < members.size;) {
    size = members.size
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid)
  }
  return all.filter(({ pid }) => members.has(pid))
}

function readProcess(pid: string): readonly Process[] {
  const text = readProc(`${pid}/stat`)
  const end = text.lastIndexOf(')')
  if (end === -1) return []
  const fields = text.slice(end + 2).split(' ')
  // utime, stime and those of children already waited for: fields 14 to 17.
  const ticks = [11, 12, 13, 14].reduce((total, at) => total + Number(fields[at]), 0)
  const name = text.slice(text.indexOf('(') + 1, end)
  return [{ pid: Number(pid), parent: Number(fields[1]), name, cpuMs: ticks * tickMs }]
}

/** A process may end while it is read. */
function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8')
  } catch {
    return ''
  }
}
