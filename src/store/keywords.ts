/** User keywords: names sealed once per account, entries carry bits. */
import type { AccountId } from '../base/id.ts'
import { Refusal } from '../base/refusal.ts'
import { accountKeys, remember, withFreshKeys, type StoreContext } from './context.ts'
import { keywordsMax } from './types.ts'

/** In the order of their bits. Keywords of an account are only ever added. */
export async function readKeywords(
  context: StoreContext,
  account: AccountId,
): Promise<readonly string[]> {
  const keys = await accountKeys(context, account)
  const rows = await context.database.rows<{ bit: number; name: Buffer }>({
    name: 'store.keywords',
    text: 'SELECT bit, name FROM keyword WHERE account_id = $1 ORDER BY bit',
    values: [account],
  })
  const names = await withFreshKeys(keys, () =>
    rows.map(({ bit, name }) => keys.open(placeOf(bit), name).toString()),
  )
  return remember(context.keywordNames, account, names)
}

const placeOf = (bit: number) => ({ object: String(bit), field: 'keyword.name' })

/** Names are equal in any case (RFC 9051 §2.3.2). */
const sameName = (a: string) => a.toLowerCase()

/** The bits of these names; names not yet there are added. Refusal('too-many') beyond the limit. */
export async function keywordBits(
  context: StoreContext,
  account: AccountId,
  wanted: readonly string[],
): Promise<bigint> {
  if (wanted.length === 0) return 0n
  let names = context.keywordNames.get(account) ?? (await readKeywords(context, account))
  for (const name of wanted)
    if (!hasName(names, name)) names = await addKeyword(context, account, name)
  return bitsOf(names, wanted)
}

/** Only names that exist: what to remove needs no new bits. */
export async function existingKeywordBits(
  context: StoreContext,
  account: AccountId,
  wanted: readonly string[],
): Promise<bigint> {
  if (wanted.length === 0) return 0n
  // None is ever taken away, so what is known stays true; another node may have named more.
  const known = context.keywordNames.get(account)
  const isKnown = known !== undefined && wanted.every((name) => hasName(known, name))
  return bitsOf(isKnown ? known : await readKeywords(context, account), wanted)
}

function hasName(names: readonly string[], name: string): boolean {
  return names.some((each) => sameName(each) === sameName(name))
}

function bitsOf(names: readonly string[], wanted: readonly string[]): bigint {
  const asked = new Set(wanted.map(sameName))
  return names.reduce(
    (bits, name, bit) => bits | (asked.has(sameName(name)) ? 1n << BigInt(bit) : 0n),
    0n,
  )
}

async function addKeyword(
  context: StoreContext,
  account: AccountId,
  name: string,
): Promise<readonly string[]> {
  const keys = await accountKeys(context, account)
  await context.database.transaction(async (tx) => {
    await tx.execute({
      name: 'store.lock-account',
      text: 'SELECT FROM account WHERE account_id = $1 FOR UPDATE',
      values: [account],
    })
    const row = await tx.row<{ count: number }>({
      name: 'store.count-keywords',
      text: 'SELECT count(*) AS count FROM keyword WHERE account_id = $1',
      values: [account],
    })
    const bit = row?.count ?? 0
    if (bit >= keywordsMax) throw new Refusal('too-many', { what: 'keywords', account })
    await tx.execute({
      name: 'store.add-keyword',
      text: `INSERT INTO keyword (account_id, bit, name_hash, name) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, name_hash) DO NOTHING`,
      values: [
        account,
        bit,
        keys.hash('keyword', sameName(name)),
        keys.seal(placeOf(bit), Buffer.from(name)),
      ],
    })
  })
  return readKeywords(context, account)
}

/** From bits to names, with the same array for the same bits. */
export class KeywordReader {
  readonly #names: readonly string[]
  readonly #known = new Map<number, readonly string[]>([[0, []]])

  constructor(names: readonly string[]) {
    this.#names = names
  }

  /** False: an entry carries a bit another node has named since. */
  covers(bits: number): boolean {
    return bits < 2 ** this.#names.length
  }

  read(bits: number): readonly string[] {
    const known = this.#known.get(bits)
    if (known !== undefined) return known
    const set = BigInt(bits)
    const names = this.#names.filter((_, bit) => ((set >> BigInt(bit)) & 1n) === 1n)
    this.#known.set(bits, names)
    return names
  }
}
