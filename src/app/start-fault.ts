/** Why Tamar does not start, in one line for who started it: cause and next step, no stack. */
export class StartFault extends Error {
  override readonly name = 'StartFault'
}
