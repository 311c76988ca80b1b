/** What the settings are about, how it is grouped, and its pictograms. */
import type { IconName } from '../../kit/controls/icon.tsx'
import type { Section } from '../app/route.ts'

export interface SectionGroup {
  readonly word: 'page' | 'signingIn' | 'ownMailbox' | 'office'
  readonly sections: readonly { readonly id: Section; readonly icon: IconName }[]
}

export const sectionGroups: readonly SectionGroup[] = [
  {
    word: 'page',
    sections: [
      { id: 'look', icon: 'picture' },
      { id: 'shortcuts', icon: 'help' },
      { id: 'notify', icon: 'unread' },
      { id: 'offline', icon: 'download' },
    ],
  },
  {
    word: 'signingIn',
    sections: [
      { id: 'security', icon: 'shield' },
      { id: 'devices', icon: 'desk' },
      { id: 'programs', icon: 'key' },
    ],
  },
  {
    word: 'ownMailbox',
    sections: [
      { id: 'signatures', icon: 'compose' },
      { id: 'filters', icon: 'move' },
      { id: 'away', icon: 'clock' },
      { id: 'deleted', icon: 'trash' },
      { id: 'delegates', icon: 'person' },
      { id: 'opened', icon: 'read' },
    ],
  },
  { word: 'office', sections: [{ id: 'governing', icon: 'office' }] },
]
