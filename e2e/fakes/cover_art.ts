/**
 * The Cover Art Archive and the storage behind it on one address: 307 from the archive, 302 from the storage, 200
 * from the node that has the file. It knows the sizes, prefixes and error pages of the real one, and can be told
 * to misbehave.
 */

export type FakeImage = {
  /** The picture as uploaded, served as its own thumbnail. */
  bytes: Uint8Array<ArrayBuffer>;
  type?: string;
  /** A picture of the back is there, but answers no request for a front. */
  front?: boolean;
  /** Sizes that were never made: the archive points to them, the storage has no file. */
  without?: number[];
  trouble?: Trouble;
};

export type Trouble =
  /** The node is overloaded, for so many requests. */
  | { status: 429 | 500 | 502 | 503 | 504; times?: number; retryAfter?: string }
  /** The front page of a proxy, answered with 200. */
  | "html"
  /** Fewer bytes than promised. */
  | "cut off"
  /** More bytes than anybody wants, and no end. */
  | "endless"
  | { redirect: string }
  | "redirect loop";

export type FakeCoverArt = AsyncDisposable & {
  url: string;
  /** Every path that was asked for, in order: "GET /release-group/…/front-500". */
  requests: string[];
  userAgents: Set<string>;
  releases: Map<string, FakeImage>;
  /** The release whose front stands for the group. */
  releaseGroups: Map<string, string>;
  /** The most requests that were open at one time. */
  mostAtOnce: number;
};

const MBID = /^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$/;
const IMAGE_ID = 829521842;

/** `storage`: the address of another one that keeps the files. */
export function startCoverArt(options: { storage?: string } = {}): FakeCoverArt {
  const { requests, userAgents } = { requests: [] as string[], userAgents: new Set<string>() };
  const releases = new Map<string, FakeImage>();
  const releaseGroups = new Map<string, string>();
  let open = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request, { completed }) => {
      fake.mostAtOnce = Math.max(fake.mostAtOnce, ++open);
      const { pathname } = new URL(request.url);
      requests.push(`${request.method} ${pathname}`);
      userAgents.add(request.headers.get("user-agent") ?? "");
      completed.catch(() => {}).finally(() => open--);
      return answer(pathname);
    },
  );
  const fake: FakeCoverArt = {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    userAgents,
    releases,
    releaseGroups,
    mostAtOnce: 0,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
    },
  };

  function answer(path: string): Response {
    const parts = path.split("/").slice(1);
    if (parts[0] === "download") return storage(path);
    if (parts[0] === "items") return node(path);
    return archive(parts);
  }

  function archive([entity, mbid, name = ""]: string[]): Response {
    if (entity !== "release" && entity !== "release-group") {
      return page(400, "Only the following entities are supported: release, release-group");
    }
    if (!MBID.test(mbid ?? "")) return page(400, "invalid MBID specified");
    const isGroup = entity === "release-group";
    if (isGroup && name !== "" && !name.startsWith("front")) {
      return new Response(`${name} not supported for release groups.`, { status: 400 });
    }
    const release = isGroup ? releaseGroups.get(mbid) : mbid;
    const image = release && releases.get(release);
    if (!release || !image || (isGroup && image.front === false)) {
      return page(404, `No cover art found for ${entity.replace("-", " ")} ${mbid}`);
    }
    const folder = `${options.storage ?? fake.url}/download/mbid-${release}`;
    if (name === "") return seeOther(`${folder}/index.json`);
    if (name.startsWith("front") && image.front === false) {
      return page(404, `No front cover image found for release with identifier ${mbid}`);
    }
    if (!/^(front|back|\d)/.test(name)) return page(400, "image id must start with digits");
    // Whatever else follows the name is passed over: front-750 is the whole picture.
    const size = name.match(/-(250|500|1200)(\.\w+)?$/)?.[1];
    const file = size ? `_thumb${size}.jpg` : extensionOf(image.type);
    return seeOther(`${folder}/mbid-${release}-${IMAGE_ID}${file}`);
  }

  function storage(path: string): Response {
    const image = imageOf(path);
    if (image?.trouble === "redirect loop") return moved(`${fake.url}${path}`);
    if (typeof image?.trouble === "object" && "redirect" in image.trouble) {
      return moved(image.trouble.redirect);
    }
    return moved(`${fake.url}${path.replace("/download/", "/items/")}`);
  }

  function node(path: string): Response {
    const release = releaseOf(path);
    const image = releases.get(release);
    if (path.endsWith("/index.json") && image) return Response.json(index(release, image));
    const size = Number(path.match(/_thumb(\d+)/)?.[1]);
    if (!image || image.without?.includes(size)) return page(404, "The item is not available");
    const { trouble } = image;
    if (trouble === "html") return page(200, "Please wait while we check your browser");
    if (trouble === "cut off") return cutOff(image);
    if (trouble === "endless") return new Response(endless(), { headers: { "content-type": "image/jpeg" } });
    if (typeof trouble === "object" && "status" in trouble && (trouble.times ?? Infinity) > 0) {
      if (trouble.times) trouble.times--;
      const retry: HeadersInit = trouble.retryAfter ? { "retry-after": trouble.retryAfter } : {};
      return page(trouble.status, "Slow down", retry);
    }
    return new Response(image.bytes, {
      headers: {
        "content-type": image.type ?? "image/jpeg",
        "last-modified": "Tue, 03 Nov 2026 10:00:00 GMT",
        "etag": `"${release.slice(0, 8)}"`,
      },
    });
  }

  const imageOf = (path: string) => releases.get(releaseOf(path));
  return fake;
}

function releaseOf(path: string): string {
  return path.match(/mbid-([0-9a-f-]{36})/)?.[1] ?? "";
}

function seeOther(location: string): Response {
  const headers = { location, "content-type": "text/plain", "access-control-allow-origin": "*" };
  return new Response(`See: ${location}\n`, { status: 307, headers });
}

function moved(location: string): Response {
  return new Response(null, { status: 302, headers: { location } });
}

function page(status: number, text: string, headers: HeadersInit = {}): Response {
  return new Response(`<!doctype html>\n<title>${status}</title>\n<p>${text}</p>\n`, {
    status,
    headers: { "content-type": "text/html; charset=utf-8", ...headers },
  });
}

function extensionOf(type = "image/jpeg"): string {
  return `.${type.split("/")[1].replace("jpeg", "jpg")}`;
}

/** Old files have text for ids and addresses without TLS. */
function index(release: string, image: FakeImage) {
  const address = `http://coverartarchive.org/release/${release}/${IMAGE_ID}`;
  const front = image.front !== false;
  return {
    images: [{
      types: [front ? "Front" : "Back"],
      front,
      back: !front,
      comment: "",
      image: `${address}.jpg`,
      thumbnails: { small: `${address}-250.jpg`, large: `${address}-500.jpg` },
      approved: true,
      edit: 17462565,
      id: String(IMAGE_ID),
    }],
    release: `https://musicbrainz.org/release/${release}`,
  };
}

/** The connection ends before the promised length is reached. */
function cutOff(image: FakeImage): Response {
  const half = image.bytes.subarray(0, image.bytes.length / 2);
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(half);
      controller.close();
    },
  });
  return new Response(body, {
    headers: { "content-type": "image/jpeg", "content-length": String(image.bytes.length) },
  });
}

function endless(): ReadableStream<Uint8Array> {
  const chunk = new Uint8Array(1024 * 1024).fill(0xff);
  return new ReadableStream({ pull: (controller) => controller.enqueue(chunk) });
}
