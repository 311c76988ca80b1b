/** What somebody keeps in an account beside its mail, sealed: how he signs, how he is away. */
import type { AccountId } from '../../base/id.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Tx } from '../../db/types.ts'
import { accountKeys, withFreshKeys, type StoreContext } from '../context.ts'
import { settingOctetsMax, settingsMax } from '../limits.ts'
import { changeAccount } from '../mailboxes/change.ts'

export type SettingKind = 'identity' | 'vacation'

export interface SettingPlace {
  readonly account: AccountId
  /** A person, or the account itself where all its users share it. */
  readonly holder: string
  readonly kind: SettingKind
}

export interface Setting {
  readonly id: string
  readonly modSeq: number
  /** As it was put; whoever reads it knows its form. */
  readonly value: unknown
}

interface Row {
  readonly setting_id: string
  readonly modseq: number
  readonly content: Buffer
}

/** Bound to whose it is: a value opens nowhere else. */
const placeOf = ({ holder, kind }: SettingPlace, id: string) => ({
  object: holder,
  field: `setting.${kind}.${id}`,
})

/** In order of their ids. */
export async function readSettings(
  context: StoreContext,
  place: SettingPlace,
): Promise<readonly Setting[]> {
  const { account, holder, kind } = place
  const rows = await context.database.rows<Row>({
    name: 'store.settings',
    text: `SELECT setting_id, modseq, content FROM setting
      WHERE account_id = $1 AND holder_id = $2 AND kind = $3 ORDER BY setting_id`,
    values: [account, holder, kind],
  })
  if (rows.length === 0) return []
  const keys = await accountKeys(context, account)
  return withFreshKeys(keys, () =>
    rows.map(({ setting_id: id, modseq, content }) => {
      const value: unknown = JSON.parse(keys.open(placeOf(place, id), content).toString())
      return { id, modSeq: modseq, value }
    }),
  )
}

/** An undefined value takes it away. Refusal('too-many' | 'too-large'). */
export async function putSetting(
  context: StoreContext,
  place: SettingPlace,
  id: string,
  value: object | undefined,
): Promise<void> {
  const { account, holder, kind } = place
  const octets = value === undefined ? undefined : Buffer.from(JSON.stringify(value))
  if ((octets?.length ?? 0) > settingOctetsMax) throw new Refusal('too-large', { account, kind })
  const keys = await accountKeys(context, account)
  await changeAccount(context, account, async (tx, modSeq) => {
    if (octets === undefined) {
      await tx.execute({
        name: 'store.drop-setting',
        text: `DELETE FROM setting
          WHERE account_id = $1 AND holder_id = $2 AND kind = $3 AND setting_id = $4`,
        values: [account, holder, kind, id],
      })
      return
    }
    await tx.execute({
      name: 'store.put-setting',
      text: `INSERT INTO setting (account_id, holder_id, kind, setting_id, modseq, content)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (account_id, holder_id, kind, setting_id) DO UPDATE SET modseq = $5, content = $6`,
      values: [account, holder, kind, id, modSeq, keys.seal(placeOf(place, id), octets)],
    })
    await requireFew(tx, place)
  })
}

async function requireFew(tx: Tx, { account, holder, kind }: SettingPlace): Promise<void> {
  const row = await tx.row<{ count: number }>({
    name: 'store.count-settings',
    text: `SELECT count(*)::int8 AS count FROM setting
      WHERE account_id = $1 AND holder_id = $2 AND kind = $3`,
    values: [account, holder, kind],
  })
  if ((row?.count ?? 0) > settingsMax) throw new Refusal('too-many', { account, kind })
}
