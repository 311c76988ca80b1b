/** The people that a CSV file names, and what is wrong with the file before anybody is asked. */
import { isRefusal } from '../../base/refusal.ts'
import { importLinesMax } from '../limits.ts'
import { domainOf } from '../address-key.ts'
import type { Names } from '../types.ts'
import { checkCode, checkNames, checkNewAddress } from '../write/check.ts'
import { parseCsv, type CsvRecord } from './parse-csv.ts'

export interface ImportFault {
  readonly line: number
  /** The column, or undefined for the whole line. */
  readonly field: string | undefined
  /** In plain words. */
  readonly message: string
}

export interface ImportedPerson {
  readonly line: number
  /** As the directory knows it. */
  readonly address: string
  readonly domain: string
  readonly names: Names
  readonly departmentCode: string
  /** Title of a post of that department, which he will hold. */
  readonly post: string | undefined
}

export interface ReadPeople {
  readonly people: readonly ImportedPerson[]
  readonly faults: readonly ImportFault[]
}

const columns = ['address', 'nameen', 'namezh', 'department', 'post'] as const
type Column = (typeof columns)[number]
const required: readonly Column[] = ['address', 'nameen', 'department']
const shown: Record<Column, string> = {
  address: 'address',
  nameen: 'nameEn',
  namezh: 'nameZh',
  department: 'department',
  post: 'post',
}

export function readPeople(csv: string): ReadPeople {
  const { records, unclosedAt } = parseCsv(csv)
  if (unclosedAt !== undefined)
    return only(unclosedAt, 'A quotation mark opens in this line and is never closed.')
  const [header, ...lines] = records
  if (header === undefined) return only(1, 'The file is empty.')
  if (lines.length > importLinesMax)
    return only(1, `One import has at most ${importLinesMax} lines: split the file.`)
  const places = header.fields.map((name) => name.trim().toLowerCase())
  const unknown = places.filter((name) => !columns.some((column) => column === name))
  const missing = required.filter((column) => !places.includes(column)).map((name) => shown[name])
  const known = Object.values(shown).join(', ')
  if (unknown.length > 0)
    return only(header.line, `Unknown columns: ${unknown.join(', ')}. Known are ${known}.`)
  if (missing.length > 0) return only(header.line, `Missing columns: ${missing.join(', ')}.`)
  if (new Set(places).size < places.length)
    return only(header.line, 'A column stands in the first line twice.')
  return readLines(places, lines)
}

function readLines(places: readonly string[], lines: readonly CsvRecord[]): ReadPeople {
  const people: ImportedPerson[] = []
  const faults: ImportFault[] = []
  const seen = new Map<string, number>()
  for (const record of lines) {
    const person = readPerson(places, record, faults)
    if (person === undefined) continue
    const before = seen.get(person.address)
    seen.set(person.address, record.line)
    if (before === undefined) people.push(person)
    else {
      const message = `This address stands in line ${before} already.`
      faults.push({ line: record.line, field: 'address', message })
    }
  }
  return { people, faults }
}

/** Undefined when something is wrong with the line; every fault of it is noted. */
function readPerson(
  places: readonly string[],
  { line, fields }: CsvRecord,
  faults: ImportFault[],
): ImportedPerson | undefined {
  if (fields.length !== places.length) {
    const message = `This line has ${fields.length} fields, the first line has ${places.length}.`
    faults.push({ line, field: undefined, message })
    return undefined
  }
  const field = (column: Column) => fields[places.indexOf(column)] ?? ''
  const address = attempt(faults, line, () => checkNewAddress(field('address')))
  const names = attempt(faults, line, () =>
    checkNames({ en: field('nameen'), zh: field('namezh') }),
  )
  const departmentCode = attempt(faults, line, () => checkCode(field('department')))
  if (address === undefined || names === undefined || departmentCode === undefined) return undefined
  const post = field('post').normalize('NFC').trim()
  return {
    line,
    address,
    domain: domainOf(address),
    names,
    departmentCode,
    post: post === '' ? undefined : post,
  }
}

/** A check's refusal becomes a fault of the line. */
function attempt<T>(faults: ImportFault[], line: number, check: () => T): T | undefined {
  try {
    return check()
  } catch (error) {
    if (!isRefusal(error)) throw error
    const { field, message } = error.facts
    faults.push({
      line,
      field: field === 'code' ? 'department' : String(field),
      message: String(message),
    })
    return undefined
  }
}

function only(line: number, message: string): ReadPeople {
  return { people: [], faults: [{ line, field: undefined, message }] }
}
