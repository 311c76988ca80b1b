/** HTML as tagged templates: what is put in is escaped unless it is HTML already. */

const isHtml: unique symbol = Symbol('html')

export interface Html {
  readonly [isHtml]: string
}

export type HtmlValue = string | number | Html | readonly Html[]

export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = strings[0] ?? ''
  for (const [at, value] of values.entries()) text += render(value) + (strings[at + 1] ?? '')
  return { [isHtml]: text }
}

export function toText(fragment: Html): string {
  return fragment[isHtml]
}

function render(value: HtmlValue): string {
  if (typeof value === 'string') return escape(value)
  if (typeof value === 'number') return `${value}`
  if (isList(value)) return value.map(toText).join('\n')
  return toText(value)
}

function isList(value: HtmlValue): value is readonly Html[] {
  return Array.isArray(value)
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
