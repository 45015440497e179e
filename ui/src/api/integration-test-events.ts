interface ServerEvent {
  event: string;
  data: string;
}

/** The events of an event stream that a `fetch` opened, each as soon as it is whole. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  let waiting = "";
  for await (const text of textOf(body)) {
    const parts = (waiting + text).replaceAll("\r\n", "\n").split("\n\n");
    waiting = parts.pop() ?? "";
    for (const part of parts) {
      const event = parseEvent(part);
      if (event.data !== "") yield event;
    }
  }
}

/** Not every browser can walk a stream with `for await`. */
async function* textOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read())
      yield decoder.decode(read.value, { stream: true });
  } finally {
    reader.releaseLock();
  }
}

function parseEvent(text: string): ServerEvent {
  const lines = text.split("\n");
  const valuesOf = (name: string) =>
    lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ""));
  return { event: valuesOf("event").at(-1) ?? "message", data: valuesOf("data").join("\n") };
}
