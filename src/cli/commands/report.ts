/** `tamar report …` */
import type { Command } from 'commander'
import { z } from 'zod'
import type { ContextOf } from '../context.ts'
import { define, type Given, nounOf } from '../define.ts'
import { field, type Column, type Output, type Row } from '../output.ts'

const asking = (by: string) =>
  [
    ['--domain <domain>', 'of one domain alone'],
    ['--since <day>', 'from this day on, such as 2026-03-01; otherwise of 30 days'],
    ['--by <what>', by, 'domain'],
    ['--limit <number>', 'how many lines', '100'],
  ] as const

export function addReport(program: Command, contextOf: ContextOf): void {
  const report = nounOf(program, 'report', 'what other systems report of our mail')
  define(report, contextOf, {
    grammar: 'dmarc',
    about: 'sum up what became of mail in the name of our domains (DMARC)',
    options: asking('sum up by domain, source or reporter'),
    run: async ({ client, output }, given) =>
      show(output, await client().get('reports/dmarc', wished(given)), [
        field('domain', 'domain'),
        ...only(given, 'source', [
          field('source', 'source'),
          listed('signed or allowed by', 'proven'),
        ]),
        ...only(given, 'reporter', [field('reporter', 'reporter')]),
        field('reports', 'reports'),
        field('messages', 'messages'),
        field('passed', 'passed'),
        field('dkim', 'dkim'),
        field('spf', 'spf'),
        field('quarantined', 'quarantined'),
        field('rejected', 'rejected'),
        field('beside', 'more'),
      ]),
  })
  define(report, contextOf, {
    grammar: 'tls',
    about: 'sum up how TLS with our servers went (TLS-RPT)',
    options: asking('sum up by domain, failure or reporter'),
    run: async ({ client, output }, given) =>
      show(output, await client().get('reports/tls', wished(given)), [
        field('domain', 'domain'),
        ...only(given, 'failure', [
          field('failure', 'result'),
          field('policy', 'policy'),
          field('server', 'host'),
        ]),
        ...only(given, 'reporter', [field('reporter', 'reporter')]),
        field('reports', 'reports'),
        ...(given.options['by'] === 'failure' ? [] : [field('went well', 'successful')]),
        field('failed', 'failed'),
        field('beside', 'more'),
      ]),
  })
}

const answerSchema = z.object({ items: z.array(z.unknown()), isCut: z.boolean() })

function show(output: Output, answer: unknown, columns: readonly Column[]): void {
  const { items } = answerSchema.parse(answer)
  output.table(items, columns, 'Nothing was reported.')
}

function only({ options }: Given, by: string, columns: readonly Column[]): readonly Column[] {
  return options['by'] === by ? columns : []
}

function listed(title: string, name: string): Column {
  return [
    title,
    (row: Row) => {
      const all = row[name]
      return Array.isArray(all) ? all.join(', ') : ''
    },
  ]
}

function wished({ options }: Given): Record<string, string> {
  return Object.fromEntries(
    ['domain', 'since', 'by', 'limit'].flatMap((name) => {
      const value = options[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}
