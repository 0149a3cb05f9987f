import { Hono } from "hono";
import { z } from "zod";
import { deleteApiToken } from "../db/api_tokens.ts";
import { deleteUser } from "../db/users.ts";
import { addUser, changePassword } from "../services/accounts.ts";
import type { App } from "../services/app.ts";
import { Failure } from "../services/errors.ts";
import { createApiToken } from "../services/sessions.ts";
import { accountOf, type Env, fieldsOf, validate } from "./request.ts";
import { newAccount } from "./setup.tsx";
import { answerSection, problemsOf } from "./settings_sections.tsx";

const tokenForm = z.object({ name: z.string().trim().max(100, "Use 100 letters or less.") });
const passwordForm = z.object({ current_password: z.string().max(1000), new_password: z.string().max(1000) });
const userForm = z.object({
  username: z.string().max(1000),
  password: z.string().max(5000),
  role: z.enum(["admin", "member"]).default("member"),
});
const id = validate("param", z.object({ id: z.uuid("Not an id.") }));

/** The sections of the settings page about people: tokens and password of whoever asks, users for admins. */
export function accounts(app: App): Hono<Env> {
  const routes = new Hono<Env>();

  routes.post("/settings/tokens", validate("form", tokenForm), async (c) => {
    const { name } = c.req.valid("form");
    if (name === "") return await answerSection(c, "tokens", { errors: { name: "Give it a name." } });
    const token = await createApiToken(app.sql, accountOf(c).userId, name);
    c.header("Cache-Control", "no-store");
    return await answerSection(c, "tokens", { created: { name, token } }, { again: true });
  });

  routes.post("/settings/tokens/:id/revoke", id, async (c) => {
    await deleteApiToken(app.sql, c.req.valid("param").id, accountOf(c).userId);
    return await answerSection(c, "tokens", {});
  });

  routes.post("/settings/password", validate("form", passwordForm), async (c) => {
    const errors = await problemsOf(() => changePassword(app, accountOf(c), c.req.valid("form")));
    return await answerSection(c, "password", { errors, saved: true });
  });

  routes.post("/settings/users", validate("form", userForm), async (c) => {
    const { role, ...typed } = c.req.valid("form");
    const errors = await problemsOf(async () => {
      const form = newAccount.safeParse(typed);
      if (!form.success) throw new Failure("invalid", "", { fields: fieldsOf(form.error) });
      await addUser(app, { ...form.data, role });
    });
    return await answerSection(c, "accounts", { errors });
  });

  routes.post("/settings/users/:id/remove", id, async (c) => {
    const { id } = c.req.valid("param");
    const isRemoved = id !== accountOf(c).userId && await deleteUser(app.sql, id);
    const errors: Record<string, string> = isRemoved
      ? {}
      : { "": "Somebody has to stay who may change settings." };
    return await answerSection(c, "accounts", { errors });
  });

  return routes;
}
