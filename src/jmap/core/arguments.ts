/** The arguments of a method, taken one by one; what is wrong is `invalidArguments`. RFC 8620 §1.2, §3.6.2. */
import { isObject, type Json, type JsonObject } from './json.ts'
import { invalidArguments } from './method-error.ts'

const idForm = /^[\w-]{1,255}$/
const utcForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d*[1-9])?Z$/
export const dateForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d*[1-9])?(?:Z|[+-]\d{2}:\d{2})$/

export function isId(value: unknown): boolean {
  return typeof value === 'string' && idForm.test(value)
}

/** Milliseconds, or undefined where it is no UTCDate. */
export function parseUtcDate(value: unknown): number | undefined {
  if (typeof value !== 'string' || !utcForm.test(value)) return undefined
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : at
}

export function formatUtcDate(at: number): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

export class Arguments {
  readonly #values: JsonObject
  readonly #resolve: (creationId: string) => string | undefined
  readonly #known = new Set<string>()

  constructor(values: JsonObject, resolve: (creationId: string) => string | undefined) {
    this.#values = values
    this.#resolve = resolve
  }

  /** After all were taken: anything else is a misspelling. */
  end(): void {
    const other = Object.keys(this.#values).find((name) => !this.#known.has(name))
    if (other !== undefined) throw invalidArguments(`Unknown argument: ${other}`)
  }

  /** As given; null and absent are one. */
  value(name: string): Json | undefined {
    this.#known.add(name)
    return this.#values[name] ?? undefined
  }

  names(): readonly string[] {
    return Object.keys(this.#values)
  }

  id(name: string): string {
    return this.#idOf(name, this.value(name))
  }

  idOrNull(name: string): string | undefined {
    const value = this.value(name)
    return value === undefined ? undefined : this.#idOf(name, value)
  }

  ids(name: string): readonly string[] {
    return this.#idsOf(name, this.value(name))
  }

  idsOrNull(name: string): readonly string[] | undefined {
    const value = this.value(name)
    return value === undefined ? undefined : this.#idsOf(name, value)
  }

  /** A creation id that is known stands for the id it was given; an unknown one finds nothing. */
  resolveId(value: string): string {
    return value.startsWith('#') ? (this.#resolve(value.slice(1)) ?? value) : value
  }

  string(name: string): string {
    const value = this.value(name)
    if (typeof value !== 'string') throw invalidArguments(`${name} must be a String`)
    return value
  }

  stringOrNull(name: string): string | undefined {
    return this.value(name) === undefined ? undefined : this.string(name)
  }

  stringsOrNull(name: string): readonly string[] | undefined {
    const value = this.value(name)
    if (value === undefined) return undefined
    if (!isStrings(value)) throw invalidArguments(`${name} must be a String[]`)
    return value
  }

  boolean(name: string, initial: boolean): boolean {
    const value = this.value(name) ?? initial
    if (typeof value !== 'boolean') throw invalidArguments(`${name} must be a Boolean`)
    return value
  }

  /** RFC 8620 §1.3. */
  unsigned(name: string): number | undefined {
    const value = this.integer(name)
    if (value !== undefined && value < 0) throw invalidArguments(`${name} must not be negative`)
    return value
  }

  integer(name: string): number | undefined {
    const value = this.value(name)
    if (value === undefined) return undefined
    if (!Number.isSafeInteger(value)) throw invalidArguments(`${name} must be an Int`)
    // isSafeInteger says so of numbers only.
    return value as number
  }

  object(name: string): JsonObject | undefined {
    const value = this.value(name)
    if (value === undefined) return undefined
    if (!isObject(value)) throw invalidArguments(`${name} must be an object`)
    return value
  }

  #idsOf(name: string, value: Json | undefined): readonly string[] {
    if (!Array.isArray(value)) throw invalidArguments(`${name} must be an Id[]`)
    return value.map((each: Json) => this.#idOf(name, each))
  }

  #idOf(name: string, value: Json | undefined): string {
    if (typeof value === 'string') {
      if (isId(value)) return value
      if (value.startsWith('#') && isId(value.slice(1))) return this.resolveId(value)
    }
    throw invalidArguments(`${name} must be an Id`)
  }
}

export function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
