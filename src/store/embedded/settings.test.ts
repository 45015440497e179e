import { expect, test } from "vitest";
import { serverSettings } from "./settings.ts";

const GB = 1024 ** 3;
const laptop = { memory: 16 * GB, freeDisk: 200 * GB, sharedMemory: 8 * GB };

test("takes a quarter of the memory, from 32 MB to 2 GB", () => {
  expect(serverSettings({ ...laptop, memory: 4 * GB }).shared_buffers).toBe("1024MB");
  expect(serverSettings({ ...laptop, memory: 64 * GB }).shared_buffers).toBe("2048MB");
  expect(serverSettings({ ...laptop, memory: GB / 16 }).shared_buffers).toBe("32MB");
});

test("lets the write-ahead log take an eighth of the free disk, up to 4 GB", () => {
  expect(serverSettings(laptop).max_wal_size).toBe("4096MB");
  expect(serverSettings({ ...laptop, freeDisk: 8 * GB }).max_wal_size).toBe("1024MB");
  expect(serverSettings({ ...laptop, freeDisk: 0 }).max_wal_size).toBe("96MB");
});

test.skipIf(process.platform !== "linux")("keeps parallel queries out of a container's small /dev/shm", () => {
  expect(serverSettings({ ...laptop, sharedMemory: 64 * 1024 ** 2 }).dynamic_shared_memory_type).toBe("mmap");
  expect(serverSettings({ ...laptop, sharedMemory: undefined }).dynamic_shared_memory_type).toBe("mmap");
  expect(serverSettings(laptop).dynamic_shared_memory_type).toBe("posix");
});
