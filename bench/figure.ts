/** One measured value, with the aim it is held to, and the table of all of them. */

export interface Figure {
  readonly measure: string
  readonly value: number
  readonly unit: string
  /** At most, or at least, this much. */
  readonly aim?: { readonly most: number } | { readonly least: number } | undefined
  /** What a reader needs beside the value: spread, sizes, how the cost is shared. */
  readonly note?: string | undefined
}

export function isMet({ value, aim }: Figure): boolean | undefined {
  if (aim === undefined) return undefined
  return 'most' in aim ? value <= aim.most : value >= aim.least
}

export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.measure,
    formatNumber(figure.value),
    figure.unit,
    formatAim(figure),
    figure.note ?? '',
  ])
  const all = [['measure', 'value', 'unit', 'aim', 'note'], ...rows]
  const widths = [0, 1, 2, 3].map((at) => Math.max(...all.map((row) => (row[at] ?? '').length)))
  return all
    .map((row) => row.map((cell, at) => pad(cell, widths[at] ?? 0, at === 1)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}

const pad = (cell: string, width: number, isNumber: boolean) =>
  isNumber ? cell.padStart(width) : cell.padEnd(width)

function formatAim(figure: Figure): string {
  const { aim } = figure
  if (aim === undefined) return ''
  const text = 'most' in aim ? `≤ ${aim.most}` : `≥ ${aim.least}`
  return `${text} ${isMet(figure) === true ? 'met' : 'missed'}`
}

/** Three significant digits: no measure here is better than that. */
export function formatNumber(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)
