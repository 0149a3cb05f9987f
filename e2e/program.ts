/** The real program as a process of its own, for browser tests and benches. */
import { NOBODY_ANSWERS } from "./fakes/nobody.ts";
import config from "../deno.json" with { type: "json" };

const ROOT = new URL("..", import.meta.url).pathname;

export type Program = AsyncDisposable & {
  /** Where it listens, without a slash at the end. */
  url: string;
  dataDir: string;
  pid: number;
  /** Milliseconds from starting the process to the first answer 200 of /health. */
  startedInMs: number;
  /** Everything it wrote so far. */
  output(): string;
  /** The one-time code that the first visit of /setup asks for. */
  setupCode(): Promise<string>;
  stop(signal?: Deno.Signal): Promise<Deno.CommandStatus>;
};

export type ProgramOptions = {
  env?: Record<string, string>;
  /** Kept afterwards when given, removed when not. */
  dataDir?: string;
  /** Where to run it; a folder of its own by default, so that no .env is found. */
  cwd?: string;
};

/** The compiled program when PROGRAM names it, else this source tree, started as by the task. */
function programCommand(): string[] {
  const binary = Deno.env.get("PROGRAM");
  if (binary) return [binary];
  const [, options] = config.tasks.start.command.match(/&& deno run (.+) main\.ts$/)!;
  return [Deno.execPath(), "run", ...options.split(" "), `${ROOT}main.ts`];
}

export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Starts the program and waits until it answers; throws with its output when it does not. */
export async function startProgram(options: ProgramOptions = {}): Promise<Program> {
  const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "beat-collector-e2e-" });
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const { PATH = "", HOME = "", DENO_DIR = "" } = Deno.env.toObject();
  const [command, ...args] = programCommand();
  const begun = performance.now();
  const child = new Deno.Command(command, {
    args,
    cwd: options.cwd ?? dataDir,
    clearEnv: true,
    env: {
      PATH,
      HOME,
      ...(DENO_DIR ? { DENO_DIR } : {}),
      DATA_DIR: dataDir,
      SERVER_PORT: String(port),
      LOG_FORMAT: "json",
      ...NOBODY_ANSWERS,
      ...options.env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const reading = [child.stdout, child.stderr].map(async (stream) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  });
  let exited: Deno.CommandStatus | undefined;
  const status = child.status.then((result) => exited = result);

  const program: Program = {
    url,
    dataDir,
    pid: child.pid,
    startedInMs: 0,
    output: () => output,
    async setupCode() {
      const code = await until(() => output.match(/\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/)?.[0], 5_000);
      if (!code) throw new Error(`No setup code was printed:\n${output}`);
      return code;
    },
    async stop(signal = "SIGTERM") {
      if (!exited) child.kill(signal);
      const result = await status;
      await Promise.all(reading);
      return result;
    },
    async [Symbol.asyncDispose]() {
      await program.stop();
      if (!options.dataDir) await Deno.remove(dataDir, { recursive: true });
    },
  };
  const answered = await until(() => exited ? "exited" : isAnswering(url), 60_000);
  program.startedInMs = performance.now() - begun;
  if (answered === "answering") return program;
  await program.stop("SIGKILL");
  throw new Error(`The program did not start:\n${output}`);
}

async function isAnswering(url: string): Promise<"answering" | undefined> {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.ok ? "answering" : undefined;
  } catch (error) {
    // Not listening yet, or busy starting.
    if (error instanceof TypeError || error instanceof DOMException) return undefined;
    throw error;
  }
}

/** Polls `look` until it gives something, or gives up. */
export async function until<T>(
  look: () => T | undefined | Promise<T | undefined>,
  timeoutMs: number,
): Promise<T | undefined> {
  const end = performance.now() + timeoutMs;
  while (performance.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return undefined;
}
