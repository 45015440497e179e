/** Commands that move many records. The others end before memory matters. */
const bulkCommands = ["serve", "demo", "sync", "renormalize"];

/**
 * How glibc's malloc gives back what is free. By itself it keeps an arena for each thread and raises the size from which
 * blocks are given back: the buffers of sockets then leave holes that hold 40 to 100 MB of a large load (measured).
 */
const settings = { MALLOC_ARENA_MAX: "1", MALLOC_MMAP_THRESHOLD_: "131072", MALLOC_TRIM_THRESHOLD_: "131072" };

/**
 * Starts this very process again, with the same id, under these settings: glibc reads them only when a process begins.
 * Does nothing where they are set already, on other systems, and under a parent that talks to it (`node --watch`).
 */
export function applyLeanMemory({ platform, env, execPath, execArgv, argv, send, execve }: NodeJS.Process): void {
  if (platform !== "linux" || send !== undefined || execve === undefined) return;
  if (!bulkCommands.includes(argv[2] ?? "") || Object.keys(settings).some((name) => env[name] !== undefined)) return;
  execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...settings, ...(env as Record<string, string>) });
}
