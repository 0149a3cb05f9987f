import { createHash } from "node:crypto";
import { Hono } from "hono";
import { Failure } from "../services/errors.ts";
import { gzip, takesGzip } from "./packing.ts";
import type { Env } from "./request.ts";

const folder = new URL("../static/", import.meta.url);

const types: Record<string, string> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  ico: "image/x-icon",
  woff2: "font/woff2",
  webmanifest: "application/manifest+json",
};

type StaticFile = {
  bytes: Uint8Array<ArrayBuffer>;
  gzipped?: Uint8Array<ArrayBuffer>;
  etag: string;
  changedAt: number;
};

const loaded = new Map<string, Promise<StaticFile>>();

/** Style sheet, scripts and icons. Under the address of the current version they are cached for good. */
export function staticFiles(): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get("/static/:name", async (c) => {
    const name = c.req.param("name");
    const file = await load(name);
    const isCurrent = c.req.query("v") !== undefined && c.req.query("v") === await assetVersion();
    c.header("Cache-Control", isCurrent ? "public, max-age=31536000, immutable" : "no-cache");
    c.header("ETag", file.etag);
    c.header("Vary", "Accept-Encoding");
    if (c.req.header("if-none-match")?.includes(file.etag)) return c.body(null, 304);
    c.header("Content-Type", types[extensionOf(name)]);
    if (!file.gzipped || !takesGzip(c)) return c.body(file.bytes);
    c.header("Content-Encoding", "gzip");
    return c.body(file.gzipped);
  });
  return routes;
}

let version: Promise<string> | undefined;

/** Changes when what pages load changes; part of the addresses of static files. */
export function assetVersion(): Promise<string> {
  version ??= Promise.all(["app.css", "htmx.js", "client.js"].map(load)).then((files) => {
    return createHash("sha256").update(files.map((file) => file.etag).join()).digest("hex").slice(0, 10);
  });
  return version;
}

function extensionOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** Read once, and again when the file changed: the style sheet is rebuilt while the program runs. */
async function load(name: string): Promise<StaticFile> {
  if (!/^[\w-]+(\.[\w-]+)*$/.test(name) || !Object.hasOwn(types, extensionOf(name))) throw notFound();
  const path = new URL(name, folder);
  const changedAt = await changeOf(path);
  const known = await loaded.get(name);
  if (known?.changedAt === changedAt) return known;
  const file = read(path, changedAt);
  loaded.set(name, file);
  return await file;
}

async function changeOf(path: URL): Promise<number> {
  try {
    const { mtime, isFile } = await Deno.stat(path);
    if (isFile) return mtime?.getTime() ?? 0;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw notFound();
}

async function read(path: URL, changedAt: number): Promise<StaticFile> {
  const bytes = await Deno.readFile(path);
  const etag = `"${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}"`;
  const isText = /\.(css|js|svg|webmanifest)$/.test(path.pathname);
  return { bytes, gzipped: isText ? new Uint8Array(await gzip(bytes, 9)) : undefined, etag, changedAt };
}

function notFound(): Failure {
  return new Failure("not_found", "There is no such file.");
}
