/** One request as the platforms' own log has it. `at` is their clock, epoch ms. */
export interface LoggedCall {
  at: number;
  server: string;
  /** Whose app asked, as far as the wire says it. */
  app: string;
  /** The world's index of the account; −1 before it is known. */
  account: number;
  /** A fingerprint of the token; never the token. */
  credential: string;
  path: string;
  /** `ok`, the platform's error code, or the name of a broken connection. */
  verdict: string;
  /** Parameters that have a published limit. */
  asked: Readonly<Record<string, string | number | boolean>>;
}

/** What was asked of the simulated platforms, in order. */
export class CallLog {
  readonly calls: LoggedCall[] = [];

  /** `on`: false keeps nothing, for a simulator that runs for long. */
  constructor(readonly on: boolean) {}

  add(call: LoggedCall): void {
    this.calls.push(call);
  }
}
