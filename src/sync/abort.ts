/** Why a run ends before its time: a person cancelled it, the process stops, or the lease is lost. */
export class RunAborted extends Error {
  readonly why: "cancelled" | "shutdown" | "lease lost";
  constructor(why: RunAborted["why"]) {
    super(`The run was ended: ${why}`);
    this.why = why;
  }

  /** The reason of an aborted signal, `undefined` while it is not aborted by us. */
  static of(signal: AbortSignal): RunAborted | undefined {
    return signal.reason instanceof RunAborted ? signal.reason : undefined;
  }
}
