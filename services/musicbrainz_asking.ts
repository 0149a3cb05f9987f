import type { z } from "zod";
import { Failure } from "./errors.ts";
import { type ApiClient, ApiFailure, type RequestOptions } from "./http.ts";

export type Asking = Pick<RequestOptions, "priority" | "signal">;

export type Question<T> = { query: RequestOptions["query"]; schema: z.ZodType<T> };

/** Asks MusicBrainz' web service, which answers in XML unless it is told otherwise. */
export async function ask<T>(
  http: ApiClient,
  path: string,
  { query, schema }: Question<T>,
  asking: Asking = {},
): Promise<T> {
  try {
    return await http.json(path, { ...asking, schema, query: { ...query, fmt: "json" } });
  } catch (error) {
    if (error instanceof ApiFailure && error.code === "not_found") throw misdirected(error);
    throw error;
  }
}

/** As `ask`, about one thing that may not exist: then undefined. */
export async function askAfter<T>(
  http: ApiClient,
  path: string,
  question: Question<T>,
  asking?: Asking,
): Promise<T | undefined> {
  try {
    return await ask(http, path, question, asking);
  } catch (error) {
    if (isAbsence(error instanceof Failure && error.cause)) return undefined;
    throw error;
  }
}

/** MusicBrainz says itself that there is none. Any other 404 is about the address and says nothing of albums. */
function isAbsence(error: unknown): boolean {
  return error instanceof ApiFailure && error.code === "not_found" && /"error"\s*:\s*"/.test(error.reply);
}

function misdirected(cause: ApiFailure): Failure {
  return new Failure(
    "unavailable",
    "MusicBrainz answered with status 404 where its web service should be. Is MUSICBRAINZ_URL right?",
    { cause },
  );
}
