import type { App } from "./app.ts";

/** Where Spotify sends the browser back to, and what there is to know about it. */
export type RedirectAddress = {
  /** Registered for the app at Spotify, letter by letter. */
  uri: string;
  /** The page opens by itself. False: the browser ends on an address that does not load and is pasted. */
  returns: boolean;
  /** Why the address of this page cannot be used. */
  refused?: string;
};

/** Below BASE_URL. No hyphen: in paths of loopback addresses they have caused trouble. */
export const CALLBACK_PATH = "/auth/spotify/callback";

/**
 * The address to register: SPOTIFY_REDIRECT_URI, else the callback below BASE_URL, else below `origin`, where
 * the person's browser has found us. Spotify takes https, and plain http for the literal loopback addresses
 * alone; everywhere else it is a loopback address that leads nowhere but can be copied.
 */
export function redirectAddress({ config }: Pick<App, "config">, origin: string): RedirectAddress {
  const base = config.baseUrl?.href ?? origin;
  const natural = base.replace(/\/+$/, "") + CALLBACK_PATH;
  const uri = config.spotifyRedirectUri ?? natural;
  const refused = whyRefused(uri);
  if (!refused) return { uri, returns: new URL(uri).host === new URL(natural).host };
  const path = new URL(natural).pathname;
  return { uri: `http://127.0.0.1:${config.port || 3000}${path}`, returns: false, refused };
}

/** Why Spotify shows an error page instead of asking; undefined when it does not. */
export function whyRefused(uri: string): string | undefined {
  const { protocol, hostname, host } = new URL(uri);
  if (protocol === "https:" || hostname === "127.0.0.1" || hostname === "[::1]") return undefined;
  if (hostname === "localhost") return "Spotify refuses “localhost”; it wants 127.0.0.1 instead.";
  return `Spotify refuses http://${host}: without https it takes only 127.0.0.1.`;
}
