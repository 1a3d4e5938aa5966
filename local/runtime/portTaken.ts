/** Somebody else listens on the port that was asked for. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
  readonly port: number;

  constructor(port: number) {
    super(`port ${port} on 127.0.0.1 is taken; stop what listens there, or choose another port`);
    this.port = port;
  }
}
