/** Checks of what an administrator gives; every "no" says in plain words what to change. */
import { Refusal } from '../../base/refusal.ts'
import { findAddressKey, findDomainKey, findNewAddressKey } from '../address-key.ts'
import { codeCharactersMax, nameCharactersMax } from '../limits.ts'
import type { Names } from '../types.ts'

export function invalid(field: string, message: string): Refusal {
  return new Refusal('invalid', { field, message })
}

/** Trimmed and in NFC. English is required: it is what every mail program can show. */
export function checkNames(names: Names): Names {
  return {
    en: checkText('nameEn', 'The English name', names.en),
    zh: names.zh.trim() === '' ? '' : checkText('nameZh', 'The Chinese name', names.zh),
  }
}

export function checkText(field: string, what: string, text: string): string {
  const clean = text.normalize('NFC').trim()
  if (clean === '') throw invalid(field, `${what} is missing.`)
  if (clean.length > nameCharactersMax)
    throw invalid(field, `${what} is longer than ${nameCharactersMax} characters.`)
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(clean))
    throw invalid(field, `${what} contains a control character or a line break.`)
  return clean
}

export function checkCode(code: string): string {
  const clean = code.trim().toUpperCase()
  if (!/^[A-Z0-9][A-Z0-9-]*$/.test(clean) || clean.length > codeCharactersMax)
    throw invalid(
      'code',
      `A department code has letters, digits and hyphens, at most ${codeCharactersMax}.`,
    )
  return clean
}

export function checkDomain(domain: string): string {
  const key = findDomainKey(domain.trim())
  if (key === undefined || !key.includes('.'))
    throw invalid('domain', 'This is not a domain name, such as td.example.')
  return key
}

/** An address that may be given to somebody of ours. */
export function checkNewAddress(address: string): string {
  const key = findNewAddressKey(address.trim())
  if (key === undefined)
    throw invalid('address', 'This is not an address we can give, such as name@td.example.')
  return key
}

/** Any address, ours or not. */
export function checkAddress(field: string, address: string): string {
  const key = findAddressKey(address.trim())
  if (key === undefined) throw invalid(field, 'This is not an address, such as name@td.example.')
  return key
}

/** Undefined: no limit. */
export function checkLimit(field: string, limit: number | undefined): void {
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0))
    throw invalid(field, 'A limit is a whole number above zero, or none.')
}
