/** What a formatted message begins with: how one signs, and what is quoted as it was laid out. */
import type { EmailContent, Identity } from '../../kit/jmap/types.ts'
import { richTextOfHtml, type HasPicture } from '../editor/of-html.ts'
import { RichText } from '../editor/rich-text.ts'
import { shownOf, textOf } from '../reader/model.ts'
import { Unshowable } from '../reader/sanitize.ts'
import { picturesMax, pictureTypes, type InlinePicture } from './draft-pictures.ts'
import type { Purpose } from './start.ts'

export async function beginFormatted(
  purpose: Purpose,
  content: EmailContent | undefined,
  { head, signature }: { readonly head: string; readonly signature: RichText | undefined },
): Promise<RichText> {
  if (content === undefined || purpose === 'new') return RichText.begin(signature)
  const body = await bodyOf(content)
  if (purpose === 'draft') return body
  return RichText.begin(signature, { head, body, isCited: purpose !== 'forward' })
}

/** By the id of the identity; those that sign with nothing are not among them. */
export async function readSignatures(
  identities: readonly Identity[],
): Promise<ReadonlyMap<string, RichText>> {
  const read = await Promise.all(
    identities.map(async ({ id, htmlSignature, textSignature }) => {
      const isFormatted = htmlSignature.trim() !== ''
      const text = isFormatted
        ? await ofHtml([htmlSignature])
        : RichText.ofPlainText(textSignature.trim())
      return [id, text] as const
    }),
  )
  return new Map(read.filter(([, text]) => !text.isEmpty))
}

async function bodyOf(content: EmailContent): Promise<RichText> {
  const shown = shownOf(content)
  const cids = new Set(picturesOf(content).map(({ cid }) => cid))
  if (shown.kind === 'html') return ofHtml(shown.parts, (cid) => cids.has(cid))
  return RichText.ofPlainText(shown.kind === 'text' ? shown.text.trimEnd() : '')
}

/** Pictures that came with a message and that its text may name. */
export function picturesOf({ attachments }: EmailContent): readonly InlinePicture[] {
  return attachments
    .flatMap(({ cid, blobId, name, type, size }) =>
      cid === null || blobId === null || !pictureTypes.includes(type.toLowerCase())
        ? []
        : [{ cid, blobId, name: name ?? '', type, size }],
    )
    .slice(0, picturesMax)
}

/** Where its layout cannot be had, its words. */
async function ofHtml(
  parts: readonly string[],
  hasPicture: HasPicture = () => false,
): Promise<RichText> {
  try {
    return await richTextOfHtml(parts, hasPicture)
  } catch (error) {
    if (!(error instanceof Unshowable)) reportError(error)
    return RichText.ofPlainText(parts.map(textOf).join('\n'))
  }
}
