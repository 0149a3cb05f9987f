import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Notice } from "./notice.tsx";

/** What every page and part knows about the request it answers. */
export type PageContext = {
  /** The path of BASE_URL without a slash at its end: "" at the root of a host, "/music" below it. */
  basePath: string;
  /** Posted back by every form, as field and as header. */
  csrfToken: string;
  /** Undefined on the pages that need no account. */
  user?: { username: string; role: "admin" | "member" };
  /** Undefined follows the system. */
  theme?: "light" | "dark";
  /** The path asked for, below basePath: marks the current place in the navigation. */
  path: string;
  runningJobs: number;
  /** Albums in the inbox. */
  waiting: number;
  version: string;
  now: Date;
  /** What the last action did, when it answered with a new page. */
  flash?: Notice;
  /** What is wrong or waiting right now, on top of every page. */
  banners?: readonly Notice[];
};

/** `<Page.Provider value={context}>` surrounds whatever is rendered, a page or a part. */
export const Page = createContext<PageContext>({
  basePath: "",
  csrfToken: "",
  path: "/",
  runningJobs: 0,
  waiting: 0,
  version: "",
  now: new Date(0),
});

export const usePage = (): PageContext => useContext(Page);

/** The only way to write an address of ours: `link("/albums")` respects a BASE_URL with a path. */
export function useLink(): (path: string) => string {
  const { basePath } = useContext(Page);
  return (path) => basePath + path;
}

/** The address of a file in static/; changes with the version, so that it may be cached for good. */
export function useAsset(): (name: string) => string {
  const { basePath, version } = useContext(Page);
  return (name) => `${basePath}/static/${name}?v=${encodeURIComponent(version)}`;
}
