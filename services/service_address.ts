import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import type { App } from "./app.ts";
import type { Config } from "./config.ts";
import { Failure } from "./errors.ts";

// What answers here is never a service of the household: this network itself, and the cloud below the machine.
const forbidden = new BlockList();
forbidden.addSubnet("0.0.0.0", 8);
forbidden.addSubnet("169.254.0.0", 16);
forbidden.addSubnet("fe80::", 10, "ipv6");
forbidden.addAddress("::", "ipv6");
forbidden.addSubnet("::ffff:0.0.0.0", 104, "ipv6");
forbidden.addSubnet("::ffff:169.254.0.0", 112, "ipv6");
const ourselves = new BlockList();
ourselves.addSubnet("127.0.0.0", 8);
ourselves.addAddress("::1", "ipv6");
ourselves.addSubnet("::ffff:127.0.0.0", 104, "ipv6");

const isIn = (list: BlockList, ip: string) => list.check(ip, isIP(ip) === 6 ? "ipv6" : "ipv4");

/** Services may be private, but an address must not turn the program against itself or the machine below it. */
export function problemWithUrl(address: string, config: Config): string | undefined {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    return "This is not an address of the form http://… or https://…";
  }
  const url = new URL(address);
  if (url.username || url.password) return "An address is no place for a password.";
  if (url.search || url.hash) return "An address ends with its path: leave out what follows ? or #.";
  const host = hostOf(url);
  return problemWithHost(url, isIP(host) ? [host] : [], config);
}

/** Looks at where a request really goes; names may lead anywhere, and redirects as well. */
export function guardAddress({ config }: Pick<App, "config">, name: string) {
  return async (url: URL, from: URL): Promise<void> => {
    const refuse = (problem: string) =>
      new Failure("unavailable", `${name}: ${problem}`, { retryable: false });
    if (url.hostname !== from.hostname) throw refuse("It redirects to another place, which is not followed.");
    const problem = problemWithHost(url, await addressesOf(hostOf(url)), config);
    if (problem) throw refuse(problem);
  };
}

function problemWithHost(url: URL, ips: string[], { host, port, baseUrl }: Config): string | undefined {
  if (ips.some((ip) => isIn(forbidden, ip))) return "No service can have this address.";
  const name = hostOf(url);
  const isLocal = name === host || name === "localhost" ||
    ips.some((ip) => ip === host || isIn(ourselves, ip));
  const isOurs = (isLocal && Number(url.port || (url.protocol === "https:" ? 443 : 80)) === port) ||
    url.host === baseUrl?.host;
  return isOurs ? "This is the address of Beat Collector itself." : undefined;
}

const hostOf = (url: URL) => url.hostname.replace(/^\[|\]$/g, "");

/** A name that leads nowhere is for the request itself to find out. */
async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host)) return [host];
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}
