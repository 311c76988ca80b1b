/** Plain text as it was written: quotes set off, addresses that can be followed. */
import { useMemo } from 'react'
import { useWords } from '../../kit/use-words.ts'
import { piecesOf, runsOf } from './model.ts'
import { readerWords } from './words.ts'

export function TextBody({ text }: { text: string }) {
  const say = useWords(readerWords)
  const pieces = useMemo(() => piecesOf(text), [text])
  return (
    <div className="text-body">
      {pieces.map((piece, at) =>
        piece.depth === 0 ? (
          <div key={at}>
            <Runs text={piece.text} />
          </div>
        ) : (
          <blockquote key={at} className={`depth-${piece.depth}`} aria-label={say('quoted')}>
            <Runs text={piece.text} />
          </blockquote>
        ),
      )}
    </div>
  )
}

function Runs({ text }: { text: string }) {
  return runsOf(text).map(({ text: run, href }, at) =>
    href === undefined ? (
      run
    ) : (
      <a key={at} href={href} target="_blank" rel="noopener noreferrer nofollow">
        {run}
      </a>
    ),
  )
}
