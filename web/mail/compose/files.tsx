/** The files of a message, and how far they are. */
import { IconButton } from '../../kit/controls/button.tsx'
import { Icon } from '../../kit/controls/icon.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { formatSize } from '../reader/model.ts'
import type { Draft, DraftFile } from './draft.ts'
import { composeWords } from './words.ts'

export function FileList({ draft }: { draft: Draft }) {
  const say = useWords(composeWords)
  const files = useValue(draft.files)
  if (files.length === 0) return null
  return (
    <ul className="compose-files" aria-label={say('files')}>
      {files.map((file) => (
        <li key={file.key} className={file.hasFailed ? 'file failed' : 'file'}>
          <Icon name="attachment" />
          <span className="name">{file.name}</span>
          <span className="size">{formatSize(file.size)}</span>
          <FileProgress file={file} />
          <IconButton
            icon="close"
            label={say('remove', { name: file.name })}
            onClick={() => draft.detach(file.key)}
          />
        </li>
      ))}
    </ul>
  )
}

function FileProgress({ file }: { file: DraftFile }) {
  const say = useWords(composeWords)
  if (file.hasFailed) return <span role="alert">{say('uploadFailed')}</span>
  if (file.attached !== undefined) return null
  const percent = Math.round(file.share * 100)
  return <progress aria-label={say('uploading', { n: percent })} max={100} value={percent} />
}
