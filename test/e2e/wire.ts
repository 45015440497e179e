import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Transform } from "node:stream";

/** The network between a browser and Weir. It can be slow, and it can be cut. */
export interface Wire {
  url: string;
  /** So many bytes a second come from Weir, and nothing is compressed on the way. */
  slow(bytesPerSecond: number): void;
  cut(): void;
  mend(): void;
  stop(): Promise<void>;
}

export async function startWire(to: string): Promise<Wire> {
  const { hostname, port } = new URL(to);
  const sockets = new Set<Socket>();
  let isCut = false;
  let speed = Number.POSITIVE_INFINITY;
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(Number(port), hostname);
    near.pipe(asking(() => speed)).pipe(far);
    far.pipe(answering(() => speed)).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    slow(bytesPerSecond) {
      speed = bytesPerSecond;
    },
    cut() {
      isCut = true;
      drop();
    },
    mend() {
      isCut = false;
      speed = Number.POSITIVE_INFINITY;
    },
    async stop() {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** On a slow wire Weir is not told that the browser could unpack anything; the header keeps its length. */
function asking(speed: () => number): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const isPlain = Number.isFinite(speed());
      done(
        null,
        isPlain
          ? Buffer.from(chunk.toString("latin1").replace(/\baccept-encoding:/gi, "x-acceptencodin:"), "latin1")
          : chunk,
      );
    },
  });
}

function answering(speed: () => number): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (!Number.isFinite(speed())) return done(null, chunk);
      setTimeout(() => done(null, chunk), (chunk.length / speed()) * 1000);
    },
  });
}
