import type { MiddlewareHandler } from "hono";
import { BlockList, isIP } from "node:net";
import type { App } from "../services/app.ts";
import type { Env } from "./request.ts";

/** Finds out who is at the other end, behind the proxies of TRUSTED_PROXIES. */
export function knowClient({ config }: Pick<App, "config">): MiddlewareHandler<Env> {
  const trusted = createBlockList(config.trustedProxies);
  const isHttps = config.baseUrl?.protocol === "https:";
  return async function knowClient(c, next) {
    const peer = c.env?.remoteAddr;
    const direct = plainAddress(peer && "hostname" in peer ? peer.hostname : "127.0.0.1");
    const isProxied = config.trustedProxies.length > 0 && isTrusted(trusted, direct);
    const header = (name: string) => isProxied ? c.req.header(name) : undefined;
    c.set("client", {
      address: isProxied ? originalAddress(trusted, direct, header("x-forwarded-for")) : direct,
      isSecure: isHttps || c.req.url.startsWith("https:") ||
        header("x-forwarded-proto")?.split(",")[0] === "https",
      host: header("x-forwarded-host") ?? c.req.header("host") ?? new URL(c.req.url).host,
    });
    await next();
  };
}

function createBlockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [ip, prefix] = network.split("/");
    const family = isIP(ip) === 4 ? "ipv4" : "ipv6";
    list.addSubnet(ip, Number(prefix ?? (family === "ipv4" ? 32 : 128)), family);
  }
  return list;
}

function isTrusted(list: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && list.check(address, version === 4 ? "ipv4" : "ipv6");
}

/** Each proxy appends who spoke to it, so the first untrusted address from the right is the client. */
function originalAddress(trusted: BlockList, direct: string, forwarded = ""): string {
  const hops = [...forwarded.split(",").map((hop) => plainAddress(hop.trim())), direct];
  let address = direct;
  for (const hop of hops.reverse()) {
    if (isIP(hop) === 0) break;
    address = hop;
    if (!isTrusted(trusted, hop)) break;
  }
  return address;
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

/** What is counted as one neighbour: a household's IPv6 network has 2^64 addresses. */
export function neighbourhood(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head, tail = ""] = address.split("%")[0].split("::");
  const groups = head.split(":").filter(Boolean);
  const rest = tail.split(":").filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => "0");
  return [...groups, ...zeros, ...rest].slice(0, 4).map((group) => parseInt(group, 16).toString(16)).join(
    ":",
  );
}
