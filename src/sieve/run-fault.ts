/** A script that goes wrong while it runs; never leaves this room. RFC 5228 §2.10.6. */
export class RunFault extends Error {
  override readonly name = 'RunFault'
}
