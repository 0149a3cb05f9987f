/** Where a service's address or a folder comes from, checked once when the program starts. */
export type Config = Readonly<{
  dataDir: string;
  /** Undefined: the program runs its own PostgreSQL below dataDir. */
  databaseUrl?: string;
  redisUrl?: string;
  host: string;
  port: number;
  /** The address people use; its path is where everything is served. Undefined: as the request says. */
  baseUrl?: URL;
  trustedProxies: readonly string[];
  corsOrigins: readonly string[];
  adminPassword?: string;
  secretKey?: string;
  musicFolder?: string;
  spotifyClientId?: string;
  spotifyRedirectUri?: string;
  lidarrUrl?: string;
  lidarrApiKey?: string;
  metricsToken?: string;
  /** Requests a minute per token or session; 0 switches the limit off. */
  apiRateLimit: number;
  logLevel: "debug" | "info" | "warning" | "error";
  logFormat: "json" | "pretty";
  spotifyAccountsUrl: string;
  spotifyApiUrl: string;
  musicbrainzUrl: string;
  musicbrainzIntervalMs: number;
  coverArtUrl: string;
}>;
