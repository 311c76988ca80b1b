/** What a file is by its first octets, and by its name where octets do not tell. Pure. */

export type Kind =
  | 'zip'
  | 'gzip'
  | 'ole'
  | 'pdf'
  | 'program'
  /** An archive that is not opened here. */
  | 'closed'
  | 'text'
  | 'other'

const beginnings: readonly (readonly [Kind, Buffer])[] = [
  ['zip', Buffer.from('PK\x03\x04', 'latin1')],
  ['zip', Buffer.from('PK\x05\x06', 'latin1')],
  ['gzip', Buffer.from('1f8b', 'hex')],
  ['ole', Buffer.from('d0cf11e0a1b11ae1', 'hex')],
  ['pdf', Buffer.from('%PDF')],
  ['program', Buffer.from('MZ')],
  ['program', Buffer.from('7f454c46', 'hex')],
  ['program', Buffer.from('cffaedfe', 'hex')],
  ['program', Buffer.from('cafebabe', 'hex')],
  ['program', Buffer.from('4c00000001140200', 'hex')],
  ['closed', Buffer.from('377abcaf271c', 'hex')],
  ['closed', Buffer.from('Rar!\x1a\x07', 'latin1')],
  ['closed', Buffer.from('fd377a585a00', 'hex')],
  ['closed', Buffer.from('BZh')],
  ['closed', Buffer.from('MSCF')],
]

/** What Windows runs when it is opened, and images of disks that hide it. */
const programNames =
  /\.(?:exe|scr|com|pif|bat|cmd|msi|msp|dll|cpl|jar|js|jse|vbs|vbe|vb|wsf|wsh|wsc|hta|ps1|psm1|lnk|reg|inf|scf|url|chm|gadget|application|appx|msix|iso|img|vhd|vhdx|xll|sct|settingcontent-ms)$/i

const pdfBeginsBefore = 1024

const textNames = /\.(?:txt|csv|tsv|md|log|json|xml|html?|rtf|ics|vcf|eml)$/i

export function kindOf(name: string, octets: Buffer): Kind {
  const plain = plainName(name)
  if (programNames.test(plain)) return 'program'
  const found = beginnings.find(([, begin]) => octets.subarray(0, begin.length).equals(begin))
  if (found !== undefined) return found[0]
  if (/\.(?:7z|rar|ace|arj|lzh|cab|xz|bz2|tbz2?)$/i.test(plain)) return 'closed'
  if (textNames.test(plain)) return 'text'
  // Readers take a PDF file that begins later, too.
  return octets.subarray(0, pdfBeginsBefore).includes('%PDF-') ? 'pdf' : 'other'
}

/** Windows ignores dots and spaces at the end, and a mark can turn the rest of a name round. */
function plainName(name: string): string {
  return name.replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\0]/gu, '').replace(/[. ]+$/, '')
}
