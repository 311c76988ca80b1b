/** What a verifier found, in sentences. */
import type { NodeReport, Report } from './report.ts'

/** Lines without their newlines. */
export function formatReport(report: Report): readonly string[] {
  return report.isProven ? [sayProven(report), ...sayRest(report)] : sayBroken(report)
}

function sayProven({ size, origin, root }: Report): string {
  return `Proven: ${size} entries of ${origin}, in order and complete. Root ${root}.`
}

function sayRest({ witnesses, heads, nodes }: Report): readonly string[] {
  const seen = witnesses.map(({ name, at }) => `${name} at ${moment(at)}`)
  return [
    seen.length === 0 ? 'No witness was asked for.' : `Cosigned by ${seen.join(', ')}.`,
    ...(heads.length === 0 ? [] : [`It continues all ${heads.length} known heads.`]),
    ...nodes.flatMap(sayNode),
  ]
}

function sayNode(report: NodeReport): readonly string[] {
  const { node, entries, lastSeq, voidCount, voids, gapCount, gaps } = report
  const lines = [`Node ${node}: ${entries} entries, the last is number ${lastSeq}.`]
  if (voidCount > 0)
    lines.push(`  Acts that did not happen: ${voids.join(', ')}${more(voidCount - voids.length)}.`)
  const ranges = gaps.map(({ from, to, at }) => `${from} to ${to} (started ${moment(at)})`)
  if (gapCount > 0)
    lines.push(`  Left out after a crash: ${ranges.join(', ')}${more(gapCount - gaps.length)}.`)
  return lines
}

function sayBroken({ first, faults, faultCount, origin, size }: Report): readonly string[] {
  const others = faults.filter((fault) => fault !== first)
  return [
    `BROKEN: ${first?.text}`,
    ...others.map((fault) => `  ${fault.text}`),
    ...(faultCount > faults.length ? [`  And ${faultCount - faults.length} more.`] : []),
    `The checkpoint says ${size} entries of ${origin}. Keep this export as it is: it is evidence.`,
  ]
}

function more(count: number): string {
  return count > 0 ? ` and ${count} more` : ''
}

function moment(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
