/**
 * The summary of a message: header block, envelope and structure, so that lists are read without
 * their content. Version (1 octet), length of the header (4), header, then the facts as JSON.
 */
import type { BodyStructure, ImapEnvelope } from '../../mime/types.ts'

const version = 1
const prefixOctets = 5

interface Facts {
  readonly envelope: ImapEnvelope
  readonly structure: BodyStructure
}

/** The part that is the same for every recipient. */
export function encodeFacts(envelope: ImapEnvelope, structure: BodyStructure): Buffer {
  return Buffer.from(JSON.stringify({ envelope, structure } satisfies Facts))
}

export function encodeSummary(trace: Buffer, header: Buffer, facts: Buffer): Buffer {
  const summary = Buffer.allocUnsafe(prefixOctets + trace.length + header.length + facts.length)
  summary[0] = version
  summary.writeUInt32BE(trace.length + header.length, 1)
  trace.copy(summary, prefixOctets)
  header.copy(summary, prefixOctets + trace.length)
  facts.copy(summary, prefixOctets + trace.length + header.length)
  return summary
}

export function decodeSummary(summary: Buffer): Facts & { readonly header: Buffer } {
  const end = prefixOctets + summary.readUInt32BE(1)
  const header = summary.subarray(prefixOctets, end)
  // Written by encodeFacts and sealed since: what opens is what was written.
  const facts = JSON.parse(summary.toString('utf8', end)) as Facts
  return { header, envelope: facts.envelope, structure: facts.structure }
}
