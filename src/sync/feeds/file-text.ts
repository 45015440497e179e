import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { FileBytes, Refuse } from "./feed-file.ts";

/** Unpacked; EPSS as published has 15 MB. */
const maxBytes = 512_000_000;

/**
 * The text of a file, unpacked if it is packed, in pieces.
 * @throws FeedFileError when it is cut off, too large, or no text
 */
export async function* textOf(file: FileBytes, refuse: Refuse): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw refuse("it is no text in UTF-8.", cause);
    }
  };
  let size = 0;
  for await (const bytes of unpacked(file.bytes, refuse)) {
    size += bytes.length;
    if (size > maxBytes) throw refuse(`it is larger than ${maxBytes / 1_000_000} MB.`);
    yield decode(bytes);
  }
  yield decode();
}

async function* unpacked(bytes: AsyncIterable<Uint8Array>, refuse: Refuse): AsyncGenerator<Uint8Array> {
  const pieces = bytes[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const { value, done } = await pieces.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  const whole = rejoined(head, pieces);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole;
    return;
  }
  const source = Readable.from(whole);
  const gunzip = source.pipe(createGunzip());
  source.once("error", (error) => gunzip.destroy(error));
  try {
    for await (const piece of gunzip) yield piece as Uint8Array;
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    throw refuse("it is packed, and damaged or cut off. Fetch it again.", cause);
  }
}

async function* rejoined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

function isDamage(error: unknown): boolean {
  return /^Z_/.test((error as { code?: string }).code ?? "");
}

const maxTextLength = 100_000_000;

/** All of it at once. @throws FeedFileError when it is too much for that */
export async function wholeText(pieces: AsyncIterable<string>, refuse: Refuse): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > maxTextLength) throw refuse("it is too large for JSON. EPSS as CSV may be larger.");
    parts.push(piece);
  }
  return parts.join("");
}

/** What is longer is no list. */
const maxLineLength = 100_000;

/** Lines without their ends, numbered from 1. The last one counts even where its end is missing. @throws FeedFileError */
export async function* linesOf(
  pieces: AsyncIterable<string>,
  refuse: Refuse,
): AsyncGenerator<{ lines: string[]; first: number }> {
  let rest = "";
  let first = 1;
  for await (const piece of pieces) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maxLineLength) throw refuse(`line ${first + lines.length} does not end.`);
    if (lines.length === 0) continue;
    // Before it is handed out: whoever takes it may take lines out of it.
    const next = first + lines.length;
    yield { lines, first };
    first = next;
  }
  if (rest !== "") yield { lines: [rest], first };
}
