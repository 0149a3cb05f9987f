import { Hono } from "hono";
import { z } from "zod";
import { listJobs } from "../db/jobs.ts";
import { hasUsers } from "../db/users.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { checkMusicFolder, lookAtFolder } from "../services/music_folder.ts";
import { SHORTEST_PASSWORD } from "../services/passwords.ts";
import { startCookieSession } from "../services/sessions.ts";
import { lockedSettings, readSettings } from "../services/settings.ts";
import { createFirstAdmin } from "../services/setup.ts";
import { SetupAccountPage, SetupFolderPage, SetupLibraryPage } from "../views/setup.tsx";
import { setSessionCookie } from "./credentials.ts";
import { changeSettings } from "./settings_change.ts";
import { redirect, render } from "./render.tsx";
import { accountOf, addressOf, type Env, fieldsOf, validate } from "./request.ts";

/** A name and a password as new accounts need them. */
export const newAccount = z.object({
  username: z.string("Give a name.").trim().min(1, "Give a name.").max(100, "Use 100 letters or less.")
    .regex(/^[^\p{C}]*$/u, "This holds characters that cannot be seen."),
  password: z.string("Give a password.").min(
    SHORTEST_PASSWORD,
    `Use ${SHORTEST_PASSWORD} characters or more.`,
  )
    .max(1000, "Use 1,000 characters or less."),
});
const accountForm = newAccount.extend({ code: z.string().max(100).default("") });
const typed = z.record(z.string(), z.string().max(5000));

/** The first run: an account, the music folder, the library. */
export function setupRoutes(app: App): Hono<Env> {
  const routes = new Hono<Env>();

  routes.get("/setup", async (c) => {
    return await hasUsers(app.sql) ? redirect(c, "/") : await render(c, { page: <SetupAccountPage /> });
  });

  routes.post("/setup", validate("form", typed), async (c) => {
    const { username, code } = c.req.valid("form");
    const form = accountForm.safeParse(c.req.valid("form"));
    try {
      if (!form.success) throw new Failure("invalid", "", { fields: fieldsOf(form.error) });
      const user = await createFirstAdmin(app, { ...form.data, address: addressOf(c) });
      const session = await startCookieSession(app.sql, user.id, { remember: true });
      setSessionCookie(c, session.token, session.expiresAt);
      return redirect(c, "/setup/folder");
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.code === "conflict") return redirect(c, "/login");
      if (error.retryAfterSeconds) c.header("Retry-After", String(error.retryAfterSeconds));
      const page = (
        <SetupAccountPage username={username} code={code} errors={error.fields ?? { "": error.message }} />
      );
      return await render(c, { page, status: error.code === "too_many" ? 429 : 400 });
    }
  });

  routes.get("/setup/folder", async (c) => {
    const { music_folder_path: folder } = await readSettings(app);
    const lockedBy = lockedSettings(app.config).music_folder_path;
    return await render(c, { page: <SetupFolderPage folder={folder ?? ""} lockedBy={lockedBy} /> });
  });

  routes.post("/setup/folder", validate("form", typed), async (c) => {
    const { music_folder = "", check } = c.req.valid("form");
    const folder = music_folder.trim();
    const lockedBy = lockedSettings(app.config).music_folder_path;
    try {
      if (check === undefined || folder === "") {
        await changeSettings(app, { music_folder_path: folder || null }, accountOf(c).userId);
        return redirect(c, "/setup/library");
      }
      const error = await checkMusicFolder(folder);
      const look = error ? undefined : await lookAtFolder(folder);
      return await render(c, { page: <SetupFolderPage {...{ folder, lockedBy, error, look }} /> });
    } catch (error) {
      if (!(error instanceof Failure && error.fields)) throw error;
      const page = <SetupFolderPage {...{ folder, lockedBy, error: error.fields.music_folder_path }} />;
      return await render(c, { page, status: 400 });
    }
  });

  routes.get("/setup/library", async (c) => {
    const open = { status: ["pending", "running"], kind: "filesystem_scan", page: 1, pageSize: 1 } as const;
    const { total } = await listJobs(app.sql, open);
    return await render(c, { page: <SetupLibraryPage scanning={total > 0} /> });
  });

  return routes;
}
