import { NewerDatabaseError } from "../db/migrate.ts";
import { DatabaseUnavailableError } from "../db/unavailable.ts";

/** What a caller can be told about a failure; `routes/mod.ts` maps each to one HTTP status. */
export type FailureCode =
  | "invalid" // 400: the request is wrong; `fields` says where
  | "unauthorized" // 401
  | "forbidden" // 403
  | "not_found" // 404
  | "conflict" // 409
  | "too_large" // 413
  | "unprocessable" // 422: well-formed, but it cannot be used (a ZIP that is no export)
  | "too_many" // 429
  | "unavailable"; // 503: something we depend on does not answer

export type FailureOptions = {
  /** Per field a sentence that says what is wrong with it. */
  fields?: Record<string, string>;
  /** Whether trying again later can help; a job stops at once when it is false. Default: only `unavailable`. */
  retryable?: boolean;
  /** When the caller may try again, in seconds (the HTTP header of the same name). */
  retryAfterSeconds?: number;
  cause?: unknown;
};

/** The one error type that is meant for people. Anything else that is thrown is a bug and shown as one. */
export class Failure extends Error {
  readonly fields?: Record<string, string>;
  readonly retryable: boolean;
  readonly retryAfterSeconds?: number;

  constructor(readonly code: FailureCode, sentence: string, options: FailureOptions = {}) {
    super(sentence, { cause: options.cause });
    this.name = "Failure";
    this.fields = options.fields;
    this.retryable = options.retryable ?? code === "unavailable";
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** What the console says about an error: sentences when it is meant for people, a bug with its stack. */
export function explain(error: unknown): string {
  if (error instanceof Failure) {
    const fields = Object.entries(error.fields ?? {}).map(([name, problem]) => `  ${name} ${problem}`);
    return [error.message, ...fields].join("\n");
  }
  if (error instanceof DatabaseUnavailableError || error instanceof NewerDatabaseError) return error.message;
  return Deno.inspect(error);
}
