/** COMPRESS DEFLATE. RFC 4978. */
import { command, no, signedInStates, type Done } from '../command.ts'

export const compress = command({
  states: signedInStates,
  parse(cursor) {
    cursor.space()
    return cursor.word()
  },
  run({ channel }, algorithm): Done {
    if (algorithm !== 'DEFLATE') return no('This compression is not known', 'CANNOT')
    if (channel.isCompressed) return no('Compression is active already', 'COMPRESSIONACTIVE')
    return {
      status: 'OK',
      text: 'Compression begins',
      after: () => channel.startCompression(),
    }
  },
})
