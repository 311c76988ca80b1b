/** The files of a message, and how far they are. */
import { Button, IconButton } from '../../kit/controls/button.tsx'
import { Icon } from '../../kit/controls/icon.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { formatSize } from '../reader/model.ts'
import type { DraftFile, DraftFiles } from './draft-files.ts'
import { composeWords } from './words.ts'

export function FileList({ files }: { files: DraftFiles }) {
  const say = useWords(composeWords)
  const list = useValue(files.list)
  if (list.length === 0) return null
  return (
    <ul className="compose-files" aria-label={say('files')}>
      {list.map((file) => (
        <li key={file.key} className={file.hasFailed ? 'file failed' : 'file'}>
          <Icon name="attachment" />
          <span className="name">{file.name}</span>
          <span className="size">{formatSize(file.size)}</span>
          <FileProgress file={file} onRetry={() => files.retry(file.key)} />
          <IconButton
            icon="close"
            label={say('remove', { name: file.name })}
            onClick={() => files.detach(file.key)}
          />
        </li>
      ))}
    </ul>
  )
}

function FileProgress({ file, onRetry }: { file: DraftFile; onRetry: () => void }) {
  const say = useWords(composeWords)
  if (file.hasFailed)
    return (
      <>
        <span role="alert">{say('uploadFailed')}</span>
        <Button kind="quiet" onClick={onRetry}>
          {say('tryAgain')}
        </Button>
      </>
    )
  if (file.attached !== undefined) return null
  const percent = Math.round(file.share * 100)
  return <progress aria-label={say('uploading', { n: percent })} max={100} value={percent} />
}
