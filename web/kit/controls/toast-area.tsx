/** Where short words appear; heard by who does not see them. */
import type { Toasts } from '../toasts.ts'
import { useValue } from '../use-observable.ts'
import { Button } from './button.tsx'

export function ToastArea({ toasts, label }: { toasts: Toasts; label: string }) {
  const list = useValue(toasts.list)
  return (
    <section className="toasts" role="status" aria-live="polite" aria-label={label}>
      {list.map(({ id, text, kind, action }) => (
        <div key={id} className={`toast ${kind}`}>
          <span>{text}</span>
          {action === undefined ? null : (
            <Button
              onClick={() => {
                toasts.close(id)
                action.act()
              }}
            >
              {action.label}
            </Button>
          )}
        </div>
      ))}
    </section>
  )
}
