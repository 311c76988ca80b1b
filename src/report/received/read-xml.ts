/**
 * XML from a stranger as plain objects. There is no document type, so there are no entities but the five of
 * XML itself, nothing is fetched and nothing grows. Attributes and namespaces say nothing here. XML 1.0.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { xmlDepthMax } from './limits.ts'
import { ReportFault } from './types.ts'

/** @returns the content of the one root, which must have this name. @throws ReportFault */
export function readXml(octets: Buffer, rootName: string): unknown {
  const text = new TextDecoder().decode(octets)
  // Before any parser sees it: a declaration is `<!` and is neither a comment nor a CDATA section.
  if (/<!(?!--|\[CDATA\[)/.test(text)) throw new ReportFault('document-type')
  let read: unknown
  try {
    const validity = XMLValidator.validate(text)
    if (validity !== true) throw new ReportFault('not-well-formed')
    read = parser.parse(text)
  } catch (error) {
    if (error instanceof ReportFault) throw error
    throw new ReportFault('not-xml', { cause: error })
  }
  const roots = Object.entries(read ?? {}).filter(([name]) => !name.startsWith('?'))
  const [root, ...more] = roots
  if (root === undefined || more.length > 0 || root[0] !== rootName)
    throw new ReportFault('other-root')
  return root[1]
}

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: true,
  processEntities: false,
  maxNestedTags: xmlDepthMax,
  tagValueProcessor: (_name, value) => decodePredefined(value),
})

const predefined: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** XML 1.0 §4.6; what is none of the five stays as it is written. */
function decodePredefined(value: string): string {
  return value.replaceAll(
    /&(amp|lt|gt|quot|apos);/g,
    (whole, name: string) => predefined[name] ?? whole,
  )
}
