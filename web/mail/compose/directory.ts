/** The government's directory, as far as a line of recipients asks it (ADR 0045). */
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import { directory, type EmailAddress } from '../../kit/jmap/types.ts'
import type { Language } from '../../kit/words.ts'
import { sameAddress } from './recipients.ts'

export interface Names {
  readonly en: string
  readonly zh: string
}

export interface DirectoryEntry {
  readonly kind: 'person' | 'post' | 'shared' | 'list'
  readonly address: string
  readonly names: Names
  readonly title?: string
  readonly department: { readonly code: string; readonly names: Names }
  readonly holders?: readonly Names[]
}

export interface Offered {
  readonly address: EmailAddress
  /** What tells him from others of the name. */
  readonly detail: string
  readonly isList: boolean
}

/** One letter names half the government: the server answers from two on. */
const charactersMin = 2
const offeredMax = 8

/** Those that are meant by what was typed; none where nothing answers: one can always type an address. */
export async function lookUp(
  store: AccountStore,
  text: string,
): Promise<readonly DirectoryEntry[]> {
  if (Array.from(text.trim()).length < charactersMin || !store.can(directory)) return []
  const asked = { text: text.trim().slice(0, 100), limit: offeredMax }
  const { list } = await store
    .call<{ list: readonly DirectoryEntry[] }>('Directory/lookUp', asked)
    .catch(() => ({ list: [] }))
  return list
}

export function nameIn({ en, zh }: Names, language: Language): string {
  const [first, second] = language === 'en' ? [en, zh] : [zh, en]
  return first === '' ? second : first
}

/** `SEO(A)2 · 陳慧玲 · 運輸署` */
export function detailOf(entry: DirectoryEntry, language: Language): string {
  const holders = (entry.holders ?? []).map((names) => nameIn(names, language))
  const department = nameIn(entry.department.names, language)
  return [entry.title ?? '', ...holders, department].filter((part) => part !== '').join(' · ')
}

/** People one has met first, each once; of who is in the directory it says who he is. */
export function offer(
  met: readonly EmailAddress[],
  found: readonly DirectoryEntry[],
  { taken, language }: { readonly taken: readonly EmailAddress[]; readonly language: Language },
): readonly Offered[] {
  const offered = found.map((entry): Offered => {
    const name = nameIn(entry.names, language)
    return {
      address: { name: name === '' ? null : name, email: entry.address },
      detail: detailOf(entry, language),
      isList: entry.kind === 'list',
    }
  })
  const isMet = ({ address }: Offered) => met.some((one) => sameAddress(one, address))
  const first = met.map(
    (address): Offered =>
      offered.find((one) => sameAddress(one.address, address)) ?? {
        address,
        detail: '',
        isList: false,
      },
  )
  return [...first, ...offered.filter((one) => !isMet(one))]
    .filter(({ address }) => !taken.some((one) => sameAddress(one, address)))
    .slice(0, offeredMax)
}
