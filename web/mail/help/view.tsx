/** All keys on one page. */
import { Dialog } from '../../kit/controls/dialog.tsx'
import { useWords } from '../../kit/use-words.ts'
import { shortcuts } from './shortcuts.ts'
import { helpWords } from './words.ts'
import './help.css'

const groups = ['going', 'acting', 'other'] as const

/** As keyboards call them. */
const names: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  Escape: 'Esc',
  ' ': 'Space',
  'Shift+ArrowDown': 'Shift+↓',
  'Ctrl+a': 'Ctrl+A',
}

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const say = useWords(helpWords)
  return (
    <Dialog title={say('title')} closeLabel={say('close')} isWide onClose={onClose}>
      <ShortcutTable level="h3" />
    </Dialog>
  )
}

/** What the keys do, wherever it is said. */
export function ShortcutTable({ level: Heading }: { level: 'h2' | 'h3' }) {
  const say = useWords(helpWords)
  return (
    <div className="help">
      {groups.map((group) => (
        <section key={group}>
          <Heading>{say(group)}</Heading>
          <dl>
            {shortcuts
              .filter((shortcut) => shortcut.group === group)
              .map(({ word, keys }) => (
                <div key={word}>
                  <dt>{say(word)}</dt>
                  <dd>
                    {keys.map((way) => (
                      <span key={way.join(' ')} className="way">
                        {way.map((key, at) => (
                          <span key={key}>
                            {at === 0 ? null : ` ${say('followedBy')} `}
                            <kbd>{names[key] ?? key}</kbd>
                          </span>
                        ))}
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </div>
  )
}
