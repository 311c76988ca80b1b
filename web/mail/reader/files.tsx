/** What was attached. */
import { Icon } from '../../kit/controls/icon.tsx'
import type { AccountStore } from '../../kit/jmap/account-store.ts'
import type { BodyPart } from '../../kit/jmap/types.ts'
import { useWords } from '../../kit/use-words.ts'
import { useApp } from '../app/context.ts'
import { formatSize } from './model.ts'
import { readerWords } from './words.ts'

export function Files({ store, files }: { store: AccountStore; files: readonly BodyPart[] }) {
  const app = useApp()
  const say = useWords(readerWords)
  if (files.length === 0) return null
  return (
    <section className="files" aria-label={say('attachments', { n: files.length })}>
      <ul>
        {files.map((file, at) => {
          const name = file.name ?? say('unnamed')
          const url = app.client.downloadUrl(store.accountId, file.blobId ?? '', name, file.type)
          return (
            <li key={at} className="file">
              <Icon name="attachment" />
              <span className="name">{name}</span>
              <span className="size">{formatSize(file.size)}</span>
              <a
                className="button quiet icon"
                href={url}
                download={name}
                aria-label={say('download', { name })}
                title={say('download', { name })}
              >
                <Icon name="download" />
              </a>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
