import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { Failure, type FailureCode } from "../services/errors.ts";
import { logger } from "../services/log.ts";
import { FailurePage, FailurePart } from "../views/failure.tsx";
import { render } from "./render.tsx";
import { isApi, type Request } from "./request.ts";

const statuses: Record<FailureCode, ContentfulStatusCode> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unprocessable: 422,
  too_many: 429,
  unavailable: 503,
};

const log = logger("http");

/** Answers a request that failed: JSON for programs, a page for people. Only a Failure says why. */
export async function answerFailure(c: Request, error: Error): Promise<Response> {
  const failure = toFailure(error);
  const status = failure ? statuses[failure.code] : 500;
  const requestId = c.get("requestId");
  if (status >= 500) {
    log.error("Request failed", { requestId, method: c.req.method, path: c.req.path, error });
  }
  if (failure?.retryAfterSeconds) c.header("Retry-After", String(failure.retryAfterSeconds));
  if (status === 401 && isApi(c)) c.header("WWW-Authenticate", "Bearer");
  return await answer(c, status, {
    code: failure?.code ?? "internal",
    message: failure?.message ?? "Something went wrong here. The log knows more.",
    fields: failure?.fields,
  });
}

export function answerNotFound(c: Request): Promise<Response> {
  return answer(c, 404, { code: "not_found", message: "There is nothing at this address." });
}

export function answerMethodNotAllowed(c: Request, methods: string[]): Promise<Response> {
  const allowed = methods.join(", ");
  c.header("Allow", allowed);
  const message = `This address takes ${allowed}, not ${c.req.method}.`;
  return answer(c, 405, { code: "method_not_allowed", message });
}

type Problem = { code: string; message: string; fields?: Record<string, string> };

function answer(c: Request, status: ContentfulStatusCode, problem: Problem): Promise<Response> {
  if (isApi(c)) return Promise.resolve(c.json({ error: problem }, status));
  const requestId = status >= 500 ? c.get("requestId") : undefined;
  const shown = { status, message: problem.message, requestId };
  return render(c, { page: <FailurePage {...shown} />, partial: <FailurePart {...shown} />, status });
}

function toFailure(error: Error): Failure | undefined {
  if (error instanceof Failure) return error;
  // Thrown by the validator for a body that is no JSON or no form at all.
  if (error instanceof HTTPException && error.status === 400) {
    return new Failure("invalid", error.message, { cause: error });
  }
  return undefined;
}
