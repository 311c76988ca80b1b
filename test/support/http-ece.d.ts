/** As much of npm `http_ece` as the tests use; it brings no types. */
declare module 'http_ece' {
  import type { ECDH } from 'node:crypto'

  const ece: {
    decrypt(
      body: Buffer,
      parameters: {
        readonly version: 'aes128gcm'
        readonly privateKey: ECDH
        readonly authSecret: string
      },
    ): Buffer
  }
  export default ece
}
