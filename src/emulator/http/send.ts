import type { Context } from "hono";
import { cutConnection } from "./cut.ts";
import type { Asked } from "./faults.ts";
import { pause } from "./pause.ts";
import type { FaultState, Faults } from "./strike.ts";

/** Sends a finished answer, unless the connection is cut; `slow` are the faults that hold it up in its middle. */
export function sendJson(
  c: Context,
  { status, body }: { status: number; body: string },
  { faults, asked, slow }: { faults: Faults; asked: Asked; slow: readonly FaultState[] },
): Response {
  const cut = faults.strikeOne(["cut"], asked);
  if (cut !== null) return cutConnection(c, cut.at === "body" ? body : null);
  // As bytes: a long text that grew piece by piece is then copied once.
  const bytes = Buffer.from(body);
  const delay = sumOf(slow.filter((fault) => fault.at === "body"));
  const content = delay === 0 ? bytes : inTwoHalves(c, bytes, delay);
  return c.body(content, status as 200, { "content-type": "application/json" });
}

/** Holds up the answer before it begins; gives the faults that did, and those that will in its middle. */
export async function holdUp(c: Context, faults: Faults, asked: Asked, latencyMs: number): Promise<FaultState[]> {
  const slow = faults.strike(["slow"], asked);
  await pause(c, latencyMs + sumOf(slow.filter((fault) => fault.at !== "body")));
  return slow;
}

function sumOf(slow: readonly FaultState[]): number {
  return slow.reduce((sum, fault) => sum + (fault.delayMs ?? 2000), 0);
}

function inTwoHalves(c: Context, bytes: Uint8Array, delayMs: number): ReadableStream<Uint8Array> {
  const middle = Math.floor(bytes.length / 2);
  let isBegun = false;
  return new ReadableStream({
    async pull(controller) {
      if (!isBegun) {
        isBegun = true;
        controller.enqueue(bytes.subarray(0, middle));
        return;
      }
      await pause(c, delayMs);
      controller.enqueue(bytes.subarray(middle));
      controller.close();
    },
  });
}
