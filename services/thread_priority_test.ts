import { equal } from "node:assert/strict";
import os from "node:os";

Deno.test({
  name: "a worker gives way, the thread that answers requests does not",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const code = `import { giveWay } from "${new URL("thread_priority.ts", import.meta.url)}";
      import os from "node:os";
      giveWay();
      self.postMessage(os.getPriority(Number(Deno.readLinkSync("/proc/thread-self").split("/").at(-1))));`;
    const before = os.getPriority(Deno.pid);
    const worker = new Worker(`data:application/typescript,${encodeURIComponent(code)}`, { type: "module" });
    const priority = await new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
    worker.terminate();
    equal(priority, 10);
    equal(os.getPriority(Deno.pid), before);
  },
});
