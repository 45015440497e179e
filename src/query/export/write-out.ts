import type { Writable } from "node:stream";

/** Writes and waits until it is taken. `false`: nobody reads any more. */
export async function writeOut(out: Writable, text: string | Uint8Array): Promise<boolean> {
  if (out.destroyed || out.writableEnded) return false;
  // The stream also reports the failure as an event, which would end the process.
  const ignore = () => undefined;
  out.on("error", ignore);
  try {
    await new Promise<void>((resolve, reject) => {
      out.write(text, (error) => (error ? reject(error) : resolve()));
    });
    return true;
  } catch (error) {
    if (["EPIPE", "ERR_STREAM_DESTROYED", "ECONNRESET"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return false;
    throw error;
  } finally {
    setImmediate(() => out.off("error", ignore));
  }
}
