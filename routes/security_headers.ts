import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { App } from "../services/app.ts";
import type { Env } from "./request.ts";

/** Scripts and styles come from our own files only; no other site may frame us or learn our addresses. */
export function securityHeaders({ config }: Pick<App, "config">): MiddlewareHandler<Env> {
  const isHttps = config.baseUrl?.protocol === "https:";
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      // `style="--own: 75%"` on a cover; style elements and sheets stay ours.
      styleSrcAttr: ["'unsafe-inline'"],
      imgSrc: ["'self'", "data:"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      // The form that connects Spotify leads there.
      formAction: ["'self'", new URL(config.spotifyAccountsUrl).origin],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    strictTransportSecurity: isHttps ? "max-age=31536000" : false,
    xFrameOptions: "DENY",
    // "no-referrer" would make browsers send "Origin: null" with our own forms.
    referrerPolicy: "same-origin",
    crossOriginOpenerPolicy: "same-origin",
    permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
  });
}

/** What a handler says nothing about is for one person and asked for again. */
export function keepPrivate(): MiddlewareHandler<Env> {
  return async function keepPrivate(c, next) {
    await next();
    if (!c.res.headers.has("Cache-Control")) c.header("Cache-Control", "private, no-cache");
  };
}
