/** Appends to a log until it is killed, and says what was acknowledged: for a test of that kill. */
import { formatSecretKey, parseSecretKey } from '../note-key.ts'
import { openLog } from '../log.ts'
import { openJournalFile } from './journal.ts'

const batch = 100
const [folder = ''] = process.argv.slice(2)
const signer = parseSecretKey(formatSecretKey('log', 'audit.example/log', Buffer.alloc(32, 1)))
// A small journal, so that the kill falls on its renewal too.
const disk = { openJournal: openJournalFile, journalOctetsMax: 5_000 }
const log = await openLog({ folder, signer }, disk)
for (;;) {
  const { size } = log
  const entries = Array.from({ length: batch }, (_, offset) =>
    Buffer.from(`entry ${size + offset}`),
  )
  await log.append(entries)
  process.stdout.write(`${log.size}\n`)
}
