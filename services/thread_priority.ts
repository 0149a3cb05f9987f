import os from "node:os";

const LOW_PRIORITY = 10;

/**
 * Lets the calling thread, a Worker's, give way to all others: nobody waits for a scan, but somebody may be
 * waiting for a page. On systems other than Linux nothing happens.
 */
export function giveWay(): void {
  try {
    const [thread] = Deno.readLinkSync("/proc/thread-self").split("/").slice(-1);
    os.setPriority(Number(thread), LOW_PRIORITY);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
