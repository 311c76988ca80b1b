/**
 * Backups as files of a node's folder: made, listed, verified. Who asks chooses no path and sees counts
 * alone; the file opens with the master key only (ADR 0009).
 */
import { z } from 'zod'
import { id, millis, millisOrNull } from '../fields.ts'
import type { BackupFound } from './port.ts'
import { changing, listing, type Verb } from '../verb.ts'
import { recorded } from './recorded.ts'

const namePattern = /^[\w-][\w.-]{0,99}\.tamar$/

export const backupName = z
  .string()
  .regex(namePattern, 'The name of a backup ends with .tamar: see tamar backups list.')

const found = z.strictObject({
  name: z.string(),
  backupId: id,
  takenAt: millis,
  rows: z.int(),
  objects: z.int(),
  /** Messages whose large content was lost before the backup was taken. */
  missingObjects: z.int(),
})
const example = {
  name: '2026-11-30T184100.000Z.tamar',
  backupId: '0197f3a0-5b1c-7c2d-8e4f-123456789abc',
  takenAt: 1_767_225_600_000,
  rows: 8_412,
  objects: 31,
  missingObjects: 0,
}

const list = listing({
  id: 'backups.list',
  path: '/backups',
  act: ['backup.make', 'backup.verify'],
  summary: 'The backups in the folder of the node that answers, the newest first.',
  input: z.object({}),
  item: z.strictObject({
    id: z.string(),
    octets: z.int(),
    /** Null: it is no backup that this release can read. */
    backupId: id.nullable(),
    takenAt: millisOrNull,
  }),
  example: { id: example.name, octets: 9_441_280, backupId: example.backupId, takenAt: 1 },
  run: async ({ backups }) =>
    (await backups.list()).map(({ name, octets, head }) => ({
      id: name,
      octets,
      backupId: head?.backupId ?? null,
      takenAt: head?.takenAt ?? null,
    })),
})

const make = changing({
  id: 'backups.make',
  path: '/backups',
  act: 'backup.make',
  summary: 'Writes the whole platform into one sealed file of the node’s folder, while it runs.',
  input: z.object({}),
  output: found,
  example,
  hasProgress: true,
  run: (ports) =>
    recorded(
      ports,
      { act: 'backup.make', event: 'make' },
      () => ports.backups.make(ports.onProgress),
      endOf,
    ),
})

const verify = changing({
  id: 'backups.verify',
  path: '/backups/{backup}/verification',
  act: 'backup.verify',
  summary: 'Reads a backup whole and says whether all of it is there and unchanged.',
  input: z.object({ backup: backupName }),
  output: found,
  example,
  hasProgress: true,
  run: (ports, { backup }) =>
    recorded(
      ports,
      { act: 'backup.verify', event: 'verify' },
      () => ports.backups.verify(backup, ports.onProgress),
      endOf,
    ),
})

function endOf({ backupId, rows: count }: BackupFound) {
  return { backupId, count }
}

export const backupVerbs: readonly Verb[] = [list, make, verify]
