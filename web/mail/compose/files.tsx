/** The files of a message, and how far they are. */
import { Button, IconButton } from '../../kit/controls/button.tsx'
import { Icon } from '../../kit/controls/icon.tsx'
import { useValue } from '../../kit/use-observable.ts'
import { useWords } from '../../kit/use-words.ts'
import { formatSize } from '../reader/model.ts'
import type { Draft } from './draft.ts'
import type { DraftFile } from './draft-files.ts'
import { composeWords } from './words.ts'

/** Beyond this many systems refuse a message, and a phone's line is busy with it. */
const largeOctets = 10_000_000

/** @param octetsMax what all of them may have together */
export function FileList({ draft, octetsMax }: { draft: Draft; octetsMax: number }) {
  const say = useWords(composeWords)
  const { files } = draft
  const list = useValue(files.list)
  useValue(draft.fields)
  return (
    <>
      <SizeHint octets={draft.octets} octetsMax={octetsMax} />
      {list.length === 0 ? null : (
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
      )}
    </>
  )
}

function SizeHint({ octets, octetsMax }: { octets: number; octetsMax: number }) {
  const say = useWords(composeWords)
  const size = formatSize(octets)
  if (octets > octetsMax)
    return (
      <p className="compose-fault" role="alert">
        {say('tooMuch', { size, max: formatSize(octetsMax) })}
      </p>
    )
  if (octets <= largeOctets) return null
  return (
    <p className="compose-warnings" role="status">
      {say('large', { size })}
    </p>
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
