/** The ways in which the fake MusicBrainz misbehaves. */

export type Trouble = {
  kind:
    /** The page of a proxy, answered with 200. */
    | "html"
    /** The same with 502. */
    | "bad gateway"
    /** JSON that ends in the middle. */
    | "cut off"
    /** Every title and credit is null. */
    | "nulls"
    /** Titles and credits are not there. */
    | "missing fields"
    /** A mirror that knows no JSON. */
    | "xml"
    /** The search server's own error, whose `error` is an object. */
    | "solr error"
    /** Asked too fast, says the limiter. */
    | "limit"
    /** Too many people at once. */
    | "busy"
    /** The answer comes, after `ms`. */
    | "slow"
    /** No answer until the caller gives up. */
    | "silent";
  /** For so many requests; without it until it is taken away. */
  times?: number;
  /** Only requests whose path fits. */
  only?: RegExp;
  ms?: number;
  retryAfter?: number;
};

const LEFT_OUT = ["title", "artist-credit", "name"];

export async function misbehave(
  trouble: Trouble | undefined,
  path: string,
  answer: () => Response,
  stopping: AbortSignal,
): Promise<Response> {
  if (!trouble || trouble.times === 0 || (trouble.only && !trouble.only.test(path))) return answer();
  if (trouble.times !== undefined) trouble.times--;
  switch (trouble.kind) {
    case "html":
      return page(200, "Please wait while we check your browser");
    case "bad gateway":
      return page(502, "Bad Gateway");
    case "cut off":
      return changed(await answer().text(), (text) => text.slice(0, text.length / 2));
    case "nulls":
      return changed(await answer().text(), (text) => rewrite(text, () => null));
    case "missing fields":
      return changed(await answer().text(), (text) => rewrite(text, () => undefined));
    case "xml":
      return new Response('<?xml version="1.0"?>\n<metadata xmlns="http://musicbrainz.org/ns/mmd-2.0#"/>\n', {
        headers: { "content-type": "application/xml; charset=utf-8" },
      });
    case "solr error":
      return Response.json({ error: { code: 400, msg: "undefined field" } }, { status: 400 });
    case "limit": {
      const error = "Your requests are exceeding the allowable rate limit. " +
        "Please see http://wiki.musicbrainz.org/XMLWebService for more information.";
      return refused(error, trouble.retryAfter ?? 1, "ip");
    }
    case "busy": {
      const error = "The MusicBrainz web server is currently busy. Please try again later.";
      return refused(error, trouble.retryAfter ?? 0, "search-global");
    }
    case "slow":
      await ended(stopping, trouble.ms ?? 1000);
      return answer();
    case "silent":
      await ended(stopping);
      return page(503, "Stopping");
  }
}

function page(status: number, text: string): Response {
  return new Response(`<!doctype html>\n<title>${status}</title>\n<p>${text}</p>\n`, {
    status,
    headers: { "content-type": "text/html; charset=utf-8" },
  });
}

function changed(text: string, change: (text: string) => string): Response {
  return new Response(change(text), { headers: { "content-type": "application/json; charset=utf-8" } });
}

function rewrite(text: string, change: () => null | undefined): string {
  return JSON.stringify(JSON.parse(text), (key, value) => LEFT_OUT.includes(key) ? change() : value);
}

function refused(error: string, seconds: number, zone: string): Response {
  return Response.json({ error }, {
    status: 503,
    headers: { "retry-after": String(seconds), "x-ratelimit-zone": zone, "x-ratelimit-remaining": "0" },
  });
}

function ended(signal: AbortSignal, ms?: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
