/** Amounts as people write them: `500M`, `2G`, `none`. */
import { CommandFault } from './command-fault.ts'
import { exitCodes } from './exit-codes.ts'

/** As disks and mail programs count them: a thousand each. */
const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 }

/** Null: no limit. */
export function amountOf(option: string, text: unknown): number | null {
  if (text === 'none') return null
  const match = /^(\d{1,15})([kmgt]?)$/i.exec(String(text))
  const amount = Number(match?.[1]) * (units[match?.[2]?.toLowerCase() ?? ''] ?? Number.NaN)
  if (Number.isSafeInteger(amount) && amount > 0) return amount
  const sentence = `${option} is a number such as 500M or 2G, or none; not ${String(text)}.`
  throw new CommandFault(sentence, exitCodes.usage)
}

/** `1.8 G` */
export function formatAmount(amount: number): string {
  const found = [
    ['T', 1e12] as const,
    ['G', 1e9] as const,
    ['M', 1e6] as const,
    ['k', 1e3] as const,
  ]
  const [unit, size] = found.find(([, least]) => amount >= least) ?? ['', 1]
  return unit === '' ? `${amount}` : `${(amount / size).toFixed(1)} ${unit}`
}
