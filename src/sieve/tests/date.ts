/** date and currentdate: parts of a time. RFC 5260 §4, §5. */
import type { Arguments } from '../arguments.ts'
import { dateParts, partOf, zoneMinutesOf, type ZonedTime } from '../date-part.ts'
import type { TestDefinition, ValueDefinition } from '../definition.ts'
import { fieldsOf } from '../fields.ts'
import type { Run } from '../run.ts'
import { RunFault } from '../run-fault.ts'
import { indexTags, isMatch, matchTags, pickIndexed } from '../tags.ts'

const partAndKeys: readonly ValueDefinition[] = [
  { name: 'part', kind: 'text' },
  { name: 'keys', kind: 'list' },
]

export const date: TestDefinition = {
  name: 'date',
  needs: 'date',
  tags: [
    ...matchTags,
    ...indexTags,
    { name: 'zone', value: 'text', group: 'zone' },
    { name: 'originalzone', group: 'zone' },
  ],
  values: [{ name: 'field', kind: 'text' }, ...partAndKeys],
  test(run, args) {
    const [field] = pickIndexed(args, fieldsOf(run.fields, args.text('field')))
    // A Received field has its date after the last semicolon (RFC 5321 §4.4).
    const found = field && run.message.date(field.raw.slice(field.raw.lastIndexOf(';') + 1))
    if (found === undefined) return isMatch(run, args, [], args.list('keys'))
    const zoneMinutes = args.has('originalzone') ? found.zoneMinutes : zoneFor(run, args)
    return isPart(run, args, { at: found.at, zoneMinutes })
  },
}

export const currentdate: TestDefinition = {
  name: 'currentdate',
  needs: 'date',
  tags: [...matchTags, { name: 'zone', value: 'text' }],
  values: partAndKeys,
  test(run, args) {
    return isPart(run, args, { at: run.place.now, zoneMinutes: zoneFor(run, args) })
  },
}

function zoneFor(run: Run, args: Arguments): number {
  const given = args.findText('zone')
  if (given === undefined) return run.place.zoneMinutes
  const minutes = zoneMinutesOf(given)
  if (minutes === undefined) throw new RunFault('a zone is written +0800')
  return minutes
}

function isPart(run: Run, args: Arguments, time: ZonedTime): boolean {
  const part = args.text('part').toLowerCase()
  if (!dateParts.has(part)) throw new RunFault('there is no such part of a date')
  return isMatch(run, args, [partOf(part, time)], args.list('keys'))
}
