import { statfsSync } from "node:fs";
import { totalmem } from "node:os";

const MB = 1024 ** 2;
const GB = 1024 ** 3;

/** What the server has to live on, in bytes. */
export interface Resources {
  memory: number;
  freeDisk: number;
  /** Size of /dev/shm, or `undefined` where there is none. */
  sharedMemory: number | undefined;
}

/** Measures the machine, or the container that we are in. */
export function measureResources(dir: string): Resources {
  const limit = process.constrainedMemory();
  const disk = statfsSync(dir);
  return {
    memory: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    freeDisk: disk.bavail * disk.bsize,
    sharedMemory: process.platform === "linux" ? sizeOf("/dev/shm") : undefined,
  };
}

function sizeOf(dir: string): number | undefined {
  try {
    const shm = statfsSync(dir);
    return shm.blocks * shm.bsize;
  } catch {
    // No /dev/shm is a fact about the machine, not a failure.
    return undefined;
  }
}

/**
 * Server settings for an inventory: long loads of many small pages, index-only facets, few connections. Measured on one
 * million to ten million findings; the write-ahead log's budget matters most.
 */
export function serverSettings(resources: Resources): Record<string, string> {
  const { memory, freeDisk, sharedMemory } = resources;
  return {
    shared_buffers: megabytes(clamp(memory / 4, 32 * MB, 2 * GB)),
    effective_cache_size: megabytes(clamp(memory / 2, 64 * MB, 64 * GB)),
    maintenance_work_mem: megabytes(clamp(memory / 16, 32 * MB, 256 * MB)),
    work_mem: megabytes(clamp(memory / 128, 4 * MB, 32 * MB)),
    // It takes that much disk; a smaller one costs a long load 20-35 %.
    max_wal_size: megabytes(clamp(freeDisk / 8, 96 * MB, 4 * GB)),
    min_wal_size: "80MB",
    checkpoint_timeout: "15min",
    wal_compression: "off",
    // A container's /dev/shm is 64 MB by default, and parallel queries fail when it is full.
    ...(process.platform === "linux" && {
      dynamic_shared_memory_type: (sharedMemory ?? 0) >= 256 * MB ? "posix" : "mmap",
    }),
    jit: "off",
    random_page_cost: "1.1",
    autovacuum_vacuum_scale_factor: "0.02",
    autovacuum_vacuum_insert_scale_factor: "0.02",
    autovacuum_analyze_scale_factor: "0.02",
    max_connections: "100",
    // A killed client's long query ends within seconds, so it does not keep the server from being stopped.
    client_connection_check_interval: "5s",
    timezone: "UTC",
    log_timezone: "UTC",
    log_checkpoints: "off",
    log_line_prefix: "%m [%p] ",
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / MB)}MB`;
}
